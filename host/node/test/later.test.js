// The core where its storage answers later, as on an application's connection to a server; here SQLite behind a promise.

import assert from 'node:assert/strict';
import { setImmediate as later } from 'node:timers/promises';
import { test } from 'node:test';

import { JoinedComponent } from '../src/joined/component.js';
import { StorageError } from '../src/errors.js';
import { OwnSqlite } from '../src/storage/sqlite/own.js';
import { driver, site } from './support/site.js';

const EVENT = { topic: 'order.created', data: '{"id":1}' };

/** The component on the file of an installation with a webhook; `extensions` and `environment` beside the usual ones. */
function core(t, { extensions, ...environment } = {}) {
  const hookwright = site(t);
  hookwright.registry.create({ url: 'https://receiver.example/', topics: [] });
  const component = new JoinedComponent({
    now: Date.now,
    randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
    log() {},
    config: [],
    extensions: { topics: () => [], interests: () => [], ...extensions },
    ...environment,
  });
  const own = new OwnSqlite(hookwright.file, { driver, timeoutMs: 5_000 });
  t.after(() => {
    component.close();
    own.close();
  });
  const storage = {
    dialect: 'sqlite',
    inTurn: (work) => Promise.resolve().then(work),
    async execute(mode, statements) {
      await later();
      return own.execute(mode, statements);
    },
  };
  const publish = async (on = storage) => component.call(on, 'events', 'publish', [[EVENT]]);
  return { hookwright, component, storage, publish };
}

test('calls answer as those that answer at once, and many are under way together', async (t) => {
  const { hookwright, component, storage, publish } = core(t);
  const answers = await Promise.all(Array.from({ length: 12 }, () => publish()));
  assert.ok(answers.every(([{ tag, val }]) => tag === 'ok' && val.deliveries === 1));
  assert.equal(hookwright.deliveries.find().total, 12);
  const found = await component.call(storage, 'registry', 'find', [
    { scope: { tag: 'all' }, sort: 'created', descending: false, paging: { page: 1, perPage: 5 } },
  ]);
  assert.deepEqual(found.items[0].topics, hookwright.registry.find().items[0].topics);
  await assert.rejects(component.call(storage, 'registry', 'get', [{ tag: 'all' }, 'wh_none']), { code: 'not-found' });
});

test('what breaks under a call ends that call, its instance is replaced, and nothing is lost', async (t) => {
  let breaks = true;
  const now = () => {
    if (breaks) {
      throw new RangeError('no clock');
    }
    return Date.now();
  };
  const { hookwright, storage, publish } = core(t, { now });
  await assert.rejects(publish(), { code: 'component', message: /environment.now failed: no clock/ });
  breaks = false;
  const answering = (execute) => ({ ...storage, execute });
  const bug = async () => {
    throw new TypeError('the driver has a bug');
  };
  await assert.rejects(publish(answering(bug)), { code: 'component', message: /the driver has a bug/ });
  const gone = async () => {
    throw new StorageError('transaction-lost', 'gone');
  };
  await assert.rejects(publish(answering(gone)), { code: 'storage', reason: 'transaction-lost' });
  const nonsense = async (_, statements) => statements.map(() => ({ values: [{ tag: 'nonsense' }], affected: 0n }));
  await assert.rejects(publish(answering(nonsense)), { code: 'component', message: /broke off in events.publish/ });
  assert.equal((await publish())[0].val.deliveries, 1);
  assert.equal(hookwright.deliveries.find().total, 1);
});

test('callbacks are asked here; one that throws refuses its event, and calls from them are counted', async (t) => {
  const depths = [];
  let site;
  const extensions = {
    interests: () => [{ hook: 'filter-data', topics: [] }],
    filterData(_, data) {
      if (depths.length === 0) {
        throw new Error('not today');
      }
      depths.push(
        site.publish().then(
          () => 'published',
          ({ code }) => code,
        ),
      );
      return data;
    },
  };
  site = core(t, { extensions });
  const [{ tag, val }] = await site.publish();
  assert.equal(tag, 'err');
  assert.match(JSON.stringify(val), /not today/);
  depths.push('begun');
  await site.publish();
  for (let at = 0; at < depths.length; at += 1) {
    depths[at] = await depths[at];
  }
  assert.deepEqual(depths, ['begun', 'published', 'published', 'published', 'too-deep']);
  assert.equal(site.hookwright.deliveries.find().total, 4);
});
