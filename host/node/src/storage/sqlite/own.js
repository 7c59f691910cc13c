// Batches on a connection of our own.
//
// Decides when a batch is replayed and when its connection has to be replaced; refuses to know how a database is
// opened.

import { runAlone } from './batch.js';
import { open } from './open.js';
import { untilUnlocked } from './replay.js';

const REPLAYS = 5;

/** The executor of a SQLite file. */
export class OwnSqlite {
  dialect = 'sqlite';
  #source;
  #connection;

  /** `options`: `driver`, `timeoutMs` (how long to wait for another connection's lock), `mustExist`. */
  constructor(file, options) {
    this.file = file;
    this.#connection = open(file, options);
    // A file that has vanished since must not come back empty.
    this.#source = { ...options, mustExist: true };
  }

  execute(mode, statements) {
    const patience = { timeoutMs: this.#source.timeoutMs, replays: REPLAYS };
    return untilUnlocked(this.file, patience, () => this.#attempt(mode, statements));
  }

  close() {
    this.#connection?.close();
    this.#connection = undefined;
  }

  #attempt(mode, statements) {
    this.#connection ??= open(this.file, this.#source);
    const connection = this.#connection;
    try {
      return runAlone(connection, mode, statements);
    } finally {
      if (connection.inTransaction) {
        // The batch could not be rolled back; the next one opens another connection.
        this.close();
      }
    }
  }
}
