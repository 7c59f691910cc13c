// From a path to a connection that is fit for work.
//
// Decides which files are ours to use and how a connection is set; refuses to know tables and batches.

import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

import { StorageError } from '../../errors.js';
import { openFile } from './drivers.js';
import { Failure, notADatabase } from './failure.js';
import { untilUnlocked } from './replay.js';

/** "HOOK": SQLite's application id of a database that Hookwright made. */
const APPLICATION_ID = 0x484f4f4b;

/** Settings of a connection; none is stored in the file. As the Rust host has them. */
const SETTINGS =
  'PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF; PRAGMA cache_size = -8192; PRAGMA temp_store = MEMORY;';

/** Opens the database, made when missing unless `mustExist`. */
export function open(file, { driver, timeoutMs, mustExist }) {
  checkPath(file, mustExist);
  const path = resolve(file);
  return untilUnlocked(file, { timeoutMs, replays: Infinity }, () => {
    const connection = connect(path, file, { driver, timeoutMs });
    try {
      settleOwner(connection, file);
      connection.exec(SETTINGS);
      return connection;
    } catch (error) {
      connection.close();
      throw Failure.of(error, connection);
    }
  });
}

function connect(path, file, options) {
  try {
    const connection = openFile(path, options);
    connection.file = file;
    return connection;
  } catch (error) {
    if (error?.code === 'driver') {
      throw error;
    }
    const words = `${file} cannot be opened (${error.message}); check that it is a SQLite database, and its permissions`;
    throw new StorageError('unavailable', words, { cause: error });
  }
}

/** What only the file system can tell, and SQLite tells as "unable to open database file". */
function checkPath(file, mustExist) {
  if (typeof file !== 'string' || file === '' || file === ':memory:' || file.includes('\0')) {
    throw unavailable(`\`${file}\` names a database in memory, which no other connection sees; give a file`);
  }
  let found;
  try {
    found = statSync(file);
  } catch (error) {
    if (error.code !== 'ENOENT') {
      throw unavailable(
        `${file} cannot be reached (${error.message}); check the path, and the permissions of its folders`,
      );
    }
    return checkMissing(file, mustExist);
  }
  if (found.isDirectory()) {
    throw unavailable(`${file} is a folder; give the path of a database file in it`);
  }
  if (!found.isFile()) {
    throw unavailable(`${file} is not a regular file; give another path`);
  }
  // SQLite takes a file of one byte for an empty one, and would write over it.
  if (found.size === 1) {
    throw unavailable(notADatabase(file, 'it holds a single byte'));
  }
}

function checkMissing(file, mustExist) {
  if (mustExist) {
    throw unavailable(`${file} does not exist; give the path of an existing database, or set up a new one`);
  }
  const folder = dirname(resolve(file));
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw unavailable(
      `${file} cannot be created, because the folder ${folder} does not exist; create it, or give another path`,
    );
  }
}

/** Takes a new database over, leaves an application's as it is, and refuses another program's. */
function settleOwner(connection, file) {
  let owner = ownerOf(connection);
  if (owner === 'nobody') {
    connection.exec('BEGIN IMMEDIATE');
    // An application may have made its tables meanwhile.
    owner = ownerOf(connection);
    if (owner === 'nobody') {
      connection.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
      owner = 'hookwright';
    }
    connection.exec('COMMIT');
  }
  if (owner === 'hookwright') {
    enterWalMode(connection, file);
  } else if (owner !== 'application') {
    throw unavailable(`${file} is a database of another program (application id ${owner}); give another path`);
  }
}

function ownerOf(connection) {
  const id = Number(one(connection, 'PRAGMA application_id')) >>> 0;
  if (id === APPLICATION_ID) {
    return 'hookwright';
  }
  if (id !== 0) {
    return `0x${id.toString(16).padStart(8, '0')}`;
  }
  return Number(one(connection, 'SELECT EXISTS (SELECT 1 FROM sqlite_schema)')) === 1 ? 'application' : 'nobody';
}

function enterWalMode(connection, file) {
  if (one(connection, 'PRAGMA journal_mode') === 'wal') {
    return;
  }
  const mode = one(connection, 'PRAGMA journal_mode = WAL');
  if (mode !== 'wal') {
    throw unavailable(`${file} cannot be kept in WAL mode (it stays in mode ${mode}); put it on a local disk`);
  }
}

function one(connection, sql) {
  return connection.prepare(sql).all([])[0]?.[0];
}

function unavailable(words) {
  return new StorageError('unavailable', words);
}
