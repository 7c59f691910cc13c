import assert from 'node:assert/strict';
import { test } from 'node:test';

import { plugin } from '../src/index.js';
import { hostFor } from '../src/testing.js';

const handler = (data) => data;

test('a definition becomes the description of the contract', () => {
  const good = plugin({
    name: 'good-1',
    version: '1.0.0-rc.1',
    homepage: 'https://plugins.example.com',
    settingsSchema: { type: 'object' },
    attributes: { colour: 'red' },
    topics: [{ name: 'a.b', title: 'B', schema: true, sample: { id: 1 } }],
    buildPayload: { handler },
    filterPayload: { topics: ['order.*', '*', 'a.b'], priority: -5, handler },
  });
  assert.deepEqual(hostFor(good).description, {
    name: 'good-1',
    version: '1.0.0-rc.1',
    summary: '',
    author: '',
    homepage: 'https://plugins.example.com',
    interests: [
      { hook: 'build-payload', priority: 10, topics: [], attributes: [] },
      { hook: 'filter-payload', priority: -5, topics: ['order.*', '*', 'a.b'], attributes: [] },
    ],
    topics: [
      { name: 'a.b', title: 'B', description: '', group: 'a', schema: 'true', sample: '{"id":1}', attributes: [] },
    ],
    settingsSchema: '{"type":"object"}',
    onFailure: 'fail-open',
    attributes: [['colour', 'red']],
  });
});

test('each fault is told with what is right, all at once', () => {
  const circle = {};
  circle.again = circle;
  const faulty = {
    name: 'not good',
    version: '1.0',
    summary: 7,
    homepage: 'http://plugins.example.com',
    onFailure: 'closed',
    settingsSchema: 'object',
    filterPaylod: { handler },
    filterPayload: handler,
    shouldDeliver: { async handler() {} },
    filterRequest: { topics: ['order*'], priority: 1.5, handler },
    buildPayload: { prio: 1, handler },
    topics: [{ name: 'a..b', title: '', schema: 7, sample: circle }, { name: 'a..b', title: 'Again' }, 'c'],
  };
  let told;
  assert.throws(
    () => plugin(faulty),
    (error) => (told = error.message) && error instanceof TypeError,
  );
  for (const expected of [
    "name: letters, digits and '-', 64 at most, not 'not good'",
    "version: three numbers, as in '1.0.0', not '1.0'",
    'summary: a string, not 7',
    'homepage: an https URL',
    "onFailure: 'fail-open' or 'fail-closed', not 'closed'",
    'settingsSchema: a JSON Schema is an object',
    "the plugin has no member 'filterPaylod': there are",
    'filterPayload: write { topics:',
    'shouldDeliver.handler must not be async',
    "filterRequest.topics: 'order*' is no pattern",
    'filterRequest.priority: a whole number, not 1.5',
    "buildPayload has no member 'prio'",
    "the topic 'a..b': a name has letters",
    "the topic 'a..b' has no title",
    "the schema of the topic 'a..b': a JSON Schema",
    "the sample of the topic 'a..b' has no form in JSON",
    "the topic 'a..b' stands twice",
    'topics: each is an object',
  ]) {
    assert.ok(told.includes(expected), `${expected} is not in:\n${told}`);
  }
});

test('a builder needs topics, and plugin() an object', () => {
  const builder = { name: 'p', version: '1.0.0', buildPayload: { handler } };
  assert.throws(() => plugin(builder), /no topic of the plugin's own/);
  for (const wrong of [undefined, null, [], 'p']) assert.throws(() => plugin(wrong), /takes an object/);
});
