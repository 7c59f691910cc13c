// Input that nobody should give: a clear error that names it, and nothing lost.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Hookwright } from '../src/index.js';
import { Component } from '../src/component.js';
import { StorageError } from '../src/errors.js';
import { receiver } from './support/receiver.js';
import { driver, folder, site, verified } from './support/site.js';

test('what is wrong is named, all of it at once', (t) => {
  const hookwright = site(t);
  assert.throws(
    () =>
      hookwright.registry.create({ url: 'ftp://x', topics: ['order.created', 'bad topic'], requestsPerSecond: 5_000 }),
    (error) => {
      assert.equal(error.name, 'ValidationError');
      assert.deepEqual(error.fields.map(({ field }) => field).sort(), ['requestsPerSecond', 'topics[1]', 'url']);
      return true;
    },
  );
  assert.throws(() => hookwright.registry.create({ url: 'https://x.example/', topic: 'x' }), {
    code: 'invalid',
    message: /^topic: /,
  });
});

test('a misspelt or missing account never sees everything', (t) => {
  const hookwright = site(t);
  const { webhook } = hookwright.registry.create({ url: 'https://x.example/', topics: [], account: 'acme' });
  for (const options of [
    { account: undefined },
    { account: null },
    { acount: 'acme' },
    { scope: 'mine' },
    { account: 7 },
  ]) {
    assert.throws(() => hookwright.registry.get(webhook.id, options), { code: 'invalid' }, JSON.stringify(options));
  }
  assert.throws(() => hookwright.registry.get(webhook.id, { account: 'other' }), { code: 'not-found' });
  assert.throws(() => hookwright.registry.get(webhook.id, { scope: 'installation' }), { code: 'not-found' });
  assert.equal(hookwright.registry.get(webhook.id, { account: 'acme' }).id, webhook.id);
});

test('odd values are refused before or by the core, never by a trap', (t) => {
  const hookwright = site(t);
  const odd = [
    undefined,
    null,
    7,
    -1,
    1.5,
    Number.NaN,
    Infinity,
    2n ** 70n,
    '',
    '\0',
    '\ud800',
    'x'.repeat(300_000),
    [],
    {},
    [[]],
    { toString: null },
    Symbol('s'),
    () => {},
    new Date(Number.NaN),
    new Uint8Array(3),
    true,
  ];
  const calls = (value) => [
    () => hookwright.publish(value, {}),
    () => hookwright.publish('order.created', value),
    () => hookwright.publish('order.created', {}, { account: value }),
    () => hookwright.publish('order.created', {}, { idempotencyKey: value }),
    () => hookwright.publish('order.created', {}, { occurredAt: value }),
    () => hookwright.events.publish(value),
    () => hookwright.events.publish([value]),
    () => hookwright.events.publish([{ topic: 'order.created', json: value }]),
    () => hookwright.registry.create(value),
    () => hookwright.registry.create({ url: value }),
    () =>
      hookwright.registry.create({ url: 'https://x.example/', topics: value, headers: value, retryScheduleMs: value }),
    () => hookwright.registry.get(value),
    () => hookwright.registry.find({ search: value, page: value }),
    () => hookwright.registry.delete(value),
    () => hookwright.registry.rotateSecret(value, { overlapMs: value }),
    () => hookwright.deliveries.claim(value),
    () => hookwright.deliveries.settle([{ outcome: value }]),
    () => hookwright.deliveries.recover({ since: value }),
    () => hookwright.deliveries.get(value),
    () => hookwright.catalogue.register({ name: value, schema: value }),
    () => hookwright.catalogue.document(value),
    () => hookwright.signing.sign({ id: value, timestamp: value, body: value }, value),
    () => hookwright.signing.verifyHeaders('github', value, value, value),
    () => hookwright.signing.generateSecret(value),
    () => hookwright.guard.checkUrl(value),
    () => hookwright.guard.checkAddress(value),
    () => hookwright.policy.simulate(value),
    () => hookwright.plugins.put({ name: value, description: value }),
    () => hookwright.lifecycle.purge(value),
    () => hookwright.lifecycle.erase(value),
    () => hookwright.lifecycle.stop(value),
    () => hookwright.accounts.setLimits(value, { maxWebhooks: value }),
  ];
  for (const value of odd) {
    for (const call of calls(value)) {
      try {
        call();
      } catch (error) {
        const told = `${call} with ${typeof value === 'string' ? JSON.stringify(value.slice(0, 20)) : String(value?.constructor?.name)}: ${error?.stack}`;
        assert.ok(['invalid', 'not-found', 'conflict'].includes(error.code), told);
      }
    }
  }
  hookwright.lifecycle.resume();
  assert.equal(hookwright.publish('order.created', { id: 1 }).replayed, false);
});

test('64-bit integers are exact', (t) => {
  const hookwright = site(t);
  const beyond = 2n ** 53n + 1n;
  const { webhook } = hookwright.registry.create({ url: 'https://y.example/', topics: [] });
  hookwright.catalogue.register({ name: 'odd.number' });
  hookwright.catalogue.configure('odd.number', { keepPayloadsMs: 5 });
  assert.equal(hookwright.catalogue.settings('odd.number').keepPayloadsMs, 5);
  assert.throws(() => hookwright.registry.update(webhook.id, { name: 'x', revision: beyond }), { code: 'conflict' });
  assert.equal(hookwright.registry.update(webhook.id, { name: 'x', revision: BigInt(webhook.revision) }).name, 'x');
  assert.throws(() => hookwright.registry.update(webhook.id, { revision: 2 ** 60 }), { code: 'invalid' });
});

test('a huge payload arrives whole, a larger one is refused', async (t) => {
  const to = await receiver();
  t.after(to.close);
  const hookwright = site(t, { settings: { maxPayloadBytes: 1_000_000 } });
  const { secret } = hookwright.registry.create({ url: to.url, topics: [] });
  const note = 'é'.repeat(499_000);
  hookwright.publish('order.created', { note: note.slice(0, 498_000) });
  assert.equal((await hookwright.deliver()).delivered, 1);
  assert.equal(verified(to.received[0], secret).data.note.length, 498_000);
  assert.throws(() => hookwright.publish('order.created', { note: note.repeat(3) }), { code: 'invalid' });
  const many = hookwright.events.publish(
    Array.from({ length: 500 }, (_, id) => ({ topic: 'order.created', data: { id, note: 'x'.repeat(10_000) } })),
  );
  assert.ok(many.every(({ ok }) => ok));
});

test('text that no UTF-8 can say is refused, NUL in data arrives, NUL in a name does not', async (t) => {
  const to = await receiver();
  t.after(to.close);
  const hookwright = site(t);
  const { secret } = hookwright.registry.create({ url: to.url, topics: [] });
  for (const data of [{ note: 'a\ud800b' }, { '\udc00': 1 }, ['\ud83d', '\ude00']]) {
    assert.throws(() => hookwright.publish('order.created', data), { code: 'invalid', message: /surrogate/ });
  }
  for (const json of ['{"a":"\ud800"}', '{"a":"\\ud800"}', '{"a":"\0"}']) {
    const publish = () => {
      const [{ ok, error }] = hookwright.events.publish([{ topic: 'order.created', json }]);
      assert.equal(ok, false, json);
      throw error;
    };
    assert.throws(publish, { code: 'invalid' }, json);
  }
  const odd = { note: 'a\0b', '\0': '\u2028 😀' };
  hookwright.publish('order.created', odd, { idempotencyKey: 'a\0b' });
  assert.equal(hookwright.publish('order.created', odd, { idempotencyKey: 'a\0b' }).replayed, true);
  assert.equal(hookwright.publish('order.created', odd, { idempotencyKey: 'a\0c' }).replayed, false);
  assert.equal((await hookwright.deliver()).delivered, 2);
  assert.deepEqual(verified(to.received[0], secret).data, odd);
  for (const call of [
    () => hookwright.publish('order\0.created', {}),
    () => hookwright.publish('order.created', {}, { account: 'a\0b' }),
    () => hookwright.registry.create({ url: to.url, topics: [], name: 'a\0b' }),
    () => hookwright.registry.create({ url: `${to.url}\0`, topics: [] }),
    () => hookwright.registry.create({ url: to.url, topics: [], headers: { 'x-a': 'a\0b' } }),
    () => hookwright.registry.find({ search: '\0' }),
  ]) {
    assert.throws(call, { code: 'invalid' }, String(call));
  }
});

test('data that are too deep, too large, or throw when they are written, are refused by name', (t) => {
  const hookwright = site(t);
  let deep = {};
  for (let depth = 0; depth < 100_000; depth += 1) {
    deep = { deep };
  }
  const throwing = {
    get note() {
      throw new Error('no note');
    },
  };
  for (const [data, message] of [
    // Older runtimes cannot write it, newer ones can, and it is too large.
    [deep, /^data: /],
    [throwing, /^data: cannot be written as JSON: no note/],
    [{ toJSON: () => undefined }, /^data: must be data that JSON can say/],
    [{ note: 'x'.repeat(20_000_000) }, /at most 16777216 at once/],
  ]) {
    assert.throws(() => hookwright.publish('order.created', data), { code: 'invalid', message });
  }
  const [{ error }] = hookwright.events.publish([{ topic: 'order.created', json: '['.repeat(200_000) }]);
  assert.equal(error.code, 'invalid');
  assert.equal(hookwright.publish('order.created', {}).deliveries, 0);
});

test('one bad event does not spoil its neighbours', (t) => {
  const hookwright = site(t);
  const answers = hookwright.events.publish([
    { topic: 'order.created', data: { id: 1 } },
    { topic: 'no.such', data: {} },
    { topic: 'order.created', json: '{"id": 9007199254740993}' },
    { topic: 'order.created', json: '{' },
  ]);
  assert.deepEqual(
    answers.map(({ ok }) => ok),
    [true, false, true, false],
  );
  assert.deepEqual(
    answers.filter(({ ok }) => !ok).map(({ error }) => error.name),
    ['ValidationError', 'ValidationError'],
  );
});

test('a setting that is wrong is refused when the installation is opened', (t) => {
  const database = `${folder(t)}/site.db`;
  const cases = { noSuchSetting: 1, maxPayloadBytes: 5, allowHttp: 'perhaps', allowAddresses: [{}] };
  for (const [key, value] of Object.entries(cases)) {
    assert.throws(
      () => new Hookwright({ database, driver, settings: { [key]: value } }),
      (error) => {
        assert.deepEqual(
          error.fields.map(({ field }) => field),
          [`settings.${key}`],
        );
        return true;
      },
    );
  }
  for (const options of [{}, { database: 7 }, { database: [] }, { database, driver: 'other' }, { datbase: 'x' }]) {
    assert.throws(
      () => new Hookwright({ driver, ...options }),
      (error) => ['invalid', 'driver'].includes(error.code),
    );
  }
});

test('a host part that breaks ends one call, its instance is replaced, and nothing is lost', (t) => {
  let broken = true;
  const inner = site(t);
  const database = {
    dialect: 'sqlite',
    execute: () => {
      throw new TypeError('the driver has a bug');
    },
  };
  const surroundings = {
    now: () => (broken ? 'never' : Date.now()),
    randomBytes: (length) => new Uint8Array(length),
    log() {},
    config: [],
    extensions: { topics: () => [], interests: () => [] },
  };
  const component = new Component(surroundings);
  const publish = () => component.call(database, 'events', 'publish', [[{ topic: 'order.created', data: '{}' }]]);
  assert.throws(publish, { code: 'component', message: /environment.now failed/ });
  broken = false;
  assert.throws(publish, { code: 'component', message: /storage.execute failed: the driver has a bug/ });
  database.execute = () => {
    throw new StorageError('unavailable', 'gone');
  };
  assert.throws(publish, { code: 'storage', reason: 'unavailable', message: 'gone' });
  database.execute = (_, statements) => statements.map(() => ({ values: [], affected: 'x' }));
  assert.throws(publish, { code: 'component', message: /broke off in events.publish/ });
  assert.equal(inner.publish('order.created', {}).deliveries, 0);
});

test('a trap drops the instance, and the next call has a fresh one', (t) => {
  const hookwright = site(t);
  // Answers that no database gives make the core stop, not the process.
  const rows = {
    dialect: 'sqlite',
    execute: (_, statements) => statements.map(() => ({ values: [{ tag: 'nonsense' }], affected: 0n })),
  };
  assert.throws(() => new Hookwright({ database: rows }), { code: 'component' });
  assert.equal(hookwright.publish('order.created', {}).deliveries, 0);
});
