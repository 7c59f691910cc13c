// README.md, walked by somebody who has nothing but the packed package and what the registry gives.

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { driver, folder } from './support/site.js';

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));
const README = readFileSync(join(PACKAGE, 'README.md'), 'utf8');
const run = promisify(execFile);

/** The code blocks that begin with the name of a file. */
function files() {
  return Object.fromEntries(
    [...README.matchAll(/```js\n\/\/ (\S+)\n(.*?)```/gs)].map(([, name, text]) => [name, text]),
  );
}

/** The lines of all shell blocks. */
function commands() {
  return [...README.matchAll(/```sh\n(.*?)```/gs)].flatMap(([, text]) => text.trim().split('\n'));
}

test('a new user gets to a verified webhook', { skip: driver !== 'better-sqlite3' }, async (t) => {
  const at = folder(t);
  const typed = commands();
  assert.ok(typed.includes('npm pack') && typed.includes('node shop.mjs'), typed.join('\n'));

  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', at], {
    cwd: PACKAGE,
    shell: process.platform === 'win32',
  });
  const report = JSON.parse(stdout.slice(stdout.search(/^[[{]/m)));
  const [packed] = Array.isArray(report) ? report : Object.values(report);
  assert.ok(
    typed.some((line) => line.endsWith(`/${packed.filename}`)),
    packed.filename,
  );
  const names = packed.files.map(({ path }) => path);
  for (const needed of [
    'LICENSE-MIT',
    'LICENSE-APACHE',
    'README.md',
    'generated/hookwright.core.wasm',
    'types/index.d.ts',
  ]) {
    assert.ok(names.includes(needed), `${needed} is not packed`);
  }
  assert.ok(!names.some((name) => /^(test|bench|build|node_modules)\//.test(name)), names.join(' '));

  // What `npm install` would lay there, without asking the registry again.
  const modules = join(at, 'node_modules');
  mkdirSync(join(modules, 'hookwright'), { recursive: true });
  await run('tar', ['-xzf', join(at, packed.filename), '-C', join(modules, 'hookwright'), '--strip-components=1']);
  for (const name of readdirSync(join(PACKAGE, 'node_modules')).filter(
    (entry) => entry !== 'hookwright' && !entry.startsWith('.'),
  )) {
    symlinkSync(join(PACKAGE, 'node_modules', name), join(modules, name), 'dir');
  }
  const { 'receiver.mjs': receiver, 'shop.mjs': shop } = files();
  // A port of its own, so that the test gets along with others.
  writeFileSync(
    join(at, 'receiver.mjs'),
    receiver.replace('4000', '0').replace("'listening'", 'server.address().port'),
  );
  writeFileSync(join(at, 'shop.mjs'), shop);

  const environment = { ...process.env, HOOKWRIGHT_DATABASE: 'shop.db' };
  const hookwright = (line) => {
    const [program, ...args] = [
      join(modules, 'hookwright', 'bin', 'hookwright.js'),
      ...line.replaceAll("'", '').split(' ').slice(2),
    ];
    return run(process.execPath, [program, ...args], { cwd: at, env: environment });
  };
  const create = typed.find((line) => line.includes('webhooks create'));
  // The port is known when the receiver listens, the secret when the webhook is made: a first receiver finds the port.
  const secretless = await listening(t, at, 'whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz');
  secretless.child.kill();
  await secretless.ended;
  const made = await hookwright(create.replace('4000', secretless.port));
  const secret = /whsec_\S+/.exec(made.stdout)[0];
  writeFileSync(
    join(at, 'receiver.mjs'),
    receiver.replace('4000', secretless.port).replace("'listening'", 'server.address().port'),
  );
  const { printed } = await listening(t, at, secret);

  const told = await run(process.execPath, ['shop.mjs'], { cwd: at, env: environment });
  assert.match(told.stdout, /delivered: 2/);
  assert.match(printed(), /verified: order\.created \{ id: 1, total: 4500 \}/);
  assert.match(README, /verified: order\.created \{ id: 1, total: 4500 \}/);
  const listed = await hookwright(typed.find((line) => line.includes('deliveries list')));
  assert.match(listed.stdout, /delivered\s+order\.created/);
});

/** A receiver that listens; `port` is what it says first. */
async function listening(t, at, secret) {
  const child = spawn(process.execPath, ['receiver.mjs', secret], { cwd: at });
  t.after(() => child.kill());
  let text = '';
  const ended = new Promise((resolve) => child.on('close', resolve));
  child.stderr.on('data', (chunk) => (text += chunk));
  await new Promise((resolve, reject) => {
    child.stdout.on('data', (chunk) => ((text += chunk), resolve()));
    ended.then(() => reject(new Error(`the receiver ended: ${text}`)));
  });
  return { child, ended, port: text.trim(), printed: () => text };
}
