// Batches on a connection of our own to a server: when they are replayed, and when the connection is replaced. As
// host/rust/storage/src/server has it.

import { setTimeout as sleep } from 'node:timers/promises';

import { check, runAlone } from './batch.js';
import { Collision } from './failure.js';

/** A batch is replayed so often after its first try. */
const REPLAYS = 5;
export const LOCK_TIMEOUT_MS = 5_000;
const FIRST_PAUSE_MS = 5;

/** An executor that connects with `connect`, and again when the connection has broken. */
export class OwnServer {
  #connect;
  #link;

  static async open(connect) {
    const own = new OwnServer();
    own.#connect = connect;
    own.#link = await connect();
    return own;
  }

  async execute(mode, statements) {
    check(mode, statements);
    if (statements.length === 0) {
      return [];
    }
    const begun = performance.now();
    for (let replay = 0; ; replay += 1) {
      try {
        return await this.#once(mode, statements);
      } catch (error) {
        if (!(error instanceof Collision)) {
          throw error;
        }
        const waited = performance.now() - begun;
        if (replay >= REPLAYS || (error.kind === 'locked' && waited >= LOCK_TIMEOUT_MS)) {
          throw error.told();
        }
      }
      const least = FIRST_PAUSE_MS * 2 ** replay;
      await sleep(least + least * Math.random());
    }
  }

  async #once(mode, statements) {
    const link = this.#link ?? (await this.#connect());
    this.#link = undefined;
    const { results, error, isClean } = await runAlone(link, mode, statements);
    if (isClean) {
      this.#link = link;
    } else {
      link.end();
    }
    if (error !== undefined) {
      throw error;
    }
    return results;
  }
}
