// What an error of SQLite means for a batch, and what a person can do about it.
//
// Decides by error code, never by text. Refuses to know which transaction the batch was in.

import { StorageError } from '../../errors.js';
import { inStatement } from '../contract.js';

/** Another connection holds a lock; the batch may be tried again. */
export class Failure extends Error {
  constructor(words, cause) {
    super(words, { cause });
    this.name = 'Locked';
  }

  /** An error that no statement of the batch caused. */
  static of(error, connection) {
    return reading(error, connection, (words) => words);
  }

  /** An error of the statement with this index, from 0. */
  static ofStatement(error, connection, index, sql) {
    return reading(error, connection, (words) => inStatement(index, sql, words));
  }
}

function reading(error, connection, place) {
  if (error instanceof StorageError || error instanceof Failure) {
    return error;
  }
  const words = String(error?.message ?? error);
  const code = connection.codeOf(error);
  switch (code) {
    case 'BUSY':
    case 'LOCKED':
    case 'PROTOCOL':
      return new Failure(words, error);
    case 'CONSTRAINT':
      return new StorageError('constraint', place(words), { cause: error });
    default: {
      const advice = ADVICE[code]?.(connection.file, words);
      return advice === undefined
        ? new StorageError('other', place(words), { cause: error })
        : new StorageError('unavailable', advice, { cause: error });
    }
  }
}

/** The file or its folder is read-only. */
export const notWritable = (file, words) =>
  `${file} cannot be written (${words}); give this process write permission for the file and for its folder`;

/** The file holds something else. */
export const notADatabase = (file, words) =>
  `${file} is not a SQLite database (${words}); give another path, or move that file away`;

/** What to tell a person when the database itself is at fault. */
const ADVICE = {
  FULL: (file, words) => `there is no room for ${file} to grow (${words}); free space on its disk or raise its quota`,
  IOERR: (file, words) => `${file} cannot be read or written (${words}); check its disk and file system`,
  READONLY: notWritable,
  PERM: notWritable,
  CANTOPEN: (file, words) =>
    `${file} cannot be opened (${words}); check that its folder exists and that this process may create files there, ` +
    'as SQLite needs two more beside it',
  CORRUPT: (file, words) =>
    `${file} is damaged (${words}); stop all programs that use it and restore a backup, or save what is left with the ` +
    '.recover command of the sqlite3 program',
  NOTADB: notADatabase,
  NOMEM: (file, words) => `there is not enough memory to use ${file} (${words}); give this process more`,
};
