// Decides which driver stands behind `database`: a SQLite file, a server's URL, an application's connection, or a driver of the
// application's own.

import { StorageError, invalid } from '../errors.js';
import { ServerStorage } from './server/remote.js';
import { connectionOf } from './sqlite/drivers.js';
import { JoinedSqlite } from './sqlite/joined.js';
import { OwnSqlite } from './sqlite/own.js';

const BUSY_TIMEOUT_MS = 5_000;
const SCHEMES = { postgres: 'postgres', postgresql: 'postgres', mysql: 'mysql', mariadb: 'mysql' };

/** A driver with `dialect`, `execute` and `close`. */
export function openStorage({ database, driver, busyTimeoutMs = BUSY_TIMEOUT_MS, mustExist = false }) {
  if (!Number.isFinite(busyTimeoutMs) || busyTimeoutMs < 0) {
    throw invalid('busyTimeoutMs', 'must be a number of milliseconds');
  }
  const options = { driver, timeoutMs: Math.min(busyTimeoutMs, 0x7fff_ffff), mustExist };
  if (database instanceof URL && database.protocol === 'file:') {
    return openStorage({ database: decodeURIComponent(database.pathname), driver, busyTimeoutMs, mustExist });
  }
  if (typeof database === 'string') {
    const dialect = SCHEMES[/^([a-z]+):\/\//.exec(database)?.[1]];
    if (dialect !== undefined) {
      return new ServerStorage(dialect, database);
    }
    return new OwnSqlite(database, options);
  }
  if (typeof database?.execute === 'function' && typeof database.dialect === 'string') {
    return { dialect: database.dialect, execute: (...args) => database.execute(...args), close() {} };
  }
  if (connectionOf(database) !== null) {
    return new SharedSqlite(database, options);
  }
  const words =
    typeof database?.query === 'function'
      ? 'must be the URL of that server; your connection to it is joined by `hookwright.joined(connection)`'
      : 'must be the path of a SQLite file, a URL of PostgreSQL or MySQL, or an open Database of better-sqlite3 or node:sqlite';
  throw invalid('database', words);
}

/**
 * An application's connection for what may join its transaction, and one of our own on the same file for what may not.
 */
class SharedSqlite {
  dialect = 'sqlite';
  #joined;
  #database;
  #options;
  #own;

  constructor(database, options) {
    this.#joined = new JoinedSqlite(database);
    this.#database = connectionOf(database);
    this.#options = options;
    if (!this.#database.isFile) {
      throw new StorageError(
        'unavailable',
        'that is a database in memory, which no other connection sees; open a file',
      );
    }
  }

  execute(mode, statements) {
    if (mode === 'read' || mode === 'write') {
      return this.#joined.execute(mode, statements);
    }
    if (this.#database.inTransaction) {
      // Both connections are of this thread: waiting for the lock would keep the application from letting go of it.
      throw new StorageError(
        'unavailable',
        `${mode} needs a transaction of its own, and yours is open on the same thread; it is tried again when that has ended`,
      );
    }
    this.#own ??= new OwnSqlite(this.#database.file, this.#options);
    return this.#own.execute(mode, statements);
  }

  close() {
    this.#own?.close();
  }
}
