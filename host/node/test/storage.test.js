// The storage contract, rule by rule, on the driver itself.

import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import Module from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';

import { JoinedSqlite } from '../src/storage/sqlite/joined.js';
import { OwnSqlite } from '../src/storage/sqlite/own.js';
import { applicationDatabase, driver, folder, one } from './support/site.js';

const OPTIONS = { driver, timeoutMs: 1_000, mustExist: false };
const text = (val) => ({ tag: 'text', val });
const integer = (val) => ({ tag: 'integer', val: BigInt(val) });
const blob = (val) => ({ tag: 'blob', val });
const sql = (statement, params = [], columns = [], expect = undefined) => ({ sql: statement, params, columns, expect });
const insert = (id, name = 'mine') => sql('INSERT INTO item (id, name) VALUES (?, ?)', [integer(id), text(name)]);

function opened(t) {
  const file = join(folder(t), 'contract.db');
  const own = new OwnSqlite(file, OPTIONS);
  t.after(() => own.close());
  own.execute('schema', [sql('CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT, data BLOB)')]);
  return { file, own };
}

function ids(own) {
  return own
    .execute('read', [sql('SELECT id FROM item ORDER BY id', [], ['integer'])])[0]
    .values.map(({ val }) => Number(val));
}

test('values come back exactly as they went in', (t) => {
  const { own } = opened(t);
  const values = [
    [integer(2n ** 53n + 1n), 'integer'],
    [integer(-(2n ** 63n)), 'integer'],
    [integer(2n ** 63n - 1n), 'integer'],
    [text(''), 'text'],
    [text("é ✓ 🎉 '; DROP"), 'text'],
    [{ tag: 'null' }, 'text'],
    [blob(new Uint8Array()), 'blob'],
    [blob(new Uint8Array([0, 255, 0, 10])), 'blob'],
    [blob(new Uint8Array(200_000).fill(7)), 'blob'],
  ];
  for (const [value, column] of values) {
    const [
      {
        values: [back],
      },
    ] = own.execute('read', [sql('SELECT ? AS v', [value], [column])]);
    assert.equal(back.tag, value.tag);
    if (value.tag === 'blob') {
      assert.deepEqual(Buffer.from(back.val), Buffer.from(value.val));
    } else {
      assert.equal(back.val, value.val);
    }
  }
  const [
    {
      values: [digits],
    },
  ] = own.execute('read', [sql("SELECT '-9007199254740993' AS v", [], ['integer'])]);
  assert.equal(digits.val, -9007199254740993n);
});

test('a value of another type, text with NUL, and a wrong count are refused by name', (t) => {
  const { own } = opened(t);
  const cases = [
    [sql('SELECT 1.5 AS v', [], ['integer']), /declared as integer, but holds a real/],
    [sql("SELECT 'x' AS v", [], ['integer']), /no 64-bit number/],
    [sql("SELECT '9223372036854775808' AS v", [], ['integer']), /no 64-bit number/],
    [sql('SELECT 1 AS v', [], ['text']), /declared as text, but holds an integer/],
    [sql('SELECT ? AS v', [text('a\0b')], ['text']), /parameter 0 holds a NUL/],
    [sql('SELECT 1 AS v\0; x', [], ['integer']), /the SQL holds a NUL/],
    [sql('SELECT ? AS v', [], ['text']), /0 parameters for 1 placeholders/],
    [sql('SELECT 1 AS v', [integer(1)], ['integer']), /1 parameters for 0/],
    [sql('SELECT 1 AS v, 2 AS w', [], ['integer']), /1 columns are declared, 2/],
    [sql('DELETE FROM item'), /its batch is for reading/],
    [sql('COMMIT'), /neither reads nor changes|for reading/],
  ];
  for (const [statement, words] of cases) {
    assert.throws(() => own.execute('read', [statement]), { reason: 'other', message: words });
  }
  assert.throws(() => own.execute('write', [insert(1), sql('COMMIT')]), { reason: 'other' });
  assert.deepEqual(ids(own), []);
});

test('all statements of a batch or none', (t) => {
  const { own } = opened(t);
  own.execute('write', [insert(1)]);
  assert.throws(() => own.execute('write', [insert(2), insert(1)]), { reason: 'constraint', message: /statement 1/ });
  const rename = sql('UPDATE item SET name = ? WHERE id = ?', [text('x'), integer(99)], [], 1n);
  assert.throws(
    () => own.execute('own', [insert(3), rename]),
    (error) => {
      assert.deepEqual(error.toPayload(), { tag: 'expectation-failed', val: 1 });
      return true;
    },
  );
  assert.deepEqual(ids(own), [1]);
  const results = own.execute('write', [
    sql('UPDATE item SET name = ?', [text('x')], [], 1n),
    sql('DELETE FROM item WHERE id = 5'),
  ]);
  assert.deepEqual(
    results.map(({ affected }) => affected),
    [1n, 0n],
  );
});

test('a joined batch is under a savepoint, and its failure leaves your rows', (t) => {
  const { file, own } = opened(t);
  const database = applicationDatabase(t, file);
  const joined = new JoinedSqlite(database, 1_000);
  for (const begin of ['BEGIN', 'BEGIN IMMEDIATE', 'SAVEPOINT mine']) {
    database.exec(begin);
    database.exec("INSERT INTO item (id, name) VALUES (1, 'app')");
    joined.execute('write', [insert(2)]);
    assert.throws(() => joined.execute('write', [insert(3), insert(2)]), { reason: 'constraint' });
    assert.throws(() => joined.execute('write', [insert(3), sql('DELETE FROM nowhere')]), { reason: 'other' });
    assert.equal(one(database, 'SELECT COUNT(*) FROM item'), 2);
    assert.deepEqual(ids(own), [], begin);
    database.exec('ROLLBACK');
  }
  for (const mode of ['own', 'schema']) {
    assert.throws(() => joined.execute(mode, [insert(1)]), { reason: 'unavailable' });
  }
  joined.execute('write', [insert(4)]);
  assert.deepEqual(ids(own), [4], 'without a transaction of yours a batch is one of its own');
});

test('a transaction that SQLite itself ended is lost, and nothing of it is committed', (t) => {
  const { file, own } = opened(t);
  const database = applicationDatabase(t, file);
  database.exec(
    "CREATE TRIGGER gone BEFORE INSERT ON item WHEN NEW.id = 66 BEGIN SELECT RAISE(ROLLBACK, 'all of it'); END",
  );
  const joined = new JoinedSqlite(database, 1_000);
  database.exec('BEGIN');
  joined.execute('write', [insert(1)]);
  assert.throws(() => joined.execute('write', [insert(66)]), { reason: 'transaction-lost' });
  assert.throws(() => database.exec('COMMIT'), /no transaction/);
  assert.deepEqual(ids(own), []);
});

test('a lock is waited for, and then named', (t) => {
  const { file } = opened(t);
  const own = new OwnSqlite(file, { ...OPTIONS, timeoutMs: 100 });
  t.after(() => own.close());
  const other = applicationDatabase(t, file);
  other.exec('BEGIN IMMEDIATE');
  assert.throws(() => own.execute('write', [insert(1)]), { reason: 'unavailable', message: /locked by another/ });
  other.exec('COMMIT');
  own.execute('write', [insert(1)]);
  assert.deepEqual(ids(own), [1]);
});

test('on your connection a lock is waited for as long as on ours', (t) => {
  const { file, own } = opened(t);
  const [database, other] = [applicationDatabase(t, file), applicationDatabase(t, file)];
  database.exec('PRAGMA busy_timeout = 0');
  const joined = new JoinedSqlite(database, 700);
  other.exec('BEGIN IMMEDIATE');
  const begun = performance.now();
  assert.throws(() => joined.execute('write', [insert(1)]), { reason: 'unavailable', message: /locked by another/ });
  const waited = performance.now() - begun;
  assert.ok(waited >= 699 && waited < 5_000, `${waited} ms`);
  other.exec('COMMIT');
  joined.execute('write', [insert(1)]);
  assert.deepEqual(ids(own), [1]);
});

test('a better-sqlite3 that is installed and cannot be used leaves room for node:sqlite', (t) => {
  const { _load: load } = Module;
  t.after(() => (Module._load = load));
  Module._load = (name, ...more) => {
    if (name !== 'better-sqlite3') {
      return load(name, ...more);
    }
    return class {
      constructor() {
        throw new Error('it was compiled against a different Node.js version');
      }
    };
  };
  const file = join(folder(t), 'x.db');
  if (Module.isBuiltin('node:sqlite')) {
    new OwnSqlite(file, { ...OPTIONS, driver: undefined }).close();
  } else {
    assert.throws(() => new OwnSqlite(file, { ...OPTIONS, driver: undefined }), {
      code: 'driver',
      message: /better-sqlite3: it was compiled against a different/,
    });
  }
});

test('a file that cannot be used is named, with what to do', (t) => {
  const at = folder(t);
  const files = {
    'single-byte': /is not a SQLite database/,
    text: /not a SQLite database|is not a database/,
    foreign: /another program/,
    folder: /is a folder/,
    'none/x.db': /does not exist; create it/,
    ':memory:': /in memory/,
    '': /in memory/,
  };
  writeFileSync(join(at, 'single-byte'), 'x');
  writeFileSync(join(at, 'text'), 'this is a text '.repeat(100));
  mkdirSync(join(at, 'folder'));
  const foreign = applicationDatabase(t, join(at, 'foreign'));
  foreign.exec('PRAGMA application_id = 77');
  for (const [name, words] of Object.entries(files)) {
    const file = name === '' || name.startsWith(':') ? name : join(at, name);
    assert.throws(() => new OwnSqlite(file, OPTIONS), { reason: 'unavailable', message: words }, name);
  }
  assert.throws(() => new OwnSqlite(join(at, 'new.db'), { ...OPTIONS, mustExist: true }), {
    message: /does not exist/,
  });
});

test('a file that goes away, or becomes read-only, is an error and never a new file', (t) => {
  const { file, own } = opened(t);
  own.close();
  for (const end of ['', '-wal', '-shm']) {
    rmSync(file + end, { force: true });
  }
  assert.throws(() => own.execute('read', [sql('SELECT 1 AS v', [], ['integer'])]), {
    reason: 'unavailable',
    message: /does not exist/,
  });
  if (process.getuid() !== 0) {
    const locked = opened(t);
    locked.own.close();
    chmodSync(locked.file, 0o444);
    assert.throws(() => locked.own.execute('write', [insert(1)]), { reason: 'unavailable' });
  }
});
