import assert from 'node:assert/strict';
import { test } from 'node:test';

import { structuredClone as clone } from '../src/clone.js';
import { format } from '../src/console.js';
import { TextDecoder as Decoder, TextEncoder as Encoder } from '../src/encoding.js';
import { plugin } from '../src/index.js';
import { hostFor } from '../src/testing.js';

const inside = (act, surroundings) => {
  let seen;
  const filterPayload = { handler: () => ((seen = act()), null) };
  const host = hostFor(plugin({ name: 'p', version: '1.0.0', filterPayload }), surroundings);
  host.filterPayload('a', null);
  return [seen, host];
};

test("the clock is the test's, in each way to read it", () => {
  const read = () => [
    Date.now(),
    new Date().getTime(),
    Date(),
    new Date(2026, 0, 1) instanceof Date,
    new Date(7).getTime(),
  ];
  const [seen] = inside(read, { now: '2026-11-22T02:00:00Z' });
  const now = Date.UTC(2026, 10, 22, 2);
  assert.deepEqual(seen, [now, now, new Date(now).toString(), true, 7]);
  const [again] = inside(() => new new Date(0).constructor().getTime());
  assert.equal(again, Date.UTC(2026, 0, 1));
  assert.ok(Date.now() > now - 1e12 && new Date().constructor === Date);
});

test('random numbers come from the seed', () => {
  const draw = () => [
    Math.random(),
    crypto.randomUUID(),
    [...crypto.getRandomValues(new Uint8Array(4))],
    crypto.getRandomValues(new Uint16Array(300)).length,
  ];
  const [first] = inside(draw, { seed: 1 });
  assert.deepEqual(inside(draw, { seed: 1 })[0], first);
  assert.notDeepEqual(inside(draw, { seed: 2 })[0], first);
  assert.ok(first[0] >= 0 && first[0] < 1);
  assert.match(first[1], /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.throws(() => inside(() => crypto.getRandomValues(new Uint8Array(65_537))), /65536 bytes at most/);
  const [many] = inside(() => Array.from({ length: 1000 }, Math.random));
  assert.ok(new Set(many).size === 1000 && Math.abs(many.reduce((sum, one) => sum + one) / 1000 - 0.5) < 0.05);
});

test('what is logged is kept, with its level', () => {
  const [, host] = inside(() => {
    console.log('a', { b: [1, 'x'] });
    console.debug('%s has %d of %j %%', 'o', 2, {});
    console.assert(1 === 2, 'sum');
    console.error(new TypeError('t'));
    console.time('x');
  });
  assert.deepEqual(host.log.slice(0, 3), [
    { level: 'info', message: 'a { b: [1, "x"] }' },
    { level: 'debug', message: 'o has 2 of {} %' },
    { level: 'error', message: 'Assertion failed sum' },
  ]);
  assert.match(host.log[3].message, /^TypeError: t\nat /);
  assert.equal(host.log.length, 4);
});

test('values look as their author would write them', () => {
  const circle = { name: 'c' };
  circle.self = circle;
  class Order {
    id = 7n;
  }
  for (const [value, text] of [
    [circle, '{ name: "c", self: [circular] }'],
    [new Order(), 'Order { id: 7n }'],
    [new Map([['a', new Set([1])]]), 'Map { "a" => Set { 1 } }'],
    [[undefined, null, -0.5, NaN], '[undefined, null, -0.5, NaN]'],
    [{ a: { b: { c: { d: 1 } } } }, '{ a: { b: { c: { d: 1 } } } }'],
    [{ a: { b: { c: { d: {} } } } }, '{ a: { b: { c: { d: … } } } }'],
    [new Date(NaN), 'Invalid Date'],
    [Uint8Array.of(1, 2), 'Uint8Array [1, 2]'],
    [Array(60).fill(0), `[${'0, '.repeat(50)}… 10 more]`],
    [Symbol('s'), 'Symbol(s)'],
    [Object.create(null), '{}'],
  ]) {
    assert.equal(format([value]), text);
  }
});

test('encoding is that of Node.js, for every text and every bytes', () => {
  let state = 7;
  const next = () => (state = (Math.imul(state, 1103515245) + 12345) >>> 0) >>> 8;
  for (let round = 0; round < 3000; round += 1) {
    const bytes = Uint8Array.from(
      { length: next() % 8 },
      () => [next() & 255, 0xed, 0xa0, 0xf4, 0xe2, 0x82][next() % 6],
    );
    assert.equal(
      new Decoder('utf8', { ignoreBOM: true }).decode(bytes),
      new TextDecoder('utf8', { ignoreBOM: true }).decode(bytes),
      `${bytes}`,
    );
    const text = String.fromCharCode(
      ...Array.from({ length: next() % 6 }, () => [next() & 0xffff, 0xd83d, 0xde00, 0x41][next() % 4]),
    );
    assert.deepEqual(new Encoder().encode(text), new TextEncoder().encode(text));
  }
  assert.equal(new Decoder().decode(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61)), 'a');
  assert.throws(() => new Decoder('utf-8', { fatal: true }).decode(Uint8Array.of(0xff)), TypeError);
  assert.throws(() => new Decoder('latin1'), RangeError);
  assert.deepEqual(new Encoder().encodeInto('aé', new Uint8Array(2)), { read: 1, written: 1 });
});

test('a clone is another one of the same content', () => {
  const value = {
    list: [1, , new Date(7)],
    map: new Map([[{ a: 1 }, new Set(['x'])]]),
    bytes: Uint8Array.of(1, 2),
    big: 2n,
  };
  value.self = value;
  const copy = clone(value);
  assert.deepEqual(copy, structuredClone(value));
  assert.ok(copy !== value && copy.self === copy && copy.bytes.buffer !== value.bytes.buffer);
  assert.throws(() => clone({ act() {} }), /a function cannot be cloned/);
});
