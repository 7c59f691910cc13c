// One connection to MariaDB or MySQL, by the library `mysql2`, our own or the application's: how it is set, how a
// statement runs, what its errors mean.

import { StorageError } from '../../errors.js';
import { NULL, inStatement, refused } from '../contract.js';
import { Collision, library, unavailable, withoutPassword } from './failure.js';
import { LOCK_TIMEOUT_MS } from './own.js';

/** The lock of schema batches, one for each database of the server. The same as the Rust host's. */
const SCHEMA_LOCK = "CONCAT('hookwright-', LEFT(SHA2(DATABASE(), 256), 40))";
/** A statement of the core holds up to 1 MiB; its packet is somewhat larger. */
const LEAST_PACKET_BYTES = 2 << 20;
const CONNECT_TIMEOUT_MS = 10_000;
const LOCK_TIMEOUT_S = LOCK_TIMEOUT_MS / 1000;
const SETTINGS = [
  "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'",
  'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
  `SET SESSION innodb_lock_wait_timeout = ${LOCK_TIMEOUT_S}, SESSION autocommit = 1`,
];

/** Connects; throws where the database cannot be reached. */
export async function connect(url) {
  const { default: mysql } = await library('mysql2/promise');
  const name = withoutPassword(url);
  let connection;
  try {
    connection = await mysql.createConnection({
      ...placeOf(url),
      connectTimeout: CONNECT_TIMEOUT_MS,
      charset: 'utf8mb4',
      supportBigNumbers: true,
      bigNumberStrings: true,
      rowsAsArray: true,
      maxPreparedStatements: 256,
      enableKeepAlive: true,
    });
    // A connection that breaks while nobody asks is told by the next batch.
    connection.on('error', () => {});
    for (const setting of SETTINGS) {
      await connection.query(setting);
    }
    const [[[packet]]] = await connection.query('SELECT @@max_allowed_packet');
    if (Number(packet) < LEAST_PACKET_BYTES) {
      throw new Error(
        `it takes packets of ${packet} bytes only; set max_allowed_packet to ${LEAST_PACKET_BYTES} or more`,
      );
    }
  } catch (error) {
    connection?.destroy();
    throw unavailable(`${name} cannot be reached (${error.message}); check that the server runs, and its URL`);
  }
  return new MysqlLink(connection, name, mysql.TypedParameter);
}

/** A connection that the application lends, with callbacks or promises; nothing where it is none of `mysql2`. */
export function lent(connection) {
  const plain = typeof connection?.connection?.execute === 'function' ? connection.connection : connection;
  if (typeof plain?.execute !== 'function' || typeof plain.promise !== 'function') {
    return undefined;
  }
  return { key: plain, open: () => borrowed(plain) };
}

async function borrowed(connection) {
  const { default: mysql } = await library('mysql2');
  if (!(connection instanceof mysql.Connection)) {
    throw unavailable(
      'that connection is of another copy of mysql2 than this package finds; install one copy for both',
    );
  }
  const link = new MysqlLink(connection.promise(), "the application's database", mysql.TypedParameter);
  await link.checkCharset();
  return link;
}

/** What a URL says, as mysql2 takes it. Throws where that would be less than what is asked for. */
export function placeOf(url) {
  const { hostname, port, username, password, pathname, searchParams } = new URL(url);
  const database = decodeURIComponent(pathname.slice(1));
  if (database === '') {
    throw new Error('it names no database; write mysql://USER:PASSWORD@HOST/DATABASE');
  }
  const socketPath = searchParams.get('socket') ?? undefined;
  return {
    // In a URL, an address of IPv6 has brackets.
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? 3306 : Number(port),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database,
    socketPath,
    ssl: tlsOf(searchParams),
  };
}

const OFF = ['disable', 'disabled', 'false', '0', 'off', 'no', 'none', 'prefer', 'preferred'];
const TLS_ADVICE =
  "ask for TLS by `ssl={}`, for which the certificate is checked, or by an object of Node's TLS options";

/** What `ssl` holds for mysql2. What other programs call it is refused: the password would go out in clear. */
function tlsOf(options) {
  for (const [name, value] of options) {
    const plain = name.toLowerCase().replace(/[-_]/g, '');
    const isAbout = ['ssl', 'tls', 'usessl', 'requiressl', 'verify'].some((word) => plain.startsWith(word));
    if (name !== 'ssl' && isAbout && !OFF.includes(value.toLowerCase())) {
      throw new Error(`mysql2 does not know the option ${name}=${value} of its URL; ${TLS_ADVICE}`);
    }
  }
  const given = options.get('ssl');
  if (given === null || OFF.includes(given.toLowerCase())) {
    return undefined;
  }
  let read;
  try {
    read = JSON.parse(given);
  } catch {
    // The name of a set of certificates that mysql2 brings along; it refuses one that it does not know.
    return given;
  }
  if (typeof read !== 'object' || read === null || Array.isArray(read)) {
    throw new Error(`mysql2 makes nothing of ssl=${given} in its URL; ${TLS_ADVICE}`);
  }
  return read;
}

/** How rows come, whatever the application has set for its own. */
const AS_STORED = {
  rowsAsArray: true,
  nestTables: false,
  supportBigNumbers: true,
  bigNumberStrings: true,
  typeCast: (_, next) => next(),
};
const NO_SAVEPOINT = 1305;

class MysqlLink {
  #connection;
  #types;

  constructor(connection, name, types) {
    this.#connection = connection;
    this.#types = types;
    this.name = name;
  }

  async command(sql) {
    await this.#first(sql);
  }

  async commit() {
    await this.#first('COMMIT');
  }

  async begin(mode) {
    if (mode === 'read') {
      await this.command('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
      // Not READ ONLY: that refuses a read that locks.
      return this.command('START TRANSACTION WITH CONSISTENT SNAPSHOT');
    }
    if (mode === 'schema' && (await this.#number(`SELECT GET_LOCK(${SCHEMA_LOCK}, ${LOCK_TIMEOUT_S})`)) !== 1) {
      throw new Collision('locked', this.name, 'another process changes the tables');
    }
    return this.command('START TRANSACTION READ WRITE');
  }

  async release(mode) {
    if (mode === 'schema') {
      await this.#first(`SELECT RELEASE_LOCK(${SCHEMA_LOCK})`);
    }
  }

  /** Sets a savepoint in the transaction that is open; false where none is. */
  async join(savepoint) {
    // Where no transaction is open the first says nothing, and the second that there is no such savepoint.
    await this.command(`SAVEPOINT ${savepoint}`);
    try {
      await this.#connection.query(`ROLLBACK TO SAVEPOINT ${savepoint}`);
      return true;
    } catch (error) {
      if (error.errno === NO_SAVEPOINT) {
        return false;
      }
      throw failureOf(error, this.name, (words) => words);
    }
  }

  /** Bounds how long the transaction's next statements wait for a lock; gives the command that takes it back. */
  async boundWaits() {
    const seconds = await this.#number('SELECT @@SESSION.innodb_lock_wait_timeout');
    if (seconds <= LOCK_TIMEOUT_S) {
      return undefined;
    }
    await this.command(`SET SESSION innodb_lock_wait_timeout = ${LOCK_TIMEOUT_S}`);
    return `SET SESSION innodb_lock_wait_timeout = ${seconds}`;
  }

  /** In another character set the server would change or refuse what is written. */
  async checkCharset() {
    const charset = await this.#first('SELECT @@SESSION.character_set_client');
    if (charset !== 'utf8mb4') {
      throw unavailable(`${this.name} is spoken to in ${charset}; give its connection \`charset: 'utf8mb4'\``);
    }
  }

  end() {
    this.#connection.destroy();
  }

  async run(index, { sql, params, columns }) {
    let rows;
    let fields;
    try {
      const values = params.map((value) => this.#bound(value));
      [rows, fields] = await this.#connection.execute({ ...AS_STORED, sql, values });
    } catch (error) {
      throw failureOf(error, this.name, (words) => inStatement(index, sql, words));
    }
    const returned = fields?.length ?? 0;
    if (returned !== columns.length) {
      throw refused(index, sql, `${columns.length} columns are declared, ${returned} come back`);
    }
    if (returned === 0) {
      return { values: [], affected: BigInt(rows.affectedRows ?? 0) };
    }
    const values = rows.flatMap((row) =>
      row.map((stored, column) => {
        const value = valueOf(stored, columns[column]);
        if (value === undefined) {
          throw refused(index, sql, `column ${column} is declared as ${columns[column]}, but holds something else`);
        }
        return value;
      }),
    );
    return { values, affected: 0n };
  }

  async #number(sql) {
    return Number(await this.#first(sql));
  }

  /** The first value that the server answers, if any. */
  async #first(sql) {
    try {
      const [rows] = await this.#connection.query({ ...AS_STORED, sql });
      return Array.isArray(rows) ? rows[0]?.[0] : undefined;
    } catch (error) {
      throw failureOf(error, this.name, (words) => words);
    }
  }

  #bound({ tag, val }) {
    switch (tag) {
      case 'null':
        return null;
      case 'integer':
        return this.#types.LONGLONG(val);
      case 'blob':
        return Buffer.from(val);
      default:
        return val;
    }
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true });

/** The server tells text from bytes by a column's character set only, and keys are bytes there. */
function valueOf(stored, declared) {
  if (stored === null) {
    return NULL;
  }
  if (declared === 'blob') {
    const bytes = typeof stored === 'string' ? Buffer.from(stored, 'utf8') : stored;
    return Buffer.isBuffer(bytes) ? { tag: 'blob', val: new Uint8Array(bytes) } : undefined;
  }
  const text = Buffer.isBuffer(stored) ? textOf(stored) : stored;
  if (declared === 'text') {
    return typeof text === 'string' ? { tag: 'text', val: text } : undefined;
  }
  return /^-?\d{1,19}$/.test(String(text)) ? { tag: 'integer', val: BigInt(text) } : undefined;
}

function textOf(bytes) {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

const CONSTRAINTS = [1048, 1062, 1169, 1216, 1217, 1364, 1451, 1452, 1557, 1586, 3819, 4025];
const UNAVAILABLE = [
  1021, 1037, 1038, 1040, 1041, 1044, 1045, 1114, 1142, 1143, 1203, 1226, 1227, 1290, 1370, 1792, 1836,
];

function failureOf(error, name, place) {
  const { errno, sqlState } = error;
  // A server's error has an SQLSTATE; without one it was the connection.
  const words = `${wordsOf(error)} (${errno ?? error.code})`;
  if (sqlState === undefined || [1053, 1927, 2006, 2013, 3169, 4031].includes(errno)) {
    return new Collision('broken', name, words);
  }
  if ([1020, 1213, 1615].includes(errno)) {
    return new Collision('conflict', name, words);
  }
  if (errno === 1205) {
    return new Collision('locked', name, words);
  }
  if (UNAVAILABLE.includes(errno)) {
    return unavailable(`${name} cannot do it (${words}); check its disk, its limits, and what its user may do`);
  }
  return new StorageError(CONSTRAINTS.includes(errno) ? 'constraint' : 'other', place(words));
}

/** Some texts quote values. */
function wordsOf({ errno, message }) {
  if (errno === 1062 || errno === 1586) {
    return 'a row with the same key exists';
  }
  return [1292, 1366, 1367, 1411].includes(errno) ? 'a value does not fit its column' : message;
}
