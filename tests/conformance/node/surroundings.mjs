// The clock that a scenario sets, and random bytes that its name decides; ../README.md says how.

import { createHash } from 'node:crypto';

const START_MS = 1_600_000_000_000n;

export class Surroundings {
  now = START_MS;
  #scenario;
  #step = 0;
  #calls = new Map();
  #stream = '';
  #drawn = 0;

  constructor(scenario) {
    this.#scenario = scenario;
  }

  beginStep(number) {
    this.#step = number;
    this.#calls.clear();
  }

  beginCall(name) {
    const count = (this.#calls.get(name) ?? 0) + 1;
    this.#calls.set(name, count);
    this.#stream = `${this.#scenario}/${this.#step}/${name}/${count}`;
    this.#drawn = 0;
  }

  randomBytes(length) {
    const blocks = [];
    for (let number = Math.floor(this.#drawn / 32); number * 32 < this.#drawn + length; number += 1) {
      blocks.push(this.#block(number));
    }
    const start = this.#drawn % 32;
    this.#drawn += length;
    return new Uint8Array(Buffer.concat(blocks).subarray(start, start + length));
  }

  #block(number) {
    return createHash('sha256').update(`${this.#stream}/${number}`).digest();
  }
}
