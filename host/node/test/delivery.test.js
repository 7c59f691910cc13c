// From a publish to a receiver that verifies.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { receiver } from './support/receiver.js';
import { site, until, verified } from './support/site.js';

test('what is published arrives, signed, and is recorded', async (t) => {
  const to = await receiver();
  t.after(to.close);
  const hookwright = site(t);
  const { webhook, secret } = hookwright.registry.create({
    url: to.url,
    topics: ['order.*'],
    headers: { 'x-shop': 'one' },
  });
  const receipt = hookwright.publish('order.created', { id: 7, note: 'é ✓' });
  assert.equal(receipt.deliveries, 1);

  const summary = await hookwright.deliver();
  assert.deepEqual([summary.attempts, summary.delivered, summary.unsettled], [1, 1, 0]);
  const [request] = to.received;
  const body = verified(request, secret);
  assert.deepEqual([body.type, body.data], ['order.created', { id: 7, note: 'é ✓' }]);
  assert.equal(request.headers['webhook-id'], receipt.eventId);
  assert.equal(request.headers['x-shop'], 'one');
  assert.equal(request.headers['content-length'], String(request.body.length));

  const { items, total } = hookwright.deliveries.find({ webhookId: webhook.id });
  assert.equal(total, 1);
  const { delivery, payload, attempts } = hookwright.deliveries.get(items[0].id);
  assert.equal(delivery.state, 'delivered');
  assert.deepEqual(Buffer.from(payload), request.body);
  assert.equal(attempts[0].outcome.response.status, 200);
  assert.equal(Buffer.from(attempts[0].outcome.response.body).toString(), 'ok');
  assert.equal(hookwright.lifecycle.stats().deliveries.delivered, 1);
});

test('a failure is tried again, and the receiver sees one id', async (t) => {
  let answers = 0;
  const to = await receiver((_, response) => {
    response.statusCode = (answers += 1) === 1 ? 500 : 204;
    response.end();
  });
  t.after(to.close);
  const hookwright = site(t);
  const { secret } = hookwright.registry.create({ url: to.url, topics: [], retryScheduleMs: [0, 50] });
  hookwright.publish('order.created', { id: 1 });
  const summary = await hookwright.deliver({ waitMs: 5_000 });
  assert.deepEqual([summary.attempts, summary.retrying, summary.delivered], [2, 1, 1]);
  const ids = to.received.map((request) => (verified(request, secret), request.headers['webhook-id']));
  assert.equal(new Set(ids).size, 1);
});

test('Retry-After reaches the core', async (t) => {
  const to = await receiver((_, response) => response.writeHead(503, { 'retry-after': '7200' }).end());
  t.after(to.close);
  const hookwright = site(t);
  hookwright.registry.create({ url: to.url, topics: [] });
  hookwright.publish('order.created', {});
  const before = Date.now();
  const { nextDue } = await hookwright.deliver();
  // An hour is the most that the policy grants.
  assert.ok(nextDue >= before + 3_500_000, `${nextDue - before} ms from now`);
});

test('redirects are not followed, and answers are cut', async (t) => {
  const elsewhere = await receiver();
  const to = await receiver((_, response) => {
    response.writeHead(302, { location: elsewhere.url });
    response.end('x'.repeat(100_000));
  });
  t.after(() => Promise.all([to.close(), elsewhere.close()]));
  const hookwright = site(t, { settings: { responseCapBytes: 1_000 } });
  hookwright.registry.create({ url: to.url, topics: [] });
  hookwright.publish('order.created', {});
  assert.equal((await hookwright.deliver()).delivered, 0);
  assert.equal(elsewhere.received.length, 0);
  const [{ id }] = hookwright.deliveries.find().items;
  const { status, body, truncated } = hookwright.deliveries.get(id).attempts[0].outcome.response;
  assert.deepEqual([status, body.length, truncated], [302, 1_000, true]);
});

test('a hanging receiver does not delay the others', async (t) => {
  const hanging = await receiver(() => {});
  const to = await receiver();
  t.after(() => Promise.all([to.close(), hanging.close()]));
  const hookwright = site(t);
  hookwright.registry.create({ url: hanging.url, topics: [], timeoutMs: 120_000 });
  const { webhook } = hookwright.registry.create({ url: to.url, topics: [] });
  for (let count = 0; count < 30; count += 1) {
    hookwright.publish('order.created', { count });
  }
  const dispatcher = hookwright.start();
  await to.until(30);
  await until(() => hookwright.deliveries.find({ webhookId: webhook.id, state: 'delivered' }).total === 30, 'recorded');
  assert.equal(hookwright.lifecycle.stats().deliveries.sending, 10, 'as many as one receiver may have at once');
  await dispatcher.stopNow();
});

test('a receiver that takes longer than its time-out has failed', async (t) => {
  const to = await receiver(() => {});
  t.after(to.close);
  const hookwright = site(t);
  const { webhook } = hookwright.registry.create({ url: to.url, topics: [], timeoutMs: 1_000 });
  const { outcome } = await hookwright.test(webhook.id);
  assert.deepEqual(outcome, { failure: { kind: 'timeout', message: 'no complete answer within 1000 ms' } });
});

test('a watching dispatcher notices a publish at once, and stops by its signal', async (t) => {
  const to = await receiver();
  t.after(to.close);
  const hookwright = site(t);
  hookwright.registry.create({ url: to.url, topics: [] });
  const stopping = new AbortController();
  const seen = [];
  const observe = {
    settled: ({ decision }) => seen.push(decision.state),
    sent: () => assert.fail('a listener throws'),
  };
  const dispatcher = hookwright.start({ signal: stopping.signal, pollMs: 60_000, observe });
  await new Promise((resolve) => setImmediate(resolve));
  hookwright.publish('order.created', { id: 1 });
  await to.until(1);
  await until(() => seen.length === 1, 'the outcome is told');
  stopping.abort();
  const summary = await dispatcher.done;
  assert.deepEqual([summary.delivered, seen], [1, ['delivered']]);
  assert.equal((await dispatcher.stop()).delivered, 1, 'a stop again ends as well');
});

test('a stop lets requests under way finish; a hard stop records them as failed', async (t) => {
  let release;
  const held = new Promise((resolve) => (release = resolve));
  const to = await receiver((_, response) => void held.then(() => response.end()));
  t.after(to.close);
  const hookwright = site(t);
  hookwright.registry.create({ url: to.url, topics: [] });
  hookwright.publish('order.created', {});
  const dispatcher = hookwright.start();
  await to.until(1);
  const stopped = dispatcher.stop();
  release();
  assert.deepEqual([(await stopped).delivered, (await stopped).unsettled], [1, 0]);

  const deaf = await receiver(() => {});
  t.after(deaf.close);
  hookwright.registry.create({ url: deaf.url, topics: ['customer.created'] });
  hookwright.publish('customer.created', {});
  const second = hookwright.start();
  await deaf.until(1);
  const summary = await second.stopNow();
  assert.ok(summary.retrying >= 1, JSON.stringify(summary));
  assert.equal(hookwright.lifecycle.stats().deliveries.sending, 0);
});

test('a test event and a ping are sent and recorded in one call', async (t) => {
  const to = await receiver((_, response) => response.writeHead(418).end('teapot'));
  t.after(to.close);
  const hookwright = site(t);
  const { webhook, secret } = hookwright.registry.create({ url: to.url, topics: ['order.created'], status: 'paused' });
  const { outcome, decision } = await hookwright.test(webhook.id);
  assert.deepEqual([outcome.response.status, decision.state], [418, 'exhausted']);
  assert.equal(verified(to.received[0], secret).type, 'order.created');
  assert.equal((await hookwright.ping(webhook.id)).outcome.response.status, 418);
  assert.equal(to.received.length, 2);
  await assert.rejects(() => hookwright.test('wh_none'), { code: 'not-found' });
});

test('a test event and a ping are sent as a dispatcher is told to send', async (t) => {
  const to = await receiver();
  t.after(to.close);
  const hookwright = site(t);
  const { webhook } = hookwright.registry.create({ url: `http://shop.example:${to.port}/`, topics: [] });
  const lookup = (host, _, callback) =>
    callback(null, [{ address: host === 'shop.example' ? '127.0.0.1' : '', family: 4 }]);
  const options = { lookup, connectTimeoutMs: 5_000, ca: undefined };
  hookwright.publish('order.created', {});
  assert.equal((await hookwright.deliver(options)).delivered, 1);
  assert.equal((await hookwright.test(webhook.id, { ...options, topic: 'order.created' })).decision.state, 'delivered');
  assert.equal((await hookwright.ping(webhook.id, options)).decision.state, 'delivered');
  await assert.rejects(hookwright.ping(webhook.id, { connectTimeoutMs: -1 }), { code: 'invalid' });
  await assert.rejects(hookwright.ping(webhook.id, { conectTimeoutMs: 1 }), { code: 'invalid' });
  await assert.rejects(hookwright.ping(webhook.id, 'all'), { code: 'invalid' });
  await assert.rejects(hookwright.ping(webhook.id, { ...options, account: undefined }), { code: 'invalid' });
});

test('nothing listens, the answer is no HTTP, the receiver hangs up: each is an outcome of its kind', async (t) => {
  const { createServer } = await import('node:net');
  const odd = createServer((socket) => socket.on('error', () => {}).end('this is not HTTP\r\n\r\n'));
  const rude = createServer((socket) => socket.on('error', () => {}).on('data', () => socket.destroy()));
  const ports = await Promise.all(
    [odd, rude].map(
      (server) => new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port))),
    ),
  );
  t.after(() => [odd, rude].forEach((server) => server.close()));
  const closed = await receiver();
  await closed.close();
  const hookwright = site(t);
  const kinds = {};
  for (const [name, url] of [
    ['odd', `http://127.0.0.1:${ports[0]}/`],
    ['rude', `http://127.0.0.1:${ports[1]}/`],
    ['closed', closed.url],
    ['tls', `https://127.0.0.1:${ports[0]}/`],
    ['dns', 'http://no-such-name.invalid/'],
  ]) {
    const { webhook } = hookwright.registry.create({ url, topics: [] });
    kinds[name] = (await hookwright.test(webhook.id)).outcome.failure?.kind;
  }
  const expected = { odd: 'protocol', rude: 'protocol', closed: 'connect', tls: 'tls', dns: 'dns' };
  assert.deepEqual(kinds, expected);
});
