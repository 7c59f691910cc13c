// The thread of a server's driver: that no call takes another's answer, nor waits for a thread that is gone.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Hookwright } from '../src/index.js';
import { ServerStorage } from '../src/storage/server/remote.js';
import { until } from './support/site.js';

const thread = new URL('support/thread.js', import.meta.url);

function storage(t, url, times) {
  const made = new ServerStorage('postgres', url, { thread, ...times });
  t.after(() => made.close());
  return made;
}

test('a call gets its own answer, also after one that came too late', (t) => {
  const own = storage(t, 'answers', { longestWaitMs: 3_000 });
  assert.equal(own.execute('read', []), 'its own');
  assert.throws(() => own.execute('held', []), { reason: 'unavailable', message: /no answer within 3 s; whether/ });
  assert.equal(own.execute('read', []), 'its own');
});

test('a thread that has ended is noticed, and replaced', async (t) => {
  const own = storage(t, 'answers', { silenceMs: 1_000 });
  assert.throws(() => own.execute('mute', []), { reason: 'unavailable', message: /thread .* has ended/ });
  assert.equal(own.execute('read', []), 'its own');
  assert.equal(own.execute('ends later', []), 'told');
  await until(() => threads() === 0, 'the thread has ended');
  assert.equal(own.execute('read', []), 'its own');
});

test('a thread that breaks ends its call at once, and not the process', (t) => {
  const begun = performance.now();
  assert.throws(() => storage(t, 'breaks'), { reason: 'unavailable', message: /thread .* has ended/ });
  assert.ok(performance.now() - begun < 5_000);
});

test('where the database cannot be opened, no thread is left', async () => {
  assert.throws(() => new Hookwright({ database: 'postgres://127.0.0.1:1/none' }), { reason: 'unavailable' });
  await until(() => threads() === 0, 'the threads have ended');
});

function threads() {
  // Else it asks for the names of addresses.
  process.report.excludeNetwork = true;
  return process.report.getReport().workers.length;
}
