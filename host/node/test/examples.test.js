// The examples, as a client of them sees them.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';

import { receiver } from './support/receiver.js';
import { LOCAL, driver, folder, verified } from './support/site.js';

const needed = driver === 'better-sqlite3' ? false : 'the examples use better-sqlite3';

async function post(base, path, body) {
  const response = await fetch(base + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

async function walk(t, listen) {
  const to = await receiver();
  t.after(to.close);
  const { openShop } = await import('../examples/orders.js');
  const shop = openShop(join(folder(t), 'shop.db'), LOCAL);
  const { base, close } = await listen(shop);
  t.after(async () => {
    await close();
    await shop.hookwright.close();
    shop.database.close();
  });
  shop.hookwright.start();

  assert.equal((await post(base, '/webhooks', { url: 'ftp://x' })).status, 400);
  const created = await post(base, '/webhooks', { url: to.url });
  assert.equal(created.status, 201, JSON.stringify(created));
  // It fails after the event was published: neither the order nor the event may remain.
  assert.equal((await post(base, '/orders', { item: 'yacht', total: 1_000_000 })).status, 422);
  const placed = await post(base, '/orders', { item: 'tea', total: 450, customerEmail: 'ann@example.com' });
  assert.equal(placed.status, 201);

  await to.until(1);
  const { data } = verified(to.received[0], created.body.secret);
  assert.deepEqual(data, { id: placed.body.id, item: 'tea', total: 450 });
  assert.deepEqual(
    (await (await fetch(`${base}/orders`)).json()).map(({ item }) => item),
    ['tea'],
  );
  await shop.hookwright.close();
  assert.equal(to.received.length, 1);
}

test('express', { skip: needed }, (t) =>
  walk(t, async (shop) => {
    const { createApp } = await import('../examples/express.js');
    const server = createApp(shop).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    return {
      base: `http://127.0.0.1:${server.address().port}`,
      close: () => new Promise((resolve) => server.close(resolve)),
    };
  }),
);

test('fastify', { skip: needed }, (t) =>
  walk(t, async (shop) => {
    const { createApp } = await import('../examples/fastify.js');
    const app = createApp(shop);
    const base = await app.listen({ port: 0, host: '127.0.0.1' });
    return { base, close: () => app.close() };
  }),
);
