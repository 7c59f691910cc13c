// Batches on an application's own connection, inside the transaction that it has open there.
//
// Decides how a batch joins that transaction and what its failure does to it; refuses to commit or to begin anything of
// the application's.

import { StorageError } from '../../errors.js';
import { run, runAlone } from './batch.js';
import { connectionOf } from './drivers.js';
import { Failure } from './failure.js';
import { untilUnlocked } from './replay.js';

/** Makes the names of savepoints differ, from each other and from the application's. */
let nextSavepoint = 0;

const NONE = { timeoutMs: 0, replays: 0 };

/**
 * An executor on an application's connection, so that what it writes commits or goes with the application's own rows.
 * When no transaction is open there, a batch is a transaction of its own and is committed.
 */
export class JoinedSqlite {
  dialect = 'sqlite';
  /** As drivers.js has it. */
  connection;
  #patience;
  #neighbours;

  /**
   * `timeoutMs`: how long to wait for another connection's lock where no transaction is open here; `neighbours`: for
   * which no waiting helps.
   */
  constructor(database, timeoutMs, neighbours) {
    this.connection = connectionOf(database);
    if (this.connection === null) {
      throw new StorageError(
        'unavailable',
        'this is no connection that can be joined; give an open Database of better-sqlite3, a DatabaseSync of node:sqlite, ' +
          'a Client of pg, or a Connection of mysql2',
      );
    }
    this.file = this.connection.file;
    this.#patience = { timeoutMs, replays: Infinity };
    this.#neighbours = neighbours;
  }

  execute(mode, statements) {
    if (mode === 'own' || mode === 'schema') {
      throw new StorageError(
        'unavailable',
        `${mode} is not possible inside an application's transaction; use a connection of Hookwright's own`,
      );
    }
    const connection = this.connection;
    if (!connection.inTransaction) {
      const patience = this.#neighbours?.areInTransaction ? NONE : this.#patience;
      return untilUnlocked(this.file, patience, () => runAlone(connection, mode, statements));
    }
    return mode === 'write' ? this.#underSavepoint(statements) : this.#attempt(() => run(connection, mode, statements));
  }

  #underSavepoint(statements) {
    const name = `hookwright_${(nextSavepoint += 1)}`;
    this.#attempt(() => this.#exec(`SAVEPOINT ${name}`));
    let results;
    try {
      results = run(this.connection, 'write', statements);
    } catch (error) {
      try {
        this.#exec(`ROLLBACK TO ${name}`);
        this.#exec(`RELEASE ${name}`);
      } catch {
        throw this.#lost(error);
      }
      throw this.#joinedError(error);
    }
    try {
      this.#exec(`RELEASE ${name}`);
    } catch (error) {
      throw this.#lost(error);
    }
    return results;
  }

  #exec(sql) {
    try {
      this.connection.exec(sql);
    } catch (error) {
      throw Failure.of(error, this.connection);
    }
  }

  #attempt(work) {
    try {
      return work();
    } catch (error) {
      throw this.#joinedError(error);
    }
  }

  /** What a failure means when nothing of the batch is left. */
  #joinedError(error) {
    if (!this.connection.inTransaction) {
      return this.#lost(error);
    }
    if (!(error instanceof Failure)) {
      return error;
    }
    return new StorageError(
      'transaction-must-restart',
      `${this.file} is locked by another connection (${error.message}), and a transaction that has read cannot wait for ` +
        'it; roll back and run it again, from BEGIN IMMEDIATE',
      { cause: error.cause },
    );
  }

  /** The savepoint is gone. What is left of the transaction must not be committed without the rest. */
  #lost(error) {
    if (this.connection.inTransaction) {
      try {
        this.#exec('ROLLBACK');
      } catch {
        // It fails only where the transaction is gone already.
      }
    }
    return new StorageError('transaction-lost', error.message, { cause: error });
  }
}
