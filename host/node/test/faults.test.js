// A database that fails under way: nothing is lost, nothing is sent twice, and the application goes on.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';

import { Hookwright } from '../src/index.js';
import { StorageError } from '../src/errors.js';
import { OwnSqlite } from '../src/storage/sqlite/own.js';
import { receiver } from './support/receiver.js';
import { LOCAL, applicationDatabase, driver, folder, one, until } from './support/site.js';

test('a database that cannot be written is named, and your transaction goes on', async (t) => {
  const database = applicationDatabase(t, join(folder(t), 'shop.db'));
  database.exec('CREATE TABLE orders (id INTEGER PRIMARY KEY)');
  const hookwright = new Hookwright({ database, driver, settings: LOCAL });
  t.after(() => hookwright.close());
  hookwright.registry.create({ url: 'https://receiver.example/', topics: [] });
  database.exec('BEGIN; INSERT INTO orders VALUES (1); PRAGMA query_only = ON');
  assert.throws(() => hookwright.publish('order.created', {}), {
    code: 'storage',
    reason: 'unavailable',
    message: /cannot be written/,
  });
  database.exec('PRAGMA query_only = OFF; COMMIT');
  assert.equal(one(database, 'SELECT COUNT(*) FROM orders'), 1);
  assert.equal(hookwright.deliveries.find().total, 0);
  assert.equal(hookwright.publish('order.created', {}).deliveries, 1);
});

test('outcomes wait while the database is away, and nothing is sent twice', async (t) => {
  const own = new OwnSqlite(join(folder(t), 'site.db'), { driver, timeoutMs: 5_000 });
  t.after(() => own.close());
  let isAway = false;
  const database = {
    dialect: 'sqlite',
    execute(mode, statements) {
      if (isAway) {
        throw new StorageError('unavailable', 'the disk is being changed');
      }
      return own.execute(mode, statements);
    },
  };
  const to = await receiver((_, response) => {
    isAway = to.received.length === 1;
    response.end();
  });
  t.after(to.close);
  const hookwright = new Hookwright({ database, settings: LOCAL });
  hookwright.registry.create({ url: to.url, topics: [] });
  hookwright.publish('order.created', { id: 1 });
  const steps = [];
  const dispatcher = hookwright.start({ pollMs: 20, observe: { error: ({ step }) => steps.push(step) } });
  await until(() => steps.includes('settle'), 'a settle that failed');
  assert.throws(() => hookwright.publish('order.created', { id: 2 }), { code: 'storage', reason: 'unavailable' });
  isAway = false;
  await until(() => hookwright.lifecycle.stats().deliveries.delivered === 1, 'the outcome is recorded');
  hookwright.publish('order.created', { id: 3 });
  await to.until(2);
  const { delivered, lost, unsettled } = await dispatcher.stop();
  assert.deepEqual([delivered, lost, unsettled, to.received.length], [2, 0, 0, 2]);
  await hookwright.close();
});
