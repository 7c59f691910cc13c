// Decides which driver stands behind `database`: a SQLite file, a server's URL, an application's connection, or a driver of the
// application's own.

import { fileURLToPath } from 'node:url';

import { StorageError, invalid } from '../errors.js';
import { withoutPassword } from './server/failure.js';
import { ServerStorage } from './server/remote.js';
import { connectionOf } from './sqlite/drivers.js';
import { JoinedSqlite } from './sqlite/joined.js';
import { Neighbours } from './sqlite/neighbours.js';
import { OwnSqlite } from './sqlite/own.js';

const BUSY_TIMEOUT_MS = 5_000;
const DIALECTS = { postgres: 'postgres', postgresql: 'postgres', mysql: 'mysql', mariadb: 'mysql' };
/** Of two letters at least: one is a drive. */
const SCHEME = /^([a-z][a-z0-9+.-]+):\/\//i;

/** A driver with `dialect`, `execute` and `close`, after which it refuses at once; `joined` for an application's connection beside. */
export function openStorage(options) {
  const { database, driver, busyTimeoutMs = BUSY_TIMEOUT_MS, mustExist = false } = options;
  if (!Number.isFinite(busyTimeoutMs) || busyTimeoutMs < 0) {
    throw invalid('busyTimeoutMs', 'must be a number of milliseconds');
  }
  const timeoutMs = Math.min(busyTimeoutMs, 0x7fff_ffff);
  const neighbours = new Neighbours();
  const storage = opened(database, { driver, timeoutMs, mustExist, neighbours });
  return new Closable(storage, { timeoutMs, neighbours });
}

function opened(database, options) {
  if (typeof database === 'string' || database instanceof URL) {
    return openedByName(String(database), options);
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

function openedByName(name, options) {
  const scheme = SCHEME.exec(name)?.[1].toLowerCase();
  if (scheme === undefined) {
    return new OwnSqlite(name, options);
  }
  if (scheme === 'file') {
    return new OwnSqlite(pathOf(name), options);
  }
  if (!Object.hasOwn(DIALECTS, scheme)) {
    throw invalid(
      'database',
      `${withoutPassword(name)} is a URL of another kind; write postgres://… or mysql://…, or the path of a SQLite file ` +
        'without anything before it',
    );
  }
  return new ServerStorage(DIALECTS[scheme], scheme + name.slice(scheme.length));
}

function pathOf(url) {
  try {
    return fileURLToPath(url);
  } catch (error) {
    throw invalid('database', `${url} names no file (${error.message}); write file:///PATH`);
  }
}

/** After `close` no call opens anything again, nor waits for what is not there. */
class Closable {
  #driver;
  #neighbours;
  #isClosed = false;

  constructor(driver, { timeoutMs, neighbours }) {
    this.dialect = driver.dialect;
    this.timeoutMs = timeoutMs;
    this.#neighbours = neighbours;
    this.#driver = driver;
  }

  execute(mode, statements) {
    if (this.#isClosed) {
      throw new StorageError('unavailable', 'this installation has been closed; make another `new Hookwright(…)`');
    }
    return this.#driver.execute(mode, statements);
  }

  /** An application's connection of SQLite, to which calls join. */
  joined(database) {
    const joined = new JoinedSqlite(database, this.timeoutMs, this.#neighbours);
    this.#neighbours.add(joined.connection);
    return joined;
  }

  close() {
    this.#isClosed = true;
    this.#driver.close();
  }
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
    this.#joined = new JoinedSqlite(database, options.timeoutMs, options.neighbours);
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
