// The end of an installation: what is under way is finished first, and nothing is opened again.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';

import { Hookwright } from '../src/index.js';
import { receiver } from './support/receiver.js';
import { LOCAL, applicationDatabase, driver, folder, site } from './support/site.js';

const CLOSED = { code: 'storage', reason: 'unavailable', message: /has been closed/ };

test('a test event under way is recorded before the database is closed', async (t) => {
  let answer;
  const to = await receiver((_, response) => (answer = () => response.end()));
  t.after(to.close);
  const hookwright = site(t);
  const { webhook } = hookwright.registry.create({ url: to.url, topics: [] });
  const sent = hookwright.test(webhook.id);
  await to.until(1);
  const closing = hookwright.close();
  assert.equal(hookwright.close(), closing, 'closing again is the same');
  await assert.rejects(hookwright.ping(webhook.id), CLOSED);
  answer();
  assert.equal((await sent).decision.state, 'delivered');
  await closing;
  const later = site(t, { file: hookwright.file });
  assert.equal(later.deliveries.find({ state: 'delivered' }).total, 1);
});

test('a call that comes too late is refused at once', async (t) => {
  const file = join(folder(t), 'shop.db');
  const own = site(t, { file });
  const shared = new Hookwright({ database: applicationDatabase(t, file), driver, settings: LOCAL });
  for (const hookwright of [own, shared]) {
    await hookwright.close();
    assert.throws(() => hookwright.publish('order.created', {}), CLOSED);
    assert.throws(() => hookwright.deliveries.find(), CLOSED);
    assert.throws(() => hookwright.start(), CLOSED);
    await assert.rejects(hookwright.test('wh_1'), CLOSED);
  }
});
