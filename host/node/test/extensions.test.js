// Callbacks of the application: what they add, what they change, and what becomes of what they throw.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { receiver } from './support/receiver.js';
import { site, verified } from './support/site.js';

test('topics and every hook take part, in the order of their priority', async (t) => {
  const to = await receiver();
  t.after(to.close);
  const told = [];
  const hookwright = site(t, {
    extensions: [
      { name: 'second', priority: 2, filterData: (_, data) => ({ ...data, order: `${data.order} second` }) },
      {
        name: 'parcels',
        topics: [{ name: 'parcel.sent', title: 'Parcel sent', schema: { type: 'object' }, sample: { id: 1 } }],
        buildData: (event, data) => ({ id: data.id, order: 'built', topic: event.topic }),
        filterData: (_, data) => ({ ...data, order: `${data.order} first` }),
        shouldDeliver: ({ webhookId, eventId }, data) => (
          told.push([webhookId.slice(0, 3), eventId.slice(0, 4)]),
          data.id !== 13
        ),
        filterRequest: ({ attempt }, headers) => ({
          'x-attempt': String(attempt),
          'x-given': String(headers.length > 3),
        }),
        afterDelivery: ({ topic }, outcome) => told.push([topic, outcome.state, outcome.status]),
      },
    ],
  });
  assert.deepEqual(hookwright.catalogue.get('parcel.sent').sources, ['extension:parcels']);
  const { secret } = hookwright.registry.create({ url: to.url, topics: ['parcel.*'] });
  hookwright.publish('parcel.sent', { id: 7, secret: 'x' });
  assert.equal(hookwright.publish('parcel.sent', { id: 13 }).deliveries, 0, 'vetoed');
  await hookwright.deliver();
  const { data } = verified(to.received[0], secret);
  assert.deepEqual(data, { id: 7, order: 'built first second', topic: 'parcel.sent' });
  assert.deepEqual([to.received[0].headers['x-attempt'], to.received[0].headers['x-given']], ['1', 'true']);
  assert.deepEqual(told, [
    ['wh_', 'evt_'],
    ['wh_', 'evt_'],
    ['parcel.sent', 'delivered', 200],
  ]);
});

test('a hook is asked only for its topics, and undefined changes nothing', async (t) => {
  const asked = [];
  const hookwright = site(t, {
    extensions: [{ name: 'shop', for: ['order.*'], filterData: ({ topic }) => void asked.push(topic) }],
  });
  const { webhook } = hookwright.registry.create({ url: 'https://receiver.example/', topics: [] });
  hookwright.publish('customer.created', { id: 1 });
  hookwright.publish('order.created', { id: 2 });
  assert.deepEqual(asked, ['order.created']);
  const [{ id }] = hookwright.deliveries.find({ webhookId: webhook.id, topic: 'order.created' }).items;
  assert.match(Buffer.from(hookwright.deliveries.get(id).payload).toString(), /"data":\{"id":2\}/);
});

test('what a hook throws refuses the event by the name of the extension, and nothing else breaks', async (t) => {
  const to = await receiver();
  t.after(to.close);
  const logged = [];
  const hookwright = site(t, {
    log: (level, message) => logged.push(`${level} ${message}`),
    extensions: [
      {
        name: 'broken',
        filterData: (_, data) => {
          if (data.how === 'throw') throw new TypeError('no such field');
          if (data.how === 'text') throw 'just text';
          if (data.how === 'promise') return Promise.reject(new Error('late'));
          if (data.how === 'cycle') return (data.self = data);
          return data.how === 'function' ? () => {} : data;
        },
        shouldDeliver: (_, data) => (data.how === 'vague' ? 'perhaps' : true),
        filterRequest: () => {
          throw new Error('no headers today');
        },
        afterDelivery: () => {
          throw new Error('not interested');
        },
      },
    ],
  });
  hookwright.registry.create({ url: to.url, topics: [] });
  const words = {
    throw: /broken, filterData: no such field/,
    text: /just text/,
    promise: /returned a promise/,
    cycle: /circular/i,
    function: /data that JSON can say/,
    vague: /broken, shouldDeliver: it must answer/,
  };
  for (const [how, message] of Object.entries(words)) {
    assert.throws(() => hookwright.publish('order.created', { how }), { code: 'extension', message });
  }
  // Often enough that a leak of the guest's stack would end it.
  for (let count = 0; count < 500; count += 1) {
    assert.throws(() => hookwright.publish('order.created', { how: 'throw' }), { code: 'extension' });
  }
  assert.equal(hookwright.lifecycle.stats().deliveries.pending, 0);
  hookwright.publish('order.created', { how: 'well' });
  assert.equal((await hookwright.deliver()).delivered, 1, 'a due delivery goes out all the same');
  assert.ok(
    logged.some((line) => line.includes('no headers today')),
    logged.join('\n'),
  );
});

test('a hook may call the installation again, four calls deep', (t) => {
  let deepest = 0;
  const hookwright = site(t, {
    extensions: [
      {
        name: 'nested',
        filterData: (_, data) => {
          deepest = Math.max(deepest, data.depth);
          hookwright.publish('order.updated', { depth: data.depth + 1 });
        },
      },
    ],
  });
  assert.throws(() => hookwright.publish('order.created', { depth: 1 }), {
    code: 'extension',
    message: /events.publish was refused: 4/,
  });
  assert.equal(deepest, 4);
  hookwright.registry.create({ url: 'https://receiver.example/', topics: [] });
  assert.equal(hookwright.registry.find().total, 1, 'and the installation goes on');
});

test('extensions that are not well formed are refused when they are given', (t) => {
  const cases = [
    [{ filterData: () => {} }],
    [{ name: 'x', filterDta: () => {} }],
    [{ name: 'x', filterData: 'no' }],
    [{ name: 'x', for: 'order.*' }],
    [{ name: 'x', for: ['order*'] }],
    [{ name: 'x', priority: Number.NaN }],
    [{ name: 'x', topics: [{ title: 'no name' }] }],
    [{ name: 'x', topics: {} }],
    [{ name: 'x', topics: [{ name: 'Bad Topic!' }] }],
    [{ name: 'x', topics: [{ name: 'a\0b' }] }],
    [{ name: 'x', topics: [{ name: 'a.b', sample: 1n }] }],
    [{ name: '' }],
    [{ name: 'a\0' }],
    [{ name: '\ud800' }],
    [{ name: 'x'.repeat(1_000_000) }],
    new Array(2),
    [undefined],
    [[]],
    [() => {}],
    {},
    7,
    'x',
    [null, { name: 'y' }],
  ];
  for (const extensions of cases) {
    assert.throws(() => site(t, { extensions }), { code: 'invalid' }, String(extensions));
  }
});
