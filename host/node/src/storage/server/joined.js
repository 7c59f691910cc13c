// Batches on an application's own connection to a server, inside the transaction that it has open there.
//
// Decides how a batch joins that transaction, what its failure does to it, and that calls on one connection follow one
// another; refuses to commit or to begin anything of the application's. As host/rust/storage/src/server/joined.rs has it.

import { StorageError, invalid } from '../../errors.js';
import { check, run, runAlone } from './batch.js';
import { Collision } from './failure.js';
import { lent as lentMysql } from './mysql.js';
import { lent as lentPostgres } from './postgres.js';

/** Makes the names of savepoints differ, from each other and from the application's. */
let nextSavepoint = 0;
/** By connection, the end of the last call on it, for all installations of the process. */
const lastCalls = new WeakMap();

/** An executor whose answers come later, because the application's connection answers later. */
export class JoinedServer {
  #lent;
  #link;

  /** Nothing where that is no connection of `pg` or `mysql2`. */
  static of(connection) {
    if (isPool(connection)) {
      throw invalid('database', 'is a pool; give the connection of it on which your transaction is open');
    }
    const postgres = lentPostgres(connection);
    const lent = postgres ?? lentMysql(connection);
    return lent === undefined ? undefined : new JoinedServer(postgres === undefined ? 'mysql' : 'postgres', lent);
  }

  constructor(dialect, lent) {
    this.dialect = dialect;
    this.#lent = lent;
  }

  /** What a call on this connection is about, whoever else lends it. */
  get connection() {
    return this.#lent.key;
  }

  /** Does the work when all that was begun on this connection before has ended. */
  inTurn(work) {
    const { key } = this.#lent;
    const done = (lastCalls.get(key) ?? Promise.resolve()).then(work);
    lastCalls.set(
      key,
      done.catch(() => {}),
    );
    return done;
  }

  async execute(mode, statements) {
    if (mode === 'own' || mode === 'schema') {
      throw new StorageError(
        'unavailable',
        `${mode} is not possible inside an application's transaction; use a connection of Hookwright's own`,
      );
    }
    check(mode, statements);
    if (statements.length === 0) {
      return [];
    }
    try {
      this.#link ??= await this.#lent.open();
    } catch (error) {
      throw error instanceof Collision ? broke(error) : error;
    }
    const link = this.#link;
    const savepoint = `hookwright_${(nextSavepoint += 1)}`;
    let isJoined;
    try {
      isJoined = await link.join(savepoint);
    } catch (error) {
      throw await lost(link, error);
    }
    return isJoined ? underSavepoint(link, savepoint, statements) : byItself(link, mode, statements);
  }
}

/** Reads too: on PostgreSQL a failed one would spoil the transaction. */
async function underSavepoint(link, savepoint, statements) {
  let unbound;
  let results;
  try {
    unbound = await link.boundWaits();
    results = await run(link, statements);
  } catch (error) {
    try {
      await link.command(`ROLLBACK TO SAVEPOINT ${savepoint}`);
      await link.command(`RELEASE SAVEPOINT ${savepoint}`);
      await takeBack(link, unbound);
    } catch {
      throw await lost(link, error, unbound);
    }
    throw joinedError(error);
  }
  try {
    await takeBack(link, unbound);
    await link.command(`RELEASE SAVEPOINT ${savepoint}`);
  } catch (error) {
    throw await lost(link, error, unbound);
  }
  return results;
}

async function takeBack(link, unbound) {
  if (unbound !== undefined) {
    await link.command(unbound);
  }
}

/** What a failure means when nothing of the batch is left. */
function joinedError(error) {
  if (!(error instanceof Collision)) {
    return error;
  }
  if (error.kind === 'locked') {
    return error.told();
  }
  const words = `it collided with another one (${error.message}); roll back and run it again`;
  return new StorageError('transaction-must-restart', words, { cause: error });
}

/**
 * The savepoint is gone, so what is left of the transaction must not be committed without the rest. After a deadlock
 * MySQL has ended it already, and the application's next statement would commit by itself.
 */
async function lost(link, error, unbound) {
  try {
    await link.command('ROLLBACK');
    // On MySQL it is the session's, which goes on.
    await takeBack(link, unbound);
  } catch {
    // It fails only where the connection is gone, and the transaction with it.
  }
  return new StorageError('transaction-lost', error.message, { cause: error });
}

/** No transaction is open: the batch is one, and is committed. */
async function byItself(link, mode, statements) {
  const { results, error } = await runAlone(link, mode, statements);
  if (error === undefined) {
    return results;
  }
  throw error instanceof Collision && error.kind === 'broken' ? broke(error) : (error.told?.() ?? error);
}

function broke(error) {
  return new StorageError('unavailable', `the application's connection broke: ${error.message}`, { cause: error });
}

/** Each query of a pool may go to another connection. */
function isPool(connection) {
  return typeof connection?.getConnection === 'function' || typeof connection?.idleCount === 'number';
}
