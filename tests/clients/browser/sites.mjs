// Some sites behind TLS on this machine: the shop's API, by a proxy to a server, and pages of other origins, which are empty.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const API = 'https://api.shop.example';
export const STOREFRONT = 'https://www.shop.example';

const PAGE = '<!doctype html><title>A page</title><p>Nothing to see.</p>';

export class Sites {
  /** How many requests reached the API. */
  asked = 0;

  /** Sites whose API is the server of `endpoint`; `hosts` is where a browser finds them. */
  static async open(endpoint) {
    const sites = new Sites();
    sites.server = new URL(endpoint);
    sites.listener = createServer(certificate(), (asked, answer) => sites.#answer(asked, answer));
    sites.listener.on('upgrade', (asked, near, head) => sites.#join(asked, near, head));
    await new Promise((listening) => sites.listener.listen(0, '127.0.0.1', listening));
    sites.hosts = `MAP *.example 127.0.0.1:${sites.listener.address().port}, `;
    return sites;
  }

  close() {
    this.listener.close();
    this.listener.closeAllConnections();
  }

  #isApi({ headers }) {
    return headers.host === new URL(API).host;
  }

  #onward({ method, url, headers }) {
    this.asked += 1;
    const { hostname: host, port } = this.server;
    return request({ host, port, method, path: url, headers: { ...headers, 'x-forwarded-proto': 'https' } });
  }

  #answer(asked, answer) {
    if (!this.#isApi(asked)) return void answer.writeHead(200, { 'content-type': 'text/html' }).end(PAGE);
    const onward = this.#onward(asked);
    onward.on('response', (said) => {
      answer.writeHead(said.statusCode, said.rawHeaders);
      said.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    answer.on('close', () => onward.destroy());
    asked.pipe(onward);
  }

  /** A WebSocket: what the server says to the handshake is passed on, and then all else. */
  #join(asked, near, head) {
    const onward = this.#onward(asked);
    near.on('error', () => onward.destroy());
    onward.on('error', () => near.destroy());
    onward.on('response', (said) => near.end(`HTTP/1.1 ${said.statusCode} ${said.statusMessage}\r\n\r\n`));
    onward.on('upgrade', (said, far, first) => {
      const lines = [`HTTP/1.1 ${said.statusCode} ${said.statusMessage}`];
      for (let at = 0; at < said.rawHeaders.length; at += 2) lines.push(`${said.rawHeaders[at]}: ${said.rawHeaders[at + 1]}`);
      near.write(`${lines.join('\r\n')}\r\n\r\n`);
      near.write(first);
      far.write(head);
      far.on('error', () => near.destroy());
      far.on('close', () => near.destroy());
      near.on('close', () => far.destroy());
      far.pipe(near).pipe(far);
    });
    onward.end();
  }
}

/** A certificate of a minute's worth, which nobody but this browser takes. */
function certificate() {
  const folder = mkdtempSync(join(tmpdir(), 'lilium-sites-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1', '-subj', '/CN=shop.example'];
  execFileSync('openssl', ['req', '-x509', ...kind, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  const made = { key: readFileSync(key), cert: readFileSync(cert) };
  rmSync(folder, { recursive: true });
  return made;
}
