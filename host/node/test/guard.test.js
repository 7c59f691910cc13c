// Who may be called: asked of the core, for the address that is really connected to, on every path.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Client } from '../src/dispatcher/client.js';
import { receiver } from './support/receiver.js';
import { site, until } from './support/site.js';

const PRIVATE = [
  'http://127.0.0.1/',
  'http://0x7f.1/',
  'http://2130706433/',
  'http://017700000001/',
  'http://[::1]/',
  'http://[::ffff:127.0.0.1]/',
  'http://10.0.0.1/',
  'http://192.168.1.1/',
  'http://localhost/',
  'http://[fe80::1]/',
];
const METADATA = ['http://169.254.169.254/latest/', 'http://[fd00:ec2::254]/', 'http://2852039166/'];

function request(url) {
  return {
    deliveryId: 'dlv_1',
    claimToken: 'token',
    webhookId: 'wh_1',
    method: 'POST',
    url,
    headers: [['x-a', 'b']],
    body: new Uint8Array([123, 125]),
    timeoutMs: 2_000,
    responseCapBytes: 100,
  };
}

test('a webhook at a private address is refused when it is made, and metadata always', (t) => {
  const strict = site(t, { settings: { allowAddresses: undefined } });
  for (const url of [...PRIVATE, ...METADATA]) {
    assert.throws(() => strict.registry.create({ url, topics: [] }), { code: 'invalid' }, url);
  }
  const open = site(t, { settings: { allowAddresses: ['loopback', 'private'] } });
  for (const url of METADATA) {
    assert.throws(() => open.registry.create({ url, topics: [] }), { code: 'invalid' }, url);
  }
});

test('the client refuses them by itself, whatever the URL says', async (t) => {
  const strict = site(t, { settings: { allowAddresses: undefined } });
  const client = new Client(strict.guard);
  t.after(() => client.close());
  for (const url of [...PRIVATE, ...METADATA]) {
    const { outcome } = await client.send(request(url));
    assert.equal(outcome.failure?.kind, 'blocked', `${url}: ${JSON.stringify(outcome)}`);
  }
});

test('a setting that is closed later holds for stored webhooks, on delivery, test and ping', async (t) => {
  const to = await receiver();
  t.after(to.close);
  const open = site(t);
  const { webhook } = open.registry.create({ url: to.url, topics: [] });
  open.publish('order.created', {});
  const strict = site(t, { file: open.file, settings: { allowAddresses: undefined } });
  assert.equal((await strict.deliver()).delivered, 0);
  assert.equal((await strict.test(webhook.id)).outcome.failure.kind, 'blocked');
  assert.equal((await strict.ping(webhook.id)).outcome.failure.kind, 'blocked');
  assert.equal(to.received.length, 0);
  assert.equal(to.connections(), 0);
});

test('a name is judged by the address that is connected to, at each connection', async (t) => {
  const to = await receiver((_, response) => response.writeHead(204, { connection: 'close' }).end());
  t.after(to.close);
  const asked = [];
  const guard = {
    checkUrl: () => ({ allowed: true }),
    checkAddress: (address) => {
      asked.push(address);
      return address === '127.0.0.1' ? { allowed: true } : { allowed: false, message: `${address} is private` };
    },
  };
  // A name server that says something else the next time.
  const answers = [
    [
      { address: '127.0.0.2', family: 4 },
      { address: '127.0.0.1', family: 4 },
    ],
    [{ address: '127.0.0.2', family: 4 }],
  ];
  const client = new Client(guard, { lookup: (_, options, callback) => callback(null, answers.shift()) });
  t.after(() => client.close());
  const url = `http://rebinding.example:${to.port}/`;
  assert.equal((await client.send(request(url))).outcome.response.status, 204);
  const { failure } = (await client.send(request(url))).outcome;
  assert.deepEqual([failure.kind, failure.message], ['blocked', 'the address may not be called: 127.0.0.2 is private']);
  assert.deepEqual(asked, ['127.0.0.2', '127.0.0.1']);
  assert.equal(to.received.length, 1);
});

test('those who wait for one name share a look-up, and each address is judged', async (t) => {
  const to = await receiver();
  t.after(to.close);
  const asked = [];
  const judged = [];
  const checkAddress = (address) => (judged.push(address), { allowed: address === '127.0.0.1', message: 'private' });
  const guard = { checkUrl: () => ({ allowed: true }), checkAddress };
  const client = new Client(guard, { lookup: (host, _, callback) => asked.push({ host, callback }) });
  t.after(() => client.close());
  const sent = (host) => [1, 2, 3].map(() => client.send(request(`http://${host}:${to.port}/`)));
  const [dead, good, bad] = ['dead.example', 'good.example', 'bad.example'].map(sent);
  await until(() => asked.length >= 3, 'the names are asked for');
  const failure = Object.assign(new Error('getaddrinfo EAI_AGAIN dead.example'), { syscall: 'getaddrinfo' });
  asked.find(({ host }) => host === 'good.example').callback(null, [{ address: '127.0.0.1', family: 4 }]);
  asked.find(({ host }) => host === 'bad.example').callback(null, [{ address: '10.0.0.1', family: 4 }]);
  asked.find(({ host }) => host === 'dead.example').callback(failure);
  assert.ok((await Promise.all(good)).every(({ outcome }) => outcome.response.status === 200));
  assert.ok((await Promise.all(bad)).every(({ outcome }) => outcome.failure.kind === 'blocked'));
  assert.deepEqual([...new Set(judged)].sort(), ['10.0.0.1', '127.0.0.1']);
  const failures = [...(await Promise.all(dead)), await client.send(request(`http://dead.example:${to.port}/`))];
  assert.ok(failures.every(({ outcome }) => outcome.failure.kind === 'dns'));
  assert.equal(asked.length, 3, 'a failure holds for a moment');
});

test('a guard that cannot answer lets nobody pass, and is asked again', async (t) => {
  const to = await receiver();
  t.after(to.close);
  let fails = true;
  const answer = () => {
    if (fails) {
      throw new Error('no answer');
    }
    return { allowed: true };
  };
  const client = new Client({ checkUrl: answer, checkAddress: answer });
  t.after(() => client.close());
  assert.equal((await client.send(request(to.url))).outcome.failure.kind, 'blocked');
  fails = false;
  assert.equal((await client.send(request(to.url))).outcome.response.status, 200);
});

test('proxies of the environment are not used', async (t) => {
  const [proxy, to] = [await receiver(), await receiver()];
  t.after(() => Promise.all([proxy.close(), to.close()]));
  const before = { ...process.env };
  t.after(() =>
    Object.assign(process.env, { HTTP_PROXY: before.HTTP_PROXY ?? '', http_proxy: before.http_proxy ?? '' }),
  );
  Object.assign(process.env, { HTTP_PROXY: proxy.url, http_proxy: proxy.url, NODE_USE_ENV_PROXY: '1' });
  const hookwright = site(t);
  hookwright.registry.create({ url: to.url, topics: [] });
  hookwright.publish('order.created', {});
  assert.equal((await hookwright.deliver()).delivered, 1);
  assert.deepEqual([proxy.received.length, to.received.length], [0, 1]);
});

test('headers that frame a message are the client’s own, and bad ones are an outcome', async (t) => {
  const to = await receiver();
  t.after(to.close);
  const client = new Client(site(t).guard);
  t.after(() => client.close());
  const framed = {
    ...request(to.url),
    headers: [
      ['Transfer-Encoding', 'chunked'],
      ['content-length', '999'],
      ['x-a', 'b'],
    ],
  };
  const { requestHeaders, outcome } = await client.send(framed);
  assert.equal(outcome.response.status, 200);
  assert.deepEqual(requestHeaders, [
    ['x-a', 'b'],
    ['accept', '*/*'],
  ]);
  assert.equal(to.received[0].headers['content-length'], '2');
  for (const headers of [[['bad name', 'x']], [['x', 'a\r\nb: c']], [['x', 'é\u0100']]]) {
    const bad = await client.send({ ...request(to.url), headers });
    assert.equal(bad.outcome.failure?.kind, 'protocol', JSON.stringify(headers));
  }
  assert.equal((await client.send(request('not a url'))).outcome.failure.kind, 'protocol');
  assert.equal((await client.send(request('ftp://x.example/'))).outcome.failure.kind, 'protocol');
});
