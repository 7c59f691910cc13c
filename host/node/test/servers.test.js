// PostgreSQL and MySQL, where TEST_POSTGRES and TEST_MYSQL name an empty database each. The Rust suite starts them.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';

import { Hookwright } from '../src/index.js';
import { ServerStorage } from '../src/storage/server/remote.js';
import { receiver } from './support/receiver.js';
import { SERVERS, blob, integer, sql, text } from './support/servers.js';
import { LOCAL, verified } from './support/site.js';

const insert = (id) => sql('INSERT INTO node_item (id, name) VALUES (?, ?)', [integer(id), text('mine')]);

for (const { dialect, url, skip } of SERVERS) {
  test(`${dialect}: from a publish to a verified webhook, and in two installations at once`, { skip }, async (t) => {
    const to = await receiver();
    t.after(to.close);
    const prefix = `n${randomBytes(4).toString('hex')}_`;
    const settings = { ...LOCAL, tablePrefix: prefix };
    const [one, two] = [new Hookwright({ database: url, settings }), new Hookwright({ database: url, settings })];
    t.after(() => Promise.all([one.close(), two.close()]));
    const { secret } = one.registry.create({ url: to.url, topics: ['order.*'] });
    const first = one.publish('order.created', { id: 1, note: 'é 🎉' }, { idempotencyKey: 'k' });
    assert.equal(two.publish('order.created', { id: 1, note: 'é 🎉' }, { idempotencyKey: 'k' }).eventId, first.eventId);
    const events = Array.from({ length: 60 }, (_, id) => ({ topic: 'order.created', data: { id } }));
    assert.ok(two.events.publish(events).every(({ ok }) => ok));
    const summaries = await Promise.all([one.deliver(), two.deliver()]);
    assert.equal(summaries[0].delivered + summaries[1].delivered, 61, JSON.stringify(summaries));
    assert.equal(to.received.length, 61);
    to.received.forEach((request) => verified(request, secret));
    assert.equal(one.lifecycle.stats().deliveries.delivered, 61);
    assert.equal(one.deliveries.get(two.deliveries.find().items[0].id).attempts.length, 1);
    assert.throws(() => one.registry.get('wh_none'), { code: 'not-found' });
  });

  test(`${dialect}: the storage contract`, { skip }, (t) => {
    const storage = new ServerStorage(dialect, url);
    t.after(() => storage.close());
    storage.execute('schema', [
      sql('DROP TABLE IF EXISTS node_item'),
      sql('CREATE TABLE node_item (id BIGINT PRIMARY KEY, name VARCHAR(20))'),
    ]);
    const ids = () => {
      const [{ values }] = storage.execute('read', [sql('SELECT id FROM node_item ORDER BY id', [], ['integer'])]);
      return values.map(({ val }) => Number(val));
    };
    const bytes = dialect === 'postgres' ? 'SELECT ? AS v' : 'SELECT CAST(? AS BINARY) AS v';
    for (const [value, column, statement = 'SELECT ? AS v'] of [
      [integer(2n ** 53n + 1n), 'integer'],
      [integer(-(2n ** 63n)), 'integer'],
      [text("é ✓ 🎉 '; DROP"), 'text'],
      [{ tag: 'null' }, 'text'],
      [blob(new Uint8Array([0, 255, 0, 39])), 'blob', bytes],
      [blob(new Uint8Array(200_000).fill(7)), 'blob', bytes],
    ]) {
      const [{ values }] = storage.execute('read', [sql(statement, [value], [column])]);
      assert.deepEqual(values, [value]);
    }
    storage.execute('write', [insert(1)]);
    assert.throws(() => storage.execute('write', [insert(2), insert(1)]), {
      reason: 'constraint',
      message: /statement 1/,
    });
    const rename = sql('UPDATE node_item SET name = ? WHERE id = ?', [text('x'), integer(99)], [], 1n);
    assert.throws(() => storage.execute('own', [insert(3), rename]), { reason: 'expectation-failed', statement: 1 });
    assert.throws(() => storage.execute('write', [insert(4), sql('SELECT nonsense', [], ['text'])]), {
      reason: 'other',
    });
    for (const [mode, statement, words] of [
      ['read', sql('DELETE FROM node_item'), /its batch is for reading/],
      ['write', sql('COMMIT'), /neither reads nor changes/],
      ['write', sql('DROP TABLE node_item'), /not for that/],
      ['read', sql('SELECT ? AS v', [], ['text']), /0 parameters for 1/],
      ['read', sql('SELECT ? AS v', [text('a\0b')], ['text']), /parameter 0 holds a NUL/],
      ['read', sql("SELECT 'x' AS v", [], ['integer']), /declared as integer/],
      ['read', sql('SELECT 1 AS v, 2 AS w', [], ['integer']), /1 columns are declared, 2/],
    ]) {
      assert.throws(() => storage.execute(mode, [statement]), { reason: 'other', message: words });
    }
    assert.deepEqual(ids(), [1], 'all of a batch or nothing');
    storage.execute('schema', [sql('DROP TABLE node_item')]);
  });

  test(`${dialect}: a call that takes too long is given up, and the next one gets its own answer`, { skip }, (t) => {
    const storage = new ServerStorage(dialect, url, { longestWaitMs: 3_000 });
    t.after(() => storage.close());
    const late = dialect === 'postgres' ? "SELECT 'late' AS v FROM pg_sleep(5)" : 'SELECT SLEEP(5) AS v';
    const column = dialect === 'postgres' ? 'text' : 'integer';
    assert.throws(() => storage.execute('read', [sql(late, [], [column])]), {
      reason: 'unavailable',
      message: /no answer within 3 s; whether it has stored .* is not known/,
    });
    const [{ values }] = storage.execute('read', [sql("SELECT 'mine' AS v", [], ['text'])]);
    assert.deepEqual(values, [text('mine')]);
  });

  // How `pg` reads its URL is its own.
  const isMysql = dialect === 'mysql';
  test(`${dialect}: where TLS is asked for, nothing goes out in clear`, { skip: skip || !isMysql }, () => {
    for (const [options, words] of [
      ['?ssl={}', /secure connection|certificate/],
      ['?ssl-mode=REQUIRED', /ssl-mode=REQUIRED/],
    ]) {
      assert.throws(() => new Hookwright({ database: url + options }), { reason: 'unavailable', message: words });
    }
  });

  test(`${dialect}: a server that cannot be reached is named, without the password`, { skip }, () => {
    const wrong = new URL(url);
    wrong.password = 's3cret';
    wrong.port = '1';
    assert.throws(
      () => new Hookwright({ database: wrong.href }),
      (error) =>
        error.reason === 'unavailable' && /cannot be reached/.test(error.message) && !/s3cret/.test(error.message),
    );
  });
}
