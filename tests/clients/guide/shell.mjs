// One bash, which runs texts one after the other.

import { spawn } from 'node:child_process';

export class Shell {
  #bash = spawn('bash', ['--noprofile', '--norc'], { stdio: ['pipe', 'pipe', 'inherit'] });
  #said = '';
  #waiting;

  constructor() {
    this.#bash.stdout.setEncoding('utf8').on('data', (text) => {
      this.#said += text;
      this.#look();
    });
  }

  /** Runs a text and gives what it wrote to standard output. */
  run(text) {
    const said = new Promise((resolve) => { this.#waiting = resolve; });
    this.#bash.stdin.write(`${text}\nprintf '\\0'\n`);
    return said;
  }

  end() {
    this.#bash.stdin.end();
  }

  #look() {
    const end = this.#said.indexOf('\0');
    if (end < 0) return;
    const said = this.#said.slice(0, end);
    this.#said = this.#said.slice(end + 1);
    this.#waiting(said);
  }
}
