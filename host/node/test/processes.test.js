// Several processes on one file: killed ones lose nothing, two workers send each delivery once, and the Rust program
// works on what Node stored.

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { promisify } from 'node:util';

import { receiver } from './support/receiver.js';
import { driver, site, verified } from './support/site.js';

const WORKER = fileURLToPath(new URL('support/worker.js', import.meta.url));
const SHORT = { leastLeaseMarginMs: 1_000, requestTimeoutMs: 1_000 };
const run = promisify(execFile);

function worker(file, task, ...more) {
  return run(process.execPath, [WORKER, file, driver, task, ...more], { timeout: 20_000 });
}

function ids(received) {
  return new Set(received.map(({ headers }) => headers['webhook-id']));
}

test('a process that is killed while it publishes or sends loses nothing that was stored', async (t) => {
  const to = await receiver();
  t.after(to.close);
  const hookwright = site(t, { settings: SHORT });
  hookwright.registry.create({ url: to.url, topics: [] });

  const publishing = spawn(process.execPath, [WORKER, hookwright.file, driver, 'publish', '100000']);
  let told = '';
  await new Promise((resolve) => {
    publishing.stdout.on('data', (chunk) => {
      told += chunk;
      if (told.split('\n').length > 20) {
        publishing.kill('SIGKILL');
      }
    });
    publishing.on('close', resolve);
  });
  const stored = told.split('\n').slice(0, -1);
  assert.ok(stored.length >= 20);

  await assert.rejects(worker(hookwright.file, 'die'), { signal: 'SIGKILL' });
  assert.ok(hookwright.lifecycle.stats().deliveries.sending > 0, 'it died holding leases');
  await hookwright.deliver({ waitMs: 5_000 });
  const arrived = ids(to.received);
  assert.deepEqual(
    stored.filter((id) => !arrived.has(id)),
    [],
    'all that was told as stored has arrived',
  );
  const { pending, sending, retrying } = hookwright.lifecycle.stats().deliveries;
  assert.deepEqual([pending, sending, retrying], [0, 0, 0]);
});

test('a process that ends inside a transaction has published nothing, one that ends before it records sends again', async (t) => {
  const to = await receiver();
  t.after(to.close);
  const hookwright = site(t, { settings: SHORT });
  hookwright.registry.create({ url: to.url, topics: [] });
  await assert.rejects(worker(hookwright.file, 'exit'), { code: 7, stdout: '1\n' });
  assert.equal(hookwright.deliveries.find().total, 0);

  const { eventId } = hookwright.publish('order.created', { id: 1 });
  await assert.rejects(worker(hookwright.file, 'exitSending'), { code: 7 });
  assert.equal(hookwright.lifecycle.stats().deliveries.sending, 1, 'its outcome was not recorded');
  assert.equal((await hookwright.deliver({ waitMs: 5_000 })).delivered, 1);
  assert.deepEqual(
    to.received.map(({ headers }) => headers['webhook-id']),
    [eventId, eventId],
    'the receiver knows by the id that it is the same event',
  );
});

test('two workers on one file send each delivery once', async (t) => {
  const to = await receiver();
  t.after(to.close);
  const hookwright = site(t);
  for (let count = 0; count < 5; count += 1) {
    hookwright.registry.create({ url: to.url, topics: [] });
  }
  const events = Array.from({ length: 40 }, (_, id) => ({ topic: 'order.created', data: { id } }));
  assert.ok(hookwright.events.publish(events).every(({ ok }) => ok));
  const summaries = await Promise.all(
    [1, 2].map(async () => JSON.parse((await worker(hookwright.file, 'deliver')).stdout)),
  );
  assert.equal(summaries[0].delivered + summaries[1].delivered, 200);
  assert.deepEqual(
    summaries.map(({ lost, unsettled }) => [lost, unsettled]),
    [
      [0, 0],
      [0, 0],
    ],
  );
  assert.equal(to.received.length, 200);
});

test('publishers and a worker in processes of their own get along', async (t) => {
  const to = await receiver();
  t.after(to.close);
  const hookwright = site(t);
  hookwright.registry.create({ url: to.url, topics: [] });
  const dispatcher = hookwright.start({ pollMs: 50 });
  await Promise.all([1, 2].map(() => worker(hookwright.file, 'publish', '50')));
  await to.until(100);
  const summary = await dispatcher.stop();
  assert.deepEqual([ids(to.received).size, summary.lost, summary.unsettled], [100, 0, 0]);
});

const RUST =
  process.env.TEST_RUST_PROGRAM ?? fileURLToPath(new URL('../../../target/debug/hookwright', import.meta.url));

test('the Rust program delivers what Node published, and Node reads what became of it', async (t) => {
  if (!existsSync(RUST)) {
    assert.ok(!process.env.CI, `${RUST} is missing: build it with \`cargo build -p hookwright\``);
    return t.skip('SKIPPED: the Rust program is not built');
  }
  const to = await receiver();
  t.after(to.close);
  const hookwright = site(t);
  const { secret, webhook } = hookwright.registry.create({ url: to.url, topics: ['order.*'] });
  const { eventId } = hookwright.publish('order.created', { id: 1, note: 'from Node' });
  const program = (...args) =>
    run(RUST, ['--database', hookwright.file, '--allow-local', '--set', 'ping=false', '--json', ...args], {
      timeout: 30_000,
    });
  const { stdout } = await program('deliver');
  assert.equal(JSON.parse(stdout.trim().split('\n').at(-1)).delivered, 1);
  assert.equal(verified(to.received[0], secret).data.note, 'from Node');
  const [delivery] = hookwright.deliveries.find({ eventId }).items;
  assert.deepEqual([delivery.state, delivery.webhookId], ['delivered', webhook.id]);
  assert.equal(hookwright.deliveries.get(delivery.id).attempts.length, 1);

  const { stdout: published } = await program('publish', 'order.created', '--sample');
  const summary = await hookwright.deliver();
  assert.equal(summary.delivered, 1);
  assert.equal(to.received[1].headers['webhook-id'], JSON.parse(published).event_id);
  const { stdout: listed } = await program('deliveries', 'list');
  assert.deepEqual(
    JSON.parse(listed).items.map(({ state }) => state),
    ['delivered', 'delivered'],
  );
});
