// `npx hookwright`: the same names, defaults and JSON as the Rust program.

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';

import { receiver } from './support/receiver.js';
import { applicationDatabase, folder, site, until, verified } from './support/site.js';

const PROGRAM = fileURLToPath(new URL('../bin/hookwright.js', import.meta.url));

function cli(at, ...args) {
  const environment = { ...process.env, HOOKWRIGHT_DATABASE: join(at, 'cli.db'), HOOKWRIGHT_PING: 'false' };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [PROGRAM, ...args],
      { env: environment, cwd: at, timeout: 20_000 },
      (error, stdout, stderr) => {
        resolve({ code: error ? error.code : 0, stdout, stderr });
      },
    );
  });
}

test('create, publish, deliver, list', async (t) => {
  const to = await receiver();
  t.after(to.close);
  const at = folder(t);
  const created = await cli(
    at,
    'webhooks',
    'create',
    '--url',
    to.url,
    '--topic',
    'order.*,customer.created',
    '--allow-local',
    '--json',
    '--header',
    'X-Shop: one',
    '--rate',
    '100',
  );
  assert.equal(created.code, 0, created.stderr);
  const { webhook, secret } = JSON.parse(created.stdout);
  assert.deepEqual(
    [webhook.topics, webhook.header_names, webhook.requests_per_second],
    [['order.*', 'customer.created'], ['x-shop'], 100],
  );

  writeFileSync(join(at, 'order.json'), '{"id": 9007199254740993}');
  const published = await cli(
    at,
    'publish',
    'order.created',
    '--data',
    'order.json',
    '--key',
    'k',
    '--json',
    '--occurred-at',
    '2025-11-21T20:16:05Z',
  );
  const receipt = JSON.parse(published.stdout);
  assert.deepEqual([receipt.deliveries, receipt.replayed], [1, false]);
  const again = await cli(at, 'publish', 'order.created', '--data', 'order.json', '--key', 'k');
  assert.match(again.stdout, new RegExp(`^${receipt.event_id}  order.created to 1 webhook, stored before\n$`));
  assert.equal((await cli(at, 'publish', 'customer.created', '--sample')).code, 0);

  const delivered = await cli(at, 'deliver', '--allow-local', '--json');
  const lines = delivered.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    lines.map(({ kind }) => kind),
    ['attempt', 'attempt', 'summary'],
  );
  assert.deepEqual([lines[2].delivered, lines[2].most_in_flight > 0], [2, true]);
  assert.match(to.received.map(({ body }) => body.toString()).join('\n'), /"id":9007199254740993/, 'as it was written');
  to.received.forEach((request) => verified(request, secret));

  const listed = JSON.parse((await cli(at, 'deliveries', 'list', '--state', 'delivered', '--json')).stdout);
  assert.deepEqual([listed.total, listed.page, listed.per_page, listed.items[0].webhook_id], [2, 1, 50, webhook.id]);
  assert.match((await cli(at, 'webhooks', 'list')).stdout, new RegExp(`${webhook.id}  active`));
  assert.equal((await cli(at, 'deliver', '--allow-local')).stdout, 'Nothing was due.\n');
});

test('deliver --watch ends well by a signal', async (t) => {
  const to = await receiver();
  t.after(to.close);
  const at = folder(t);
  await cli(at, 'webhooks', 'create', '--url', to.url, '--allow-local');
  const environment = { ...process.env, HOOKWRIGHT_PING: 'false' };
  const watching = spawn(
    process.execPath,
    [PROGRAM, 'deliver', '--watch', '--allow-local', '--database', join(at, 'cli.db')],
    { env: environment },
  );
  let printed = '';
  watching.stdout.on('data', (chunk) => (printed += chunk));
  const ended = new Promise((resolve) => watching.on('close', resolve));
  await cli(at, 'publish', 'order.created', '--sample');
  await to.until(1);
  watching.kill('SIGTERM');
  assert.equal(await ended, 0);
  assert.match(printed, /order\.created  #1  200 .*\n1 delivered in /);
});

test('global options stand before or behind the command', async (t) => {
  const at = folder(t);
  const database = ['--database', join(at, 'other.db')];
  const before = await cli(at, ...database, '--set', 'ping=false', 'webhooks', 'create', '--url', 'https://x.example/');
  assert.equal(before.code, 0, before.stderr);
  const listed = await cli(at, '--json', ...database, 'webhooks', 'list', '--per-page', '5');
  assert.equal(JSON.parse(listed.stdout).total, 1, listed.stderr);
});

test('variables of the Rust program that are no settings are none here', async (t) => {
  const at = folder(t);
  site(t, { file: join(at, 'cli.db') });
  Object.assign(process.env, { HOOKWRIGHT_TOKEN: 'x', HOOKWRIGHT_TOOLS: '/tools' });
  t.after(() => ['TOKEN', 'TOOLS'].forEach((name) => delete process.env[`HOOKWRIGHT_${name}`]));
  const { code, stderr } = await cli(at, 'webhooks', 'list');
  assert.equal(code, 0, stderr);
});

/** A site with a webhook, and `deliver --watch` on its database in a process of its own, with what it has printed so far. */
async function watched(t, respond) {
  const to = await receiver(respond);
  t.after(to.close);
  const file = join(folder(t), 'cli.db');
  const hookwright = site(t, { file });
  hookwright.registry.create({ url: to.url, topics: [] });
  const args = [PROGRAM, 'deliver', '--watch', '--allow-local', '--database', file];
  const child = spawn(process.execPath, args, { env: { ...process.env, HOOKWRIGHT_PING: 'false' } });
  t.after(() => child.kill('SIGKILL'));
  const watching = { child, stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) {
    child[name].on('data', (chunk) => (watching[name] += chunk));
  }
  watching.ended = new Promise((resolve) => child.on('close', resolve));
  return { to, file, hookwright, watching };
}

test('one Ctrl-C that comes twice, as under npx, lets requests under way finish', async (t) => {
  let answer;
  const { to, hookwright, watching } = await watched(t, (_, response) => (answer = () => response.end()));
  hookwright.publish('order.created', {});
  await to.until(1);
  watching.child.kill('SIGINT');
  await until(() => watching.stderr.includes('Stopping'), 'it stops');
  watching.child.kill('SIGINT');
  answer();
  assert.equal(await watching.ended, 0, watching.stderr);
  assert.match(watching.stdout, /#1  200 /);
  assert.doesNotMatch(watching.stderr, /^Stopping at once/m);
});

test('an output that nobody reads any more stops it, with all that was begun recorded', async (t) => {
  const { hookwright, watching } = await watched(t);
  watching.child.stdout.destroy();
  hookwright.publish('order.created', {});
  assert.equal(await watching.ended, 1);
  assert.match(watching.stderr, /^error: nobody reads the output/m);
  assert.equal(hookwright.deliveries.find({ state: 'delivered' }).total, 1);
});

test('while the database is away it says so once, and when it is back', async (t) => {
  const { to, file, hookwright, watching } = await watched(t);
  hookwright.publish('order.created', {});
  await to.until(1);
  await until(() => watching.stdout.includes('  200  '), 'the outcome is recorded');
  const other = applicationDatabase(t, file);
  other.exec('ALTER TABLE hookwright_deliveries RENAME TO hookwright_gone');
  await until(() => /has failed and is tried again/.test(watching.stderr), 'the failure is told');
  other.exec('ALTER TABLE hookwright_gone RENAME TO hookwright_deliveries');
  await until(() => /The database answers again/.test(watching.stderr), 'the recovery is told');
  watching.child.kill('SIGTERM');
  assert.equal(await watching.ended, 0, watching.stderr);
  assert.equal(watching.stderr.match(/has failed and is tried again/g).length, 1, watching.stderr);
});

test('what is typed wrong is told, with exit code 1', async (t) => {
  const at = folder(t);
  const cases = [
    [['deliver'], /error: .*does not exist/],
    [['webhooks', 'create', '--url', 'http://127.0.0.1/'], /error: url: /],
    [['webhooks', 'create'], /error: --url: is needed/],
    [['webhooks', 'create', '--no-such'], /Unknown option '--no-such'/],
    [['publish', 'order.created'], /give the data with --data/],
    [['publish', 'order.created', '--data', 'none.json'], /--data \(none.json\): ENOENT/],
    [['publish', 'no.such', '--sample'], /there is no/],
    [['frobnicate'], /there is no command `frobnicate`/],
    [['constructor', '--help'], /there is no command `constructor`/],
    [['webhooks', 'list', '--page', 'x'], /--page: must be a whole number/],
    [['webhooks', 'list', '--set', 'max-payload-bytes'], /has no value/],
    [['webhooks', 'list', '--set', 'max-payload-bytes=1'], /settings.maxPayloadBytes: /],
  ];
  for (const [args, words] of cases) {
    const { code, stderr } = await cli(at, ...args);
    assert.deepEqual([code, words.test(stderr)], [1, true], `${args.join(' ')}: ${stderr}`);
  }
  const { stderr } = await cli(at, 'webhooks', 'create', '--url', 'ftp://x', '--json');
  assert.equal(JSON.parse(stderr).error.kind, 'invalid');
  assert.match((await cli(at, '--help')).stdout, /webhooks create --url/);
  assert.match((await cli(at, 'publish', '--help')).stdout, /--occurred-at/);
  assert.match((await cli(at, '--version')).stdout, /^hookwright 0\.1\.0\n$/);
});
