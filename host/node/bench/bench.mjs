// `npm run bench`: publish and delivery, each beside a bare reference of the same run. Figures are medians.
//
// The receiver is a process of its own. DRIVER chooses the SQLite library, FOLDER where the files lie. With `--json` the
// figures are printed as JSON, as `cargo xtask bench-hosts` reads them.

import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { Agent, request } from 'undici';

import { Hookwright } from '../src/index.js';
import { OwnSqlite } from '../src/storage/sqlite/own.js';

const ROUNDS = 16;
/** Rounds until the compiler has seen enough. */
const WARM_UP = 6;
const PUBLISHES = 200;
const DELIVERIES = 4_000;
const WEBHOOKS = 10;
const CONCURRENCY = 64;
const NOTE = 'x'.repeat(900);
const LIMITS = { below: 'target: below', atLeast: 'target: at least' };
const asJson = process.argv.includes('--json');

const driver = process.env.DRIVER;
const folder = mkdtempSync(join(process.env.FOLDER ?? tmpdir(), 'hookwright-bench-'));
const settings = { allowHttp: true, allowAddresses: ['loopback'], ping: false, maxInFlightPerWebhook: CONCURRENCY };

/** Counts the processor's time inside the database; a disk flush takes none. */
class Timed {
  dialect = 'sqlite';
  spentMs = 0;

  constructor(inner) {
    this.inner = inner;
  }

  execute(mode, statements) {
    const begun = process.cpuUsage();
    try {
      return this.inner.execute(mode, statements);
    } finally {
      this.spentMs += cpuMs(begun);
    }
  }
}

/** Of this process, since then: unlike the clock's, it is the same on a busy machine. */
function cpuMs(since) {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
}

function median(numbers) {
  return [...numbers].sort((one, other) => one - other)[Math.floor(numbers.length / 2)];
}

function timed(work) {
  const begun = performance.now();
  work();
  return performance.now() - begun;
}

function publishes() {
  const own = new OwnSqlite(join(folder, 'publish.db'), { driver, timeoutMs: 5_000 });
  const database = new Timed(own);
  const hookwright = new Hookwright({ database, settings });
  hookwright.registry.create({ url: 'https://receiver.example/', topics: ['order.*'] });
  const bare = bareCommits();
  const rounds = { publish: [], outside: [], bare: [], beyondCpu: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    database.spentMs = 0;
    const before = process.cpuUsage();
    const took = timed(() => {
      for (let id = 0; id < PUBLISHES; id += 1) {
        hookwright.publish('order.created', { id, note: NOTE });
      }
    });
    rounds.publish.push(took / PUBLISHES);
    const spent = cpuMs(before);
    rounds.outside.push((spent - database.spentMs) / PUBLISHES);
    const beforeBare = process.cpuUsage();
    rounds.bare.push(timed(bare) / PUBLISHES);
    rounds.beyondCpu.push((spent - cpuMs(beforeBare)) / PUBLISHES);
  }
  own.close();
  const [publish, outside, reference, beyondCpu] = Object.values(rounds).map((all) => median(all.slice(WARM_UP)));
  print('publish, one matching webhook, 1 KiB, synchronous=FULL', publish, 'ms');
  print('  processor time of it outside the database (component, glue, JSON)', outside, 'ms');
  print('  bare reference: the same three rows in one commit', reference, 'ms');
  print('  beyond the commit', publish - reference, 'ms', { below: 0.3 });
  print('  beyond the commit, processor time only', beyondCpu, 'ms');
}

/** An application that writes its outbox by hand: event, payload and delivery, with the indexes that a queue needs. */
function bareCommits() {
  const own = new OwnSqlite(join(folder, 'bare.db'), { driver, timeoutMs: 5_000 });
  const statement = (sql, params = []) => ({ sql, params, columns: [] });
  own.execute('schema', [
    statement('CREATE TABLE event (id TEXT PRIMARY KEY, topic TEXT, account TEXT, at INTEGER) WITHOUT ROWID'),
    statement('CREATE TABLE payload (id TEXT PRIMARY KEY, body BLOB) WITHOUT ROWID'),
    statement(
      'CREATE TABLE delivery (id TEXT PRIMARY KEY, event TEXT, webhook TEXT, state INTEGER, due INTEGER) WITHOUT ROWID',
    ),
    statement('CREATE INDEX delivery_due ON delivery (webhook, state, due)'),
    statement('CREATE INDEX delivery_event ON delivery (event)'),
  ]);
  let next = 0;
  const text = (val) => ({ tag: 'text', val });
  const integer = (val) => ({ tag: 'integer', val: BigInt(val) });
  return () => {
    for (let count = 0; count < PUBLISHES; count += 1) {
      const id = `evt_${String((next += 1)).padStart(26, '0')}`;
      const body = new TextEncoder().encode(JSON.stringify({ type: 'order.created', data: { id: count, note: NOTE } }));
      own.execute('write', [
        statement('INSERT INTO event VALUES (?, ?, ?, ?)', [text(id), text('order.created'), text(''), integer(next)]),
        statement('INSERT INTO payload VALUES (?, ?)', [text(id), { tag: 'blob', val: body }]),
        statement('INSERT INTO delivery VALUES (?, ?, ?, ?, ?)', [
          text(`d${id}`),
          text(id),
          text('wh_1'),
          integer(0),
          integer(next),
        ]),
      ]);
    }
  };
}

async function deliveries() {
  const receiver = fork(fileURLToPath(new URL('receiver.mjs', import.meta.url)), { stdio: 'inherit' });
  const port = await new Promise((resolve) => receiver.once('message', resolve));
  const url = `http://127.0.0.1:${port}/hook`;
  const hookwright = new Hookwright({ database: join(folder, 'deliver.db'), driver, settings });
  for (let count = 0; count < WEBHOOKS; count += 1) {
    hookwright.registry.create({ url, topics: [] });
  }
  const rates = { delivered: [], bare: [] };
  for (let round = 0; round < 4; round += 1) {
    for (let id = 0; id < DELIVERIES / WEBHOOKS; id += 100) {
      hookwright.events.publish(
        Array.from({ length: 100 }, () => ({ topic: 'order.created', data: { id, note: NOTE } })),
      );
    }
    const begun = performance.now();
    const { delivered } = await hookwright.deliver({ concurrency: CONCURRENCY });
    rates.delivered.push((delivered * 1000) / (performance.now() - begun));
    rates.bare.push(await bareRequests(url));
  }
  await hookwright.close();
  receiver.kill();
  const [delivered, bare] = Object.values(rates).map((all) => median(all.slice(1)));
  const what = `deliveries, ${CONCURRENCY} in flight, ${WEBHOOKS} webhooks, 1 KiB, loopback`;
  print(what, delivered, '/s', { atLeast: 2_000 });
  print('  bare reference: undici alone, no database', bare, '/s');
}

async function bareRequests(url) {
  const agent = new Agent({ pipelining: 1 });
  const body = JSON.stringify({ type: 'order.created', data: { id: 1, note: NOTE } });
  let left = DELIVERIES;
  const loop = async () => {
    while (left > 0) {
      left -= 1;
      const answer = await request(url, {
        dispatcher: agent,
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json' },
      });
      await answer.body.arrayBuffer();
    }
  };
  const begun = performance.now();
  await Promise.all(Array.from({ length: CONCURRENCY }, loop));
  const rate = (DELIVERIES * 1000) / (performance.now() - begun);
  await agent.close();
  return rate;
}

const figures = [];

function print(name, value, unit, target = {}) {
  figures.push({ name: name.trim(), value, unit, ...target });
  const [limit] = Object.entries(target).map(([side, number]) => `${LIMITS[side]} ${number}`);
  say(`${name.padEnd(66)}${`${value.toFixed(unit === 'ms' ? 3 : 0)} ${unit}`.padStart(12)}  ${limit ?? ''}`.trimEnd());
}

function say(line) {
  if (!asJson) {
    process.stdout.write(`${line}\n`);
  }
}

try {
  const library = driver ?? 'the SQLite library that is found';
  say(`Node ${process.version}, ${library}, ${availableParallelism()} cores, ${cpus()[0].model}`);
  publishes();
  await deliveries();
  if (asJson) {
    process.stdout.write(`${JSON.stringify(figures)}\n`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
