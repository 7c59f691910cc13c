// The SQLite libraries behind one face: a connection that prepares statements once and reads integers exactly.
//
// Decides which library is used, and hides in what they differ. Refuses to know batches and transactions.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

import { HookwrightError } from '../../errors.js';

const require = createRequire(import.meta.url);
/** The core's statements come in fixed row counts; all of them together are fewer. */
const CACHED_STATEMENTS = 256;

/** Opens a file with the library that is installed. `driver` names one; else better-sqlite3 wins. */
export function openFile(file, { driver, timeoutMs }) {
  const [name, library] = libraryOf(driver);
  if (name === 'better-sqlite3') {
    return new BetterSqlite(new library(file, { timeout: timeoutMs }), file);
  }
  const options = { timeout: timeoutMs, enableForeignKeyConstraints: false };
  return new NodeSqlite(new library.DatabaseSync(file, options), file);
}

/** A connection of the application's; null when it is of no library that is known. */
export function connectionOf(database) {
  if (typeof database?.prepare !== 'function' || typeof database?.exec !== 'function') {
    return null;
  }
  if ('inTransaction' in database) {
    return new BetterSqlite(database, database.name);
  }
  if ('isTransaction' in database) {
    return new NodeSqlite(database, database.location());
  }
  return null;
}

function libraryOf(driver) {
  const wanted = driver === undefined ? ['better-sqlite3', 'node:sqlite'] : [driver];
  const reasons = [];
  for (const name of wanted) {
    const load = LOADERS[name];
    if (load === undefined) {
      throw new HookwrightError('driver', `there is no driver \`${name}\`; use better-sqlite3 or node:sqlite`);
    }
    try {
      return [name, load()];
    } catch (error) {
      reasons.push(`${name}: ${String(error.message).split('\n', 1)[0]}`);
    }
  }
  throw new HookwrightError(
    'driver',
    `no SQLite library can be loaded (${reasons.join('; ')}); install one with \`npm install better-sqlite3\`, or use ` +
      'Node 22.16 or newer',
  );
}

const LOADERS = {
  'better-sqlite3': () => {
    const library = require.resolve('better-sqlite3');
    const { version, engines } = JSON.parse(readFileSync(packageFile(library), 'utf8'));
    // Version 13 ends the whole process with a segmentation fault on Node 20.
    if (Number.parseInt(version, 10) >= 13 && Number.parseInt(process.versions.node, 10) < 22) {
      throw new Error(`version ${version} needs Node ${engines?.node}; on Node 20 install better-sqlite3@12`);
    }
    const found = require('better-sqlite3');
    // Its binary is loaded by the first connection only, and may be of another Node.
    new found(':memory:').close();
    return found;
  },
  'node:sqlite': () => {
    const library = require('node:sqlite');
    const probe = new library.DatabaseSync(':memory:');
    probe.close();
    if (!('isTransaction' in probe)) {
      throw new Error(`that of Node ${process.versions.node} is too old`);
    }
    return library;
  },
};

function packageFile(main) {
  return join(dirname(main), '..', 'package.json');
}

/** Prepared statements by their text; the oldest one goes first. */
class Statements {
  #known = new Map();

  get(sql, prepare) {
    let found = this.#known.get(sql);
    if (found === undefined) {
      found = prepare(sql);
      if (this.#known.size >= CACHED_STATEMENTS) {
        this.#known.delete(this.#known.keys().next().value);
      }
      this.#known.set(sql, found);
    }
    return found;
  }
}

const placeholders = (sql) => sql.split('?').length - 1;

/** What both libraries share; a subclass compiles a statement and reads its library's errors. */
class Connection {
  #statements = new Statements();

  constructor(database, file) {
    this.database = database;
    this.isFile = Boolean(file) && file !== ':memory:';
    this.file = file || "the application's database";
  }

  prepare(sql) {
    return this.#statements.get(sql, (text) => this.compile(text));
  }

  exec(sql) {
    this.database.exec(sql);
  }

  close() {
    this.database.close();
  }
}

class BetterSqlite extends Connection {
  get isClosed() {
    return !this.database.open;
  }

  get inTransaction() {
    return this.database.inTransaction;
  }

  compile(text) {
    const statement = this.database.prepare(text).safeIntegers(true);
    const columns = statement.reader ? statement.raw(true).columns().length : 0;
    return {
      columns,
      isReadOnly: statement.readonly,
      placeholders: placeholders(text),
      run: (values) => statement.run(values).changes,
      all: (values) => statement.all(values),
    };
  }

  /** The first word of SQLite's result code, as `BUSY`. */
  codeOf(error) {
    return /^SQLITE_([A-Z]+)/.exec(error?.code)?.[1];
  }
}

/** Primary result codes of SQLite that are told apart. */
const CODES = {
  3: 'PERM',
  5: 'BUSY',
  6: 'LOCKED',
  7: 'NOMEM',
  8: 'READONLY',
  10: 'IOERR',
  11: 'CORRUPT',
  13: 'FULL',
  14: 'CANTOPEN',
  15: 'PROTOCOL',
  19: 'CONSTRAINT',
  26: 'NOTADB',
};

class NodeSqlite extends Connection {
  get isClosed() {
    return !this.database.isOpen;
  }

  get inTransaction() {
    return this.database.isTransaction;
  }

  compile(text) {
    const statement = this.database.prepare(text);
    statement.setReadBigInts(true);
    statement.setReturnArrays(true);
    // This library does not tell what a statement does; its first word does.
    const changes = /^\s*(insert|update|delete|replace|create|drop|alter)\b/i.test(text);
    const counts = /^\s*(insert|update|delete|replace)\b/i.test(text);
    return {
      columns: statement.columns().length,
      isReadOnly: !changes,
      placeholders: placeholders(text),
      run: (values) => {
        const { changes: changed } = statement.run(...values);
        return counts ? changed : 0;
      },
      all: (values) => statement.all(...values),
    };
  }

  codeOf(error) {
    return error?.code === 'ERR_SQLITE_ERROR' ? CODES[error.errcode & 0xff] : undefined;
  }
}
