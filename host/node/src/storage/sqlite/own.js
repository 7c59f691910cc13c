// Batches on a connection of our own.
//
// Decides when a batch is replayed, when it is not waited for, and when its connection has to be replaced; refuses to
// know how a database is opened.

import { StorageError } from '../../errors.js';
import { runAlone } from './batch.js';
import { Failure } from './failure.js';
import { open } from './open.js';
import { untilUnlocked } from './replay.js';

const REPLAYS = 5;

/** The executor of a SQLite file. */
export class OwnSqlite {
  dialect = 'sqlite';
  #source;
  #neighbours;
  #connection;

  /**
   * `options`: `driver`, `timeoutMs` (how long to wait for another connection's lock), `mustExist`, and the `neighbours`
   * for which no waiting helps.
   */
  constructor(file, { neighbours, ...options }) {
    this.file = file;
    this.#neighbours = neighbours;
    this.#connection = open(file, options);
    // A file that has vanished since must not come back empty.
    this.#source = { ...options, mustExist: true };
  }

  execute(mode, statements) {
    if (this.#neighbours?.areInTransaction) {
      return this.#atOnce(mode, statements);
    }
    const patience = { timeoutMs: this.#source.timeoutMs, replays: REPLAYS };
    return untilUnlocked(this.file, patience, () => this.#attempt(mode, statements));
  }

  close() {
    this.#connection?.close();
    this.#connection = undefined;
  }

  /** Without waiting for a lock. */
  #atOnce(mode, statements) {
    this.#connection ??= open(this.file, this.#source);
    const connection = this.#connection;
    connection.exec('PRAGMA busy_timeout = 0');
    try {
      return this.#attempt(mode, statements);
    } catch (error) {
      if (!(error instanceof Failure)) {
        throw error;
      }
      const words =
        `${this.file} is locked (${error.message}) while a transaction of yours is open on the same thread, which cannot ` +
        'wait for itself; try again when that has ended, as a dispatcher does';
      throw new StorageError('unavailable', words, { cause: error.cause });
    } finally {
      if (!connection.isClosed) {
        connection.exec(`PRAGMA busy_timeout = ${Math.round(this.#source.timeoutMs)}`);
      }
    }
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
