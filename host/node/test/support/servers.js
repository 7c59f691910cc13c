// PostgreSQL and MySQL, where TEST_POSTGRES and TEST_MYSQL name an empty database each; and an application's connections.

import { randomBytes } from 'node:crypto';

import mysql from 'mysql2/promise';
import pg from 'pg';

import { Hookwright } from '../../src/index.js';
import { LOCAL } from './site.js';

/** What a test does on each server: its dialect, its URL, and why it is left out, if it is. */
export const SERVERS = [
  ['postgres', process.env.TEST_POSTGRES],
  ['mysql', process.env.TEST_MYSQL],
].map(([dialect, url]) => ({ dialect, url, skip: url ? false : `SKIPPED: no ${dialect} server is named` }));

/** An installation with tables of its own. */
export function installation(test, { url }, { settings, ...options } = {}) {
  const tablePrefix = `n${randomBytes(4).toString('hex')}_`;
  const hookwright = new Hookwright({ database: url, settings: { ...LOCAL, tablePrefix, ...settings }, ...options });
  test.after(() => hookwright.close());
  return hookwright;
}

/** A connection of the application's; `query` gives rows as objects. */
export async function connection(test, { dialect, url }, options = {}) {
  const client = dialect === 'postgres' ? new pg.Client({ connectionString: url, ...options }) : undefined;
  await client?.connect();
  const lent = client ?? (await mysql.createConnection({ uri: url, ...options }));
  lent.on('error', () => {});
  test.after(() => lent.end().catch(() => {}));
  return { lent, query: async (sql) => rowsOf(await lent.query(sql)) };
}

/** A table of the application's, in a name of its own. */
export async function table(test, { query }) {
  const name = `app_${randomBytes(4).toString('hex')}`;
  await query(`CREATE TABLE ${name} (id BIGINT PRIMARY KEY, name VARCHAR(20))`);
  return name;
}

export function rowsOf(answer) {
  return Array.isArray(answer) ? answer[0] : answer.rows;
}

const value = (tag, val) => ({ tag, val });
export const text = (val) => value('text', val);
export const integer = (val) => value('integer', BigInt(val));
export const blob = (val) => value('blob', val);
export const sql = (statement, params = [], columns = [], expect = undefined) => ({
  sql: statement,
  params,
  columns,
  expect,
});
