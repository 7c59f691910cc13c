// Batches on a connection of our own to a server: their transaction, when they are replayed, and when the connection is
// replaced. As host/rust/storage/src/server has it.

import { setTimeout as sleep } from 'node:timers/promises';

import { StorageError } from '../../errors.js';
import { inStatement } from '../contract.js';
import { Collision } from './failure.js';

/** A batch is replayed so often after its first try. */
const REPLAYS = 5;
export const LOCK_TIMEOUT_MS = 5_000;
const FIRST_PAUSE_MS = 5;

/** An executor that connects with `connect`, and again when the connection has broken. */
export class OwnServer {
  #connect;
  #link;

  static async open(connect) {
    const own = new OwnServer();
    own.#connect = connect;
    own.#link = await connect();
    return own;
  }

  async execute(mode, statements) {
    check(mode, statements);
    if (statements.length === 0) {
      return [];
    }
    const begun = performance.now();
    for (let replay = 0; ; replay += 1) {
      try {
        return await this.#once(mode, statements);
      } catch (error) {
        if (!(error instanceof Collision)) {
          throw error;
        }
        const waited = performance.now() - begun;
        if (replay >= REPLAYS || (error.kind === 'locked' && waited >= LOCK_TIMEOUT_MS)) {
          throw error.told();
        }
      }
      const least = FIRST_PAUSE_MS * 2 ** replay;
      await sleep(least + least * Math.random());
    }
  }

  async #once(mode, statements) {
    const link = this.#link ?? (await this.#connect());
    this.#link = undefined;
    // One statement sees one state of the database by itself.
    const alone = mode === 'read' && statements.length === 1;
    let clean = true;
    try {
      if (!alone) {
        await link.begin(mode);
      }
      const results = await run(link, statements);
      if (!alone) {
        await commit(link);
      }
      return results;
    } catch (error) {
      clean = !isGone(error) && (alone || (await succeeds(() => link.command('ROLLBACK'))));
      throw error;
    } finally {
      if (clean && (await succeeds(() => link.release(mode)))) {
        this.#link = link;
      } else {
        link.end();
      }
    }
  }
}

async function run(link, statements) {
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
    await link.command('COMMIT');
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

/** Refuses a batch with a statement that breaks the storage contract; a server runs whatever it is given. */
function check(mode, statements) {
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
