import assert from 'node:assert/strict';
import { test } from 'node:test';

import { hostFor } from '#hookwright/testing';
import plugin from '../src/plugin.js';

test('an order gets the label of the settings', () => {
  const host = hostFor(plugin);
  assert.deepEqual(host.filterPayload('order.created', { id: 7 }), { id: 7, label: 'new' });
  host.settings = { label: 'seen' };
  assert.deepEqual(host.filterPayload('order.created', { id: 7 }), { id: 7, label: 'seen' });
});

test('receivers get the data of the sample', () => {
  const host = hostFor(plugin, { now: '2026-01-01T00:00:00Z' });
  const built = host.buildPayload('my_plugin.happened', { id: 7, note: 'The lamp is on.' });
  assert.deepEqual(built, host.topic('my_plugin.happened').sample);
});

test('what is missing is told', () => {
  assert.throws(() => hostFor(plugin).buildPayload('my_plugin.happened', {}), /the field `id`/);
});
