import assert from 'node:assert/strict';
import { test } from 'node:test';

import { InvalidInput, Refused, plugin, settings, unchanged } from '../src/index.js';
import { hookError } from '../src/errors.js';
import { contextOf, hasLongNumber, hooksOf } from '../src/hooks.js';
import { hostFor } from '../src/testing.js';

const of = (hooks) => plugin({ name: 'p', version: '1.0.0', ...hooks });
const filtering = (handler, topics) => hostFor(of({ filterPayload: { topics, handler } }));

test('a context has a member for each known name and keeps the others', () => {
  const pairs = [
    ['event-id', 'evt_1'],
    ['topic', 'order.created'],
    ['account', ''],
    ['occurred-at', '1795000000000'],
    ['attempt', '3'],
    ['site', 'shop-2'],
    ['__proto__', 'x'],
  ];
  const { others, ...context } = contextOf(pairs);
  assert.deepEqual(context, {
    eventId: 'evt_1',
    topic: 'order.created',
    occurredAt: 1795000000000,
    account: null,
    webhookId: null,
    deliveryId: null,
    attempt: 3,
  });
  assert.equal(others.site, 'shop-2');
});

test('a filter is asked for the topics that it wants', () => {
  const host = filtering((data, { topic }) => ({ ...data, topic }), ['order.*']);
  assert.deepEqual(host.filterPayload('order.created', { id: 7 }), { id: 7, topic: 'order.created' });
  assert.deepEqual(host.filterPayload('orders.created', { id: 7 }), { id: 7 });
  assert.deepEqual(host.shouldDeliver('order.created', {}), true);
  assert.deepEqual(host.filterRequest('order.created'), []);
});

test('what is no data is refused with what to return', () => {
  for (const [answer, words] of [
    [undefined, /filterPayload returned nothing: return the data, or `unchanged`/],
    [() => {}, /returned function, which has no form in JSON/],
    [Promise.resolve(1), /returned a promise: a hook answers at once/],
  ]) {
    assert.throws(() => filtering(() => answer).filterPayload('a', {}), words);
  }
  assert.equal(filtering(() => null).filterPayload('a', {}), null);
});

test('unchanged data keep every byte', () => {
  const hooks = hooksOf({ filterPayload: () => unchanged });
  assert.equal(hooks.filterPayload([], '{ "total": 1.50 }'), '{ "total": 1.50 }');
});

test('long numbers are found wherever they stand', () => {
  for (let before = 0; before < 40; before += 1) {
    for (let digits = 0; digits < 40; digits += 1) {
      const text = `${'x'.repeat(before)}${'7'.repeat(digits)}${before % 3 ? ',12' : ''}`;
      assert.equal(hasLongNumber(text), /\d{16}/.test(text), text);
    }
  }
});

test('a long number is a bigint, and a number again', () => {
  const host = filtering(({ id }) => ({ id: 2n ** 60n, of: typeof id }));
  if (JSON.rawJSON) assert.equal(host.filterPayload('a', {}).id, 2 ** 60);
  assert.deepEqual(filtering(() => 7n).filterPayload('a', {}), 7);
  assert.equal(BigInt.prototype.toJSON, undefined);
});

test('data that are no JSON are invalid input', () => {
  assert.throws(() => hooksOf({ filterPayload: (data) => data }).filterPayload([], '{'), InvalidInput);
});

test('a veto is a boolean', () => {
  const host = (answer) => hostFor(of({ shouldDeliver: { handler: () => answer } }));
  assert.equal(host(false).shouldDeliver('a', {}), false);
  assert.throws(() => host(0).shouldDeliver('a', {}), /must return true or false, not number/);
});

test('headers are members or pairs', () => {
  const add = (answer) => hostFor(of({ filterRequest: { handler: () => answer } })).filterRequest('a', []);
  assert.deepEqual(add({ 'X-A': '1' }), [['X-A', '1']]);
  assert.deepEqual(
    add([
      ['X-A', '1'],
      ['X-A', '2'],
    ]),
    [
      ['X-A', '1'],
      ['X-A', '2'],
    ],
  );
  assert.deepEqual(add(undefined), []);
  for (const wrong of [{ 'X-A': 1 }, ['X-A'], 'X-A: 1']) assert.throws(() => add(wrong), /filterRequest/);
});

test('an outcome has names of JavaScript and no holes', () => {
  const seen = [];
  const host = hostFor(of({ afterDelivery: { handler: (outcome, { attempt }) => seen.push(outcome, attempt) } }));
  host.afterDelivery('a', { state: 'retrying', status: 503, durationMs: 41, region: 'eu' }, { attempt: 2 });
  const expected = { state: 'retrying', status: 503, failure: null, durationMs: 41, reason: null, region: 'eu' };
  assert.deepEqual(seen, [expected, 2]);
});

test('settings are what the test says now, and not there outside of a hook', () => {
  const host = filtering((data) => ({ ...data, ...settings() }));
  host.settings = { region: 'us' };
  assert.deepEqual(host.filterPayload('a', {}), { region: 'us' });
  assert.throws(() => settings(), /there are no settings while the plugin is built/);
});

test('what is thrown has its kind, its message and its place', () => {
  assert.deepEqual(hookError(new Refused('no')), { tag: 'refused', val: 'no' });
  assert.deepEqual(hookError(new InvalidInput('odd')), { tag: 'invalid-input', val: 'odd' });
  const { tag, val } = hookError(new TypeError('outer', { cause: new Error('inner') }));
  assert.equal(tag, 'other');
  assert.match(val, /^TypeError: outer\nat .*hooks\.test\.js:\d+[^]*\ncaused by Error: inner\nat /);
  assert.equal(hookError('words').val, 'thrown was no Error but "words"');
  assert.equal(hookError(undefined).val, 'thrown was no Error but undefined');
});

test('what a plugin cannot have is not there in a test either, and the host is told what to do', () => {
  for (const reach of [() => fetch('https://x'), () => setTimeout(() => {}), () => process.env, () => new URL('x:')]) {
    const told = [];
    const host = filtering(() => {
      try {
        return reach();
      } catch (thrown) {
        told.push(hookError(thrown).val);
        return {};
      }
    });
    host.filterPayload('a', {});
    assert.match(told[0], /^ReferenceError: (\w+) is not defined \(.+\)/);
  }
  assert.equal(typeof process.env, 'object');
  assert.equal(typeof fetch, 'function');
});
