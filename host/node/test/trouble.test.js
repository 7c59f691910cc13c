// A dispatcher whose database fails, whose options are wrong, or whose listeners throw: it is told, and ends where it
// should.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';

import { Hookwright } from '../src/index.js';
import { StorageError } from '../src/errors.js';
import { Client } from '../src/dispatcher/client.js';
import { OwnSqlite } from '../src/storage/sqlite/own.js';
import { receiver } from './support/receiver.js';
import { LOCAL, driver, folder, site, until } from './support/site.js';

/** What the process is warned of from here on. */
function warnings(t) {
  const told = [];
  const hear = ({ name, message }) => told.push(`${name}: ${message}`);
  process.on('warning', hear);
  t.after(() => process.off('warning', hear));
  return told;
}

/** An installation whose database can be taken away, and what it logs. */
function ailing(t, options) {
  const own = new OwnSqlite(join(folder(t), 'site.db'), { driver, timeoutMs: 5_000 });
  const state = { isAway: false, logged: [] };
  const database = {
    dialect: 'sqlite',
    execute(mode, statements) {
      if (state.isAway) {
        throw new StorageError('unavailable', 'the disk is being changed');
      }
      return own.execute(mode, statements);
    },
  };
  const log = (level, message) => state.logged.push(`${level}: ${message}`);
  const hookwright = new Hookwright({ database, settings: LOCAL, log, ...options });
  t.after(async () => {
    await hookwright.close();
    own.close();
  });
  return Object.assign(state, { hookwright });
}

test('a run that has an end rejects after five failures, one without goes on, and each says so once', async (t) => {
  const site = ailing(t);
  site.isAway = true;
  const watching = site.hookwright.start({ pollMs: 20 });
  await assert.rejects(site.hookwright.deliver(), { code: 'storage', message: /the disk is being changed/ });
  const told = site.logged.filter((line) => /^warn: the dispatcher's claim has failed and is tried again/.test(line));
  assert.equal(told.length, 2, site.logged.join('\n'));
  assert.match(site.logged.at(-1), /claim has failed and ends its run: .*the disk is being changed/);
  site.isAway = false;
  const to = await receiver();
  t.after(to.close);
  site.hookwright.registry.create({ url: to.url, topics: [] });
  site.hookwright.publish('order.created', {});
  await to.until(1);
  assert.equal((await watching.stop()).delivered, 1);
});

test('outcomes that cannot be recorded end a run that has an end', async (t) => {
  const site = ailing(t);
  const to = await receiver((_, response) => {
    site.isAway = true;
    response.end();
  });
  t.after(to.close);
  site.hookwright.registry.create({ url: to.url, topics: [] });
  site.hookwright.publish('order.created', {});
  await assert.rejects(site.hookwright.deliver({ settleGraceMs: 0 }), { message: /the disk is being changed/ });
  assert.equal(to.received.length, 1);
  site.isAway = false;
});

test('what no repetition helps ends the run', async (t) => {
  const errors = [];
  const dispatcher = site(t).start({ leaseMs: 30_000, observe: { error: ({ error }) => errors.push(error) } });
  await assert.rejects(dispatcher.done, { code: 'invalid', message: /^leaseMs: / });
  assert.deepEqual([errors.length, errors[0].name], [1, 'ValidationError']);
});

test('options that are wrong are named', (t) => {
  const hookwright = site(t);
  for (const [name, values] of Object.entries({
    graceMs: [Number.NaN, -1, '5'],
    leaseMs: [0, 1.5, '30000'],
    signal: [{}, 'stop'],
    observe: ['error', () => {}],
    'observe.error': [{ error: 'log' }],
    connectTimeoutMs: [0, Number.NaN, 2 ** 31],
  })) {
    for (const value of values) {
      const options = { [name.split('.')[0]]: value };
      assert.throws(
        () => hookwright.start(options),
        (error) => error.fields?.[0].field === name,
        `${name} ${value}`,
      );
    }
  }
});

test('a grace longer than any timer does not cut off at once', async (t) => {
  let answer;
  const to = await receiver((_, response) => (answer = () => response.end()));
  t.after(to.close);
  const hookwright = site(t);
  hookwright.registry.create({ url: to.url, topics: [] });
  const warned = warnings(t);
  for (const graceMs of [2 ** 40, Infinity]) {
    hookwright.publish('order.created', {});
    const before = to.received.length;
    const dispatcher = hookwright.start({ graceMs });
    await to.until(before + 1);
    const stopped = dispatcher.stop();
    answer();
    assert.equal((await stopped).delivered, 1);
  }
  assert.deepEqual(warned, [], 'a timer that overflows ends after 1 ms');
});

test('listeners and a log that reject later do not end the process', async (t) => {
  const to = await receiver();
  t.after(to.close);
  const warned = warnings(t);
  const rejecting = async () => {
    throw new Error('a listener rejects');
  };
  const site = ailing(t, { log: rejecting });
  site.hookwright.registry.create({ url: to.url, topics: [] });
  site.hookwright.publish('order.created', {});
  const observe = { claimed: rejecting, sent: rejecting, settled: rejecting };
  assert.equal((await site.hookwright.deliver({ observe })).delivered, 1);
  site.isAway = true;
  await assert.rejects(site.hookwright.deliver(), { message: /the disk is being changed/ });
  const all = warned.join('\n');
  for (const what of ['observe.claimed', 'observe.sent', 'observe.settled', '`log`']) {
    assert.ok(all.includes(what), `${what}: ${all}`);
  }
});

test('a signal that was aborted before sends nothing', async (t) => {
  const to = await receiver();
  t.after(to.close);
  const hookwright = site(t);
  const { webhook } = hookwright.registry.create({ url: to.url, topics: [] });
  const client = new Client(hookwright.guard);
  t.after(() => client.close());
  const request = hookwright.deliveries.test(webhook.id);
  const { outcome } = await client.send(request, AbortSignal.abort());
  assert.deepEqual([outcome.failure.kind, to.connections()], ['timeout', 0]);
});

test('what is past its retention is removed soon after the start', async (t) => {
  const hookwright = site(t);
  let purges = 0;
  const { purge } = hookwright.lifecycle;
  hookwright.lifecycle.purge = (limit) => {
    purges += 1;
    return { ...purge.call(hookwright.lifecycle, limit), more: purges === 1 };
  };
  const dispatcher = hookwright.start();
  await until(() => purges === 2, 'a purge in two steps');
  await dispatcher.stop();
});
