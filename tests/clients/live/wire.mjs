// A wire between client and server that can be cut: a TCP proxy within the script.

import { connect, createServer } from 'node:net';

export class Wire {
  /** How many connections went through it. */
  count = 0;
  #open = new Set();
  #whole = true;

  /** A wire to the server of `endpoint`; `url` is that endpoint's at this end of it. */
  static async to(endpoint) {
    const wire = new Wire();
    wire.listener = createServer((near) => wire.#join(near, new URL(endpoint)));
    await new Promise((listening) => wire.listener.listen(0, '127.0.0.1', listening));
    const near = new URL(endpoint);
    near.host = `127.0.0.1:${wire.listener.address().port}`;
    wire.url = near.href;
    return wire;
  }

  /** Breaks all that goes through it; nobody comes through until it is mended. */
  cut() {
    this.#whole = false;
    for (const socket of this.#open) socket.destroy();
  }

  mend() {
    this.#whole = true;
  }

  close() {
    this.cut();
    this.listener.close();
  }

  #join(near, { hostname, port }) {
    near.on('error', () => {});
    if (!this.#whole) return void near.destroy();
    this.count += 1;
    const far = connect(Number(port) || 80, hostname);
    for (const [socket, other] of [[near, far], [far, near]]) {
      this.#open.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        this.#open.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  }
}
