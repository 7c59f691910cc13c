// One connection to PostgreSQL, by the library `pg`, our own or the application's: how it is set, how a statement runs,
// what its errors mean.

import { StorageError } from '../../errors.js';
import { NULL, inStatement, refused } from '../contract.js';
import { Collision, library, unavailable, withoutPassword } from './failure.js';
import { LOCK_TIMEOUT_MS } from './own.js';

/** The transaction lock of schema batches: "Hook", as a number. The same as the Rust host's. */
const SCHEMA_LOCK = 0x486f_6f6b;
const CONNECT_TIMEOUT_MS = 10_000;
const CASTS = { integer: '::bigint', text: '::text', blob: '::bytea', null: '' };
/** Values come as the server writes them, with the type beside. */
const RAW = { getTypeParser: () => (written) => written };
const [BYTEA, INTEGERS, TEXTS] = [17, [20, 21, 23], [25, 1043, 19, 1042]];

/** Connects; throws where the database cannot be reached. */
export async function connect(url) {
  const { default: pg } = await library('pg');
  const name = withoutPassword(url);
  let client;
  try {
    client = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      application_name: 'hookwright',
      keepAlive: true,
    });
    // A connection that breaks while nobody asks is told by the next batch.
    client.on('error', () => {});
    await client.connect();
    await client.query(
      `SET lock_timeout = ${LOCK_TIMEOUT_MS}; SET standard_conforming_strings = on; SET client_min_messages = warning; ` +
        "SET client_encoding = 'UTF8'; SET bytea_output = 'hex'",
    );
  } catch (error) {
    void client?.end().catch(() => {});
    throw unavailable(`${name} cannot be reached (${error.message}); ${adviceOn(error.code)}`);
  }
  return new PostgresLink(client, name, new Map());
}

/** A client that the application lends; nothing where it is none of `pg`. */
export function lent(client) {
  if (typeof client?.escapeIdentifier !== 'function' || typeof client.query !== 'function') {
    return undefined;
  }
  return { key: client, open: async () => new PostgresLink(client, "the application's database") };
}

/** The server has no transaction open here. */
const NO_TRANSACTION = '25P01';

class PostgresLink {
  #client;
  /**
   * Names of prepared statements, by text and types of the parameters. On an application's client none is prepared:
   * behind a pooler, the next transaction is on another connection.
   */
  #prepared;

  constructor(client, name, prepared) {
    this.#client = client;
    this.#prepared = prepared;
    this.name = name;
  }

  async command(sql) {
    try {
      await this.#client.query(sql);
    } catch (error) {
      throw failureOf(error, this.name, (words) => words);
    }
  }

  /** Where a statement has failed since, the server rolls back instead, and says so only in passing. */
  async commit() {
    let answer;
    try {
      answer = await this.#client.query('COMMIT');
    } catch (error) {
      throw failureOf(error, this.name, (words) => words);
    }
    if (answer.command !== 'COMMIT') {
      const words =
        'another query on the same connection failed meanwhile, so nothing was stored; give it one of its own';
      throw new Collision('conflict', this.name, words);
    }
  }

  async begin(mode) {
    if (mode === 'read') {
      return this.command('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    }
    await this.command('BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE');
    return mode === 'schema' ? this.command(`SELECT pg_advisory_xact_lock(${SCHEMA_LOCK})`) : undefined;
  }

  async release() {}

  /** Sets a savepoint in the transaction that is open; false where none is. */
  async join(savepoint) {
    try {
      await this.#client.query(`SAVEPOINT ${savepoint}`);
      return true;
    } catch (error) {
      if (error.code === NO_TRANSACTION) {
        return false;
      }
      throw failureOf(error, this.name, (words) => words);
    }
  }

  /** Bounds how long the transaction's next statements wait for a lock; gives the command that takes it back. */
  async boundWaits() {
    const present = { sql: "SELECT current_setting('lock_timeout')", params: [], columns: ['text'] };
    const { values } = await this.run(0, present);
    if (values[0].val !== '0') {
      return undefined;
    }
    await this.command(`SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`);
    return 'SET LOCAL lock_timeout = 0';
  }

  end() {
    void this.#client.end().catch(() => {});
  }

  async run(index, { sql, params, columns }) {
    const text = numbered(sql, params);
    let answer;
    try {
      const values = params.map(({ tag, val }) =>
        tag === 'null' ? null : tag === 'blob' ? Buffer.from(val) : String(val),
      );
      answer = await this.#client.query({ name: this.#nameOf(text), text, values, rowMode: 'array', types: RAW });
    } catch (error) {
      throw failureOf(error, this.name, (words) => inStatement(index, sql, words));
    }
    if (answer.fields.length !== columns.length) {
      throw refused(index, sql, `${columns.length} columns are declared, ${answer.fields.length} come back`);
    }
    const values = answer.rows.flatMap((row) =>
      row.map((written, column) => {
        const value = valueOf(written, answer.fields[column].dataTypeID, columns[column]);
        if (value === undefined) {
          throw refused(index, sql, `column ${column} is declared as ${columns[column]}, but holds something else`);
        }
        return value;
      }),
    );
    return { values, affected: sql.startsWith('SELECT') ? 0n : BigInt(answer.rowCount ?? 0) };
  }

  #nameOf(text) {
    if (this.#prepared !== undefined && !this.#prepared.has(text)) {
      this.#prepared.set(text, `hookwright_${this.#prepared.size}`);
    }
    return this.#prepared?.get(text);
  }
}

/** What the server writes of bytes: as digits, or, where the application has set that, as text with escapes. */
function bytesOf(written) {
  if (written.startsWith('\\x')) {
    return Buffer.from(written.slice(2), 'hex');
  }
  const plain = written.replace(/\\(\\|[0-7]{3})/g, (_, escaped) =>
    escaped === '\\' ? escaped : String.fromCharCode(Number.parseInt(escaped, 8)),
  );
  return Buffer.from(plain, 'latin1');
}

/** `?` as `$1`, `$2`, …, each with the type of its value. */
function numbered(sql, params) {
  let position = 0;
  return sql.replaceAll('?', () => `$${(position += 1)}${CASTS[params[position - 1].tag]}`);
}

function valueOf(written, type, declared) {
  if (written === null) {
    return NULL;
  }
  if (declared === 'blob') {
    return type === BYTEA ? { tag: 'blob', val: new Uint8Array(bytesOf(written)) } : undefined;
  }
  if (declared === 'text') {
    return TEXTS.includes(type) ? { tag: 'text', val: written } : undefined;
  }
  const isNumber = (INTEGERS.includes(type) || TEXTS.includes(type)) && /^-?\d{1,19}$/.test(written);
  return isNumber ? { tag: 'integer', val: BigInt(written) } : undefined;
}

function failureOf(error, name, place) {
  const { code, message } = error;
  if (typeof code !== 'string' || !/^[0-9A-Z]{5}$/.test(code)) {
    // Without a code of the server it was the connection.
    return new Collision('broken', name, message);
  }
  if (code === '40001' || code === '40P01') {
    return new Collision('conflict', name, message);
  }
  if (code === '55P03') {
    return new Collision('locked', name, message);
  }
  if (code.startsWith('08') || ['57P01', '57P02', '57P03', '57P05'].includes(code)) {
    return new Collision('broken', name, message);
  }
  if (code === '25006' || code === '42501' || code.startsWith('53') || code.startsWith('58')) {
    return unavailable(`${name} cannot do it (${message}); ${adviceOn(code)}`);
  }
  return new StorageError(code.startsWith('23') ? 'constraint' : 'other', place(message));
}

function adviceOn(code) {
  switch (code) {
    case '28P01':
    case '28000':
      return 'check user and password in its URL, and pg_hba.conf on the server';
    case '3D000':
      return 'create the database, or name another one';
    case '25006':
      return 'use the primary server, and a database that is not read-only';
    case '42501':
      return 'grant that user what is missing, or name the owner of the tables';
    default:
      return 'check that the server runs and has room, and host and port in the URL';
  }
}
