// Events stored with the application's own rows: both or neither.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';

import { Hookwright } from '../src/index.js';
import { receiver } from './support/receiver.js';
import { LOCAL, applicationDatabase, driver, folder, one, site, verified } from './support/site.js';

function shop(t, file) {
  const database = applicationDatabase(t, file);
  database.exec('PRAGMA journal_mode = WAL; CREATE TABLE orders (id INTEGER PRIMARY KEY, total INTEGER)');
  return database;
}

test('a transaction that is rolled back sends nothing, one that is committed sends', async (t) => {
  const to = await receiver();
  t.after(to.close);
  const file = join(folder(t), 'shop.db');
  const database = shop(t, file);
  const hookwright = site(t, { file });
  const { secret } = hookwright.registry.create({ url: to.url, topics: ['order.created'] });
  const place = (id) => {
    database.exec(`INSERT INTO orders VALUES (${id}, ${id * 10})`);
    return hookwright.joined(database).publish('order.created', { id });
  };

  database.exec('BEGIN');
  assert.equal(place(1).deliveries, 1);
  database.exec('ROLLBACK');
  assert.equal((await hookwright.deliver()).attempts, 0);
  assert.equal(one(database, 'SELECT COUNT(*) FROM orders'), 0);

  database.exec('BEGIN IMMEDIATE');
  place(2);
  assert.equal(hookwright.deliveries.find().total, 0, 'nobody else sees it yet');
  database.exec('COMMIT');
  assert.equal((await hookwright.deliver()).delivered, 1);
  assert.deepEqual(verified(to.received[0], secret).data, { id: 2 });
});

test('an installation on your connection joins by itself, and delivers on one of its own', async (t) => {
  const to = await receiver();
  t.after(to.close);
  const database = shop(t, join(folder(t), 'shop.db'));
  const hookwright = new Hookwright({ database, driver, settings: LOCAL });
  t.after(() => hookwright.close());
  hookwright.registry.create({ url: to.url, topics: [] });

  database.exec('BEGIN');
  hookwright.publish('order.created', { id: 1 });
  // A claim must not see what may be rolled back, nor wait for a lock that this very thread holds.
  assert.throws(() => hookwright.deliveries.claim(1), { code: 'storage', reason: 'unavailable' });
  const dispatcher = hookwright.start();
  database.exec('COMMIT');
  await to.until(1);
  assert.equal((await dispatcher.stop()).delivered, 1);
  await hookwright.close();
  assert.equal(one(database, 'SELECT 1'), 1, 'the connection stays the application’s');
});

test('a claim does not wait for a lock that this very thread holds', async (t) => {
  const to = await receiver();
  t.after(to.close);
  const file = join(folder(t), 'shop.db');
  const database = shop(t, file);
  const hookwright = site(t, { file });
  hookwright.registry.create({ url: to.url, topics: [] });
  hookwright.publish('order.created', { id: 1 });
  const joined = hookwright.joined(database);
  database.exec('BEGIN IMMEDIATE');
  const begun = performance.now();
  assert.throws(() => hookwright.deliveries.claim(1), { reason: 'unavailable', message: /open on the same thread/ });
  assert.throws(() => hookwright.publish('order.created', {}), { message: /open on the same thread/ });
  assert.ok(performance.now() - begun < 2_000);
  joined.publish('order.created', { id: 2 });
  const dispatcher = hookwright.start();
  database.exec('COMMIT');
  await to.until(2);
  assert.equal((await dispatcher.stop()).delivered, 2);
  database.exec('BEGIN');
  one(database, 'SELECT COUNT(*) FROM orders');
  assert.equal(
    hookwright.publish('order.created', { id: 3 }).deliveries,
    1,
    'where nothing is locked, nothing is refused',
  );
  database.exec('COMMIT');
});

test('what needs a transaction of its own is refused inside yours', (t) => {
  const file = join(folder(t), 'shop.db');
  const database = shop(t, file);
  const hookwright = site(t, { file });
  hookwright.registry.create({ url: 'https://receiver.example/', topics: [] });
  const joined = hookwright.joined(database);
  database.exec('BEGIN');
  joined.publish('order.created', {});
  assert.throws(() => joined.deliveries.claim(1), { code: 'storage', reason: 'unavailable' });
  database.exec('COMMIT');
});

test('a publish that is refused leaves your transaction as it was', (t) => {
  const file = join(folder(t), 'shop.db');
  const database = shop(t, file);
  const hookwright = site(t, { file });
  database.exec('BEGIN');
  database.exec('INSERT INTO orders VALUES (1, 10)');
  assert.throws(() => hookwright.joined(database).publish('no.such.topic', {}), { code: 'invalid' });
  database.exec('COMMIT');
  assert.equal(one(database, 'SELECT COUNT(*) FROM orders'), 1);
});

test('a transaction that has read must start again when another has written since', (t) => {
  const file = join(folder(t), 'shop.db');
  const [database, other] = [shop(t, file), applicationDatabase(t, file)];
  const hookwright = site(t, { file, busyTimeoutMs: 50 });
  hookwright.registry.create({ url: 'https://receiver.example/', topics: [] });
  database.exec('PRAGMA busy_timeout = 50');
  database.exec('BEGIN');
  one(database, 'SELECT COUNT(*) FROM orders');
  other.exec('INSERT INTO orders VALUES (9, 9)');
  const joined = hookwright.joined(database);
  assert.throws(() => joined.publish('order.created', {}), { code: 'storage', reason: 'transaction-must-restart' });
  database.exec('ROLLBACK');
  database.exec('BEGIN IMMEDIATE');
  assert.equal(joined.publish('order.created', {}).deliveries, 1);
  database.exec('COMMIT');
});

test('the same key gives the same receipt, also in a transaction', (t) => {
  const file = join(folder(t), 'shop.db');
  const database = shop(t, file);
  const hookwright = site(t, { file });
  const first = hookwright.publish('order.created', { id: 1 }, { idempotencyKey: 'order-1' });
  database.exec('BEGIN');
  const again = hookwright.joined(database).publish('order.created', { id: 1 }, { idempotencyKey: 'order-1' });
  database.exec('COMMIT');
  assert.deepEqual([again.eventId, again.replayed], [first.eventId, true]);
});
