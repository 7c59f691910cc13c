// One batch on one connection: what its statements may be, their order, and the transaction around them when it has its
// own.
//
// Decides by a statement's first word, since a server runs whatever it is given. Statements and parameters are counted
// from 0 in all texts; values are never quoted, they may be secret.

import { StorageError } from '../../errors.js';
import { inStatement } from '../contract.js';

/** Runs a batch in a transaction of its own: `{ results }` or `{ error }`, and whether the connection is as before. */
export async function runAlone(link, mode, statements) {
  // One statement sees one state of the database by itself.
  const isAlone = mode === 'read' && statements.length === 1;
  let ended;
  try {
    if (!isAlone) {
      await link.begin(mode);
    }
    const results = await run(link, statements);
    if (!isAlone) {
      await commit(link);
    }
    ended = { results, isClean: true };
  } catch (error) {
    ended = { error, isClean: !isGone(error) && (isAlone || (await succeeds(() => link.command('ROLLBACK')))) };
  }
  ended.isClean &&= await succeeds(() => link.release(mode));
  return ended;
}

/** Runs the statements in the transaction that is open, and leaves it open. */
export async function run(link, statements) {
  const results = [];
  for (const [index, statement] of statements.entries()) {
    const result = await link.run(index, statement);
    const { expect } = statement;
    if (expect !== undefined && expect !== null && BigInt(expect) !== result.affected) {
      throw StorageError.expectationFailed(index);
    }
    results.push(result);
  }
  return results;
}

/** Not repeated where the connection breaks: what was stored would be stored twice. */
async function commit(link) {
  try {
    await link.commit();
  } catch (error) {
    if (!isGone(error)) {
      throw error;
    }
    const words =
      `the connection to ${link.name} broke while a batch was committed (${error.message}); whether it was stored is not ` +
      'known, look before you repeat it';
    throw Object.assign(new StorageError('unavailable', words), { gone: true });
  }
}

function isGone(error) {
  return error?.gone === true || error?.kind === 'broken';
}

async function succeeds(work) {
  try {
    await work();
    return true;
  } catch {
    return false;
  }
}

/** Refuses a batch with a statement that breaks the storage contract. */
export function check(mode, statements) {
  for (const [index, { sql, params }] of statements.entries()) {
    const why = brokenRule(mode, sql, params) ?? withNul(params);
    if (why !== undefined) {
      throw new StorageError('other', inStatement(index, sql, why));
    }
  }
}

function brokenRule(mode, sql, params) {
  if (sql.includes('\0')) {
    return 'the SQL holds a NUL byte';
  }
  const first = /^[A-Za-z]*/.exec(sql)[0];
  const changes = ['INSERT', 'UPDATE', 'DELETE'].includes(first);
  const defines = ['CREATE', 'ALTER', 'DROP'].includes(first);
  if (first !== 'SELECT' && !changes && !defines) {
    return "it neither reads nor changes data; transactions and settings are the host's";
  }
  if (mode === 'read' && first !== 'SELECT') {
    return 'it changes data, but its batch is for reading';
  }
  if (defines && mode !== 'schema') {
    return 'it changes tables, but its batch is not for that';
  }
  const wanted = sql.split('?').length - 1;
  return params.length === wanted ? undefined : `${params.length} parameters for ${wanted} placeholders`;
}

function withNul(params) {
  const position = params.findIndex(({ tag, val }) => tag === 'text' && val.includes('\0'));
  return position < 0 ? undefined : `the text of parameter ${position} holds a NUL byte`;
}
