// One batch on one SQLite connection: its statements in order, and the transaction around them when it has its own.
//
// Decides what a statement may do and what its results are; refuses to know whose connection it is and whether to try
// again. Statements, parameters and columns are counted from 0 in all texts.

import { StorageError } from '../../errors.js';
import { bound, read, refused } from '../contract.js';
import { Failure } from './failure.js';

/** Runs the batch in a transaction of its own; it has been rolled back when this throws. */
export function runAlone(connection, mode, statements) {
  if (statements.length === 0) {
    return [];
  }
  if (mode !== 'read') {
    // The lock is taken first: a reader that became a writer later could not wait for it.
    command(connection, 'BEGIN IMMEDIATE');
  } else if (statements.length > 1) {
    command(connection, 'BEGIN DEFERRED');
  }
  try {
    const results = run(connection, mode, statements);
    if (connection.inTransaction) {
      command(connection, 'COMMIT');
    }
    return results;
  } catch (error) {
    rollBack(connection);
    throw error;
  }
}

/** Runs the statements in the transaction that is open, if any, and leaves it open. */
export function run(connection, mode, statements) {
  return statements.map((statement, index) => {
    const result = runStatement(connection, mode, statement, index);
    const { expect } = statement;
    if (expect !== undefined && expect !== null && BigInt(expect) !== result.affected) {
      throw StorageError.expectationFailed(index);
    }
    return result;
  });
}

/** Runs a statement of ours that has neither parameters nor rows. */
export function command(connection, sql) {
  try {
    connection.prepare(sql).run([]);
  } catch (error) {
    throw Failure.of(error, connection);
  }
}

function rollBack(connection) {
  if (connection.inTransaction) {
    try {
      command(connection, 'ROLLBACK');
    } catch {
      // Why the batch failed says more than why the rollback did, and the caller looks at the connection.
    }
  }
}

function runStatement(connection, mode, { sql, params, columns }, index) {
  if (sql.includes('\0')) {
    throw refused(index, sql, 'the SQL holds a NUL byte');
  }
  let prepared;
  try {
    prepared = connection.prepare(sql);
  } catch (error) {
    throw Failure.ofStatement(error, connection, index, sql);
  }
  if (mode === 'read' && !prepared.isReadOnly) {
    throw refused(index, sql, 'it changes data, but its batch is for reading');
  }
  if (prepared.isReadOnly && prepared.columns === 0) {
    // BEGIN, COMMIT and their like are of this kind, and would break the batch in two.
    throw refused(index, sql, "it neither reads nor changes data; transactions and settings are the host's");
  }
  if (params.length !== prepared.placeholders) {
    throw refused(index, sql, `${params.length} parameters for ${prepared.placeholders} placeholders`);
  }
  if (columns.length !== prepared.columns) {
    throw refused(index, sql, `${columns.length} columns are declared, ${prepared.columns} come back`);
  }
  const values = params.map((value, position) => bound(value, index, sql, position));
  try {
    if (columns.length === 0) {
      return { values: [], affected: BigInt(prepared.run(values)) };
    }
    const rows = prepared.all(values);
    return { values: decoded(rows, columns, index, sql), affected: prepared.isReadOnly ? 0n : BigInt(rows.length) };
  } catch (error) {
    throw Failure.ofStatement(error, connection, index, sql);
  }
}

function decoded(rows, columns, index, sql) {
  const values = [];
  for (const row of rows) {
    for (let column = 0; column < columns.length; column += 1) {
      const value = read(row[column], columns[column]);
      if (typeof value === 'string') {
        throw refused(index, sql, `column ${column} is ${value}`);
      }
      values.push(value);
    }
  }
  return values;
}
