// A Chromium without a window, which reaches nothing but this machine.

import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { chromium } from 'playwright-core';

/** How long a story in a browser may take, in milliseconds: machines that run tests are busy. */
export const PATIENCE = 300_000;

/** Where a program of the system is: the package brings no browser. */
function path(name) {
  const all = process.env.PATH.split(delimiter).map((folder) => join(folder, name));
  return all.find((file) => existsSync(file));
}

/** Opens the browser of this name. `hosts` says where names are found; all others, and every other machine, are not. */
export function open(name, hosts = '') {
  return chromium.launch({
    executablePath: path(name),
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--disable-dev-shm-usage',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      `--host-resolver-rules=${hosts}MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost`,
    ],
  });
}

/** What goes out of a context's pages, and what they complain of. */
export class Watch {
  /** The addresses that were asked for, sockets among them. */
  requests = [];
  /** What stands in the console as a warning or an error, what was thrown, and what was not answered. */
  complaints = [];

  constructor(context) {
    context.on('request', (request) => this.requests.push(request.url()));
    context.on('requestfailed', (request) => this.complaints.push(`${request.url()}: ${request.failure()?.errorText}`));
    context.on('console', (message) => {
      if (['warning', 'error'].includes(message.type())) this.complaints.push(`${message.type()}: ${message.text()}`);
    });
    context.on('weberror', (error) => this.complaints.push(`thrown: ${error.error().message}`));
    context.on('page', (page) => page.on('websocket', (socket) => this.requests.push(socket.url())));
  }

  /** The origins that were asked, `ws:` said as `http:`. */
  origins() {
    const asked = this.requests.filter((url) => /^(http|ws)/.test(url));
    return [...new Set(asked.map((url) => new URL(url.replace(/^ws/, 'http')).origin))];
  }
}
