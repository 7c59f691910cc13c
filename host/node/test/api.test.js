// Every group answers as wit/webhooks says, in plain JavaScript. What the core decides is tested elsewhere.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';

import { site } from './support/site.js';

test('registry', (t) => {
  const { registry } = site(t, { settings: { encryptionKeys: `k1:${Buffer.alloc(32, 7).toString('base64')}` } });
  const { webhook } = registry.create({
    url: 'https://a.example/',
    topics: ['order.*'],
    account: 'acme',
    retryScheduleMs: [0, 5_000],
    timeoutMs: 9_000,
    filter: 'data.id > 1',
  });
  assert.deepEqual(
    [webhook.retryScheduleMs, webhook.timeoutMs, webhook.account, webhook.statusReason],
    [[0, 5_000], 9_000, 'acme', null],
  );
  const changed = registry.update(
    webhook.id,
    { status: 'paused', revision: webhook.revision, retryScheduleMs: [] },
    { account: 'acme' },
  );
  assert.deepEqual([changed.status, changed.retryScheduleMs, changed.revision], ['paused', null, webhook.revision + 1]);
  assert.throws(() => registry.update(webhook.id, { name: 'x', revision: webhook.revision }), {
    name: 'ConflictError',
    code: 'conflict',
  });
  const rotated = registry.rotateSecret(webhook.id, { overlapMs: 60_000 });
  assert.equal(rotated.webhook.formerSecretsUntil.length, 1);
  const [active, missing] = registry.setStatus([webhook.id, 'wh_none'], 'active');
  assert.deepEqual([active.value.status, missing.ok, missing.error.code], ['active', false, 'not-found']);
  assert.deepEqual(
    [registry.find({ topic: 'order.created' }).total, registry.find({ account: 'other' }).total],
    [1, 0],
  );
  assert.deepEqual(registry.delete([webhook.id]), [{ ok: true, value: null }]);
  assert.throws(() => registry.get(webhook.id), { name: 'NotFoundError' });
});

test('catalogue', (t) => {
  const { catalogue } = site(t);
  const made = catalogue.register({
    name: 'parcel.sent',
    schema: { type: 'object', required: ['id'] },
    sample: { id: 1 },
  });
  assert.deepEqual([made.schema.required, made.sample, made.sources], [['id'], { id: 1 }, ['custom']]);
  const settings = catalogue.configure('parcel.sent', { validation: 'enforce', dedupeWindowMs: 1_000 });
  assert.deepEqual([settings.validation, settings.dedupeWindowMs, settings.keepPayloadsMs], ['enforce', 1_000, null]);
  assert.ok(catalogue.find({ search: 'parcel', perPage: 5 }).items.some(({ name }) => name === 'parcel.sent'));
  assert.equal(JSON.parse(catalogue.document('openapi')).openapi.slice(0, 3), '3.1');
  catalogue.unregister('parcel.sent');
  assert.throws(() => catalogue.get('parcel.sent'), { code: 'not-found' });
});

test('accounts', (t) => {
  const hookwright = site(t);
  assert.equal(hookwright.accounts.setLimits('acme', { maxEventsPerDay: 1 }).limits.webhooksAllowed, true);
  hookwright.publish('order.created', {}, { account: 'acme' });
  assert.throws(() => hookwright.publish('order.created', {}, { account: 'acme' }), { name: 'ForbiddenError' });
  assert.equal(hookwright.accounts.getLimits('acme').eventsToday, 1);
  hookwright.accounts.removeLimits('acme');
  assert.throws(() => hookwright.accounts.getLimits('acme'), { code: 'not-found' });
});

test('events and deliveries', (t) => {
  const hookwright = site(t);
  const { webhook } = hookwright.registry.create({ url: 'https://a.example/', topics: ['order.created'] });
  const { eventId } = hookwright.publish('order.created', { id: 1 }, { occurredAt: new Date(1_700_000_000_000) });
  const forecast = hookwright.events.explain({ topic: 'customer.created', data: {} });
  assert.deepEqual(
    forecast.webhooks[0].obstacles.map(({ code }) => code),
    ['topic'],
  );
  const [delivery] = hookwright.deliveries.find({ eventId }).items;
  assert.match(Buffer.from(hookwright.deliveries.get(delivery.id).payload).toString(), /2023-11-14T22:13:20.000Z/);

  const { requests } = hookwright.deliveries.claim(10, { busy: [{ webhookId: webhook.id, requests: 1 }] });
  assert.deepEqual(
    requests.map(({ deliveryId, method }) => [deliveryId, method]),
    [[delivery.id, 'POST']],
  );
  const [{ deliveryId, claimToken }] = requests;
  const settlement = {
    deliveryId,
    claimToken,
    startedAt: Date.now(),
    durationMs: 5,
    outcome: { failure: { kind: 'dns', message: 'no' } },
  };
  const [decision] = hookwright.deliveries.settle([settlement]);
  assert.equal(decision.value.state, 'retrying');
  assert.equal(hookwright.deliveries.settle([settlement])[0].error.code, 'conflict', 'the claim is used up');
  assert.equal(hookwright.deliveries.get(delivery.id).attempts[0].outcome.failure.kind, 'dns');
  assert.equal(hookwright.deliveries.redeliver([delivery.id])[0].value.state, 'retrying');
  assert.equal(hookwright.deliveries.cancel([delivery.id])[0].value.state, 'cancelled');
  assert.equal(hookwright.deliveries.recover({ since: 0, states: ['cancelled'] }).recovered, 1);
  const request = hookwright.deliveries.test(webhook.id, { topic: 'order.created', data: { id: 5 } });
  assert.match(Buffer.from(request.body).toString(), /"data":\{"id":5\}/);
  const released = {
    ...settlement,
    ...{ deliveryId: request.deliveryId, claimToken: request.claimToken },
    outcome: { released: true },
  };
  assert.equal(hookwright.deliveries.settle([released])[0].ok, true);
  assert.equal(hookwright.deliveries.ping(webhook.id).topic, 'webhook.ping');
});

test('signing', (t) => {
  const { signing } = site(t);
  const body = '{"a":1}';
  assert.deepEqual(signing.signHeaders('github', { body }, ['a secret text']), [
    ['X-Hub-Signature-256', `sha256=${createHmac('sha256', 'a secret text').update(body).digest('hex')}`],
  ]);
  const secret = signing.generateSecret();
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = signing.sign({ id: 'm', timestamp, body }, [secret]);
  assert.deepEqual(signing.verify({ id: 'm', timestamp, body }, signature, secret), { valid: true });
  assert.deepEqual(signing.verify({ id: 'm', timestamp, body: 'x' }, signature, secret), {
    valid: false,
    refusal: 'mismatch',
  });
  const late = signing.verify({ id: 'm', timestamp, body }, signature, secret, { now: Date.now() + 400_000 });
  assert.deepEqual([late.refusal, late.seconds > 390], ['too-old', true]);
  const headers = { 'webhook-id': 'm', 'webhook-timestamp': timestamp, 'webhook-signature': signature };
  assert.deepEqual(signing.verifyHeaders('standard', headers, body, secret), { valid: true });
  assert.deepEqual(signing.verifyHeaders('standard', {}, body, secret), {
    valid: false,
    refusal: 'missing-header',
    header: 'webhook-id',
  });
  const custom = { scheme: 'hmac-sha256-base64', header: 'X-Sig' };
  assert.deepEqual(
    signing.verifyHeaders(custom, signing.signHeaders(custom, { body }, ['some secret']), body, 'some secret'),
    { valid: true },
  );
  assert.match(signing.publicKey(signing.generateKey('ed25519')), /^whpk_/);
});

test('policy, guard, lifecycle, plugins', (t) => {
  const hookwright = site(t);
  const steps = hookwright.policy.simulate([
    { status: 503, retryAfter: '60' },
    { failure: 'timeout' },
    { status: 200 },
  ]);
  assert.deepEqual(
    steps.map(({ state }) => state),
    ['retrying', 'retrying', 'delivered'],
  );
  assert.deepEqual(hookwright.guard.checkAddress('8.8.8.8'), { allowed: true });
  assert.equal(hookwright.guard.checkUrl('https://10.0.0.1/').reason, 'private');
  assert.throws(() => hookwright.guard.checkAddress('nonsense'), { code: 'invalid' });

  hookwright.registry.create({ url: 'https://a.example/', topics: [] });
  hookwright.publish('order.created', {});
  assert.equal(hookwright.lifecycle.stop('maintenance'), 1);
  assert.equal(hookwright.deliveries.claim(5).stopped, 'maintenance');
  assert.deepEqual([hookwright.lifecycle.stats().deliveries.held, hookwright.lifecycle.resume()], [1, 1]);
  assert.deepEqual(hookwright.lifecycle.migrate().fromVersion, hookwright.lifecycle.migrate().toVersion);
  assert.deepEqual(hookwright.lifecycle.purge().more, false);
  assert.throws(() => hookwright.lifecycle.rekey(), { code: 'conflict' });
  assert.ok(Object.values(hookwright.lifecycle.erase({ account: 'nobody' }).rows).every((count) => count === 0));
  hookwright.lifecycle.checkConfig();

  const hash = 'a'.repeat(64);
  const plugin = hookwright.plugins.put({
    name: 'mask',
    version: '1.0.0',
    hash,
    policy: 'fail-open',
    description: { topics: [] },
  });
  assert.deepEqual([plugin.state, plugin.description], ['inactive', { topics: [] }]);
  assert.equal(hookwright.plugins.setState('mask', 'active').position, 1);
  assert.equal(hookwright.plugins.noteFailure('mask', 'broke'), 1);
  hookwright.plugins.noteSuccess('mask');
  assert.equal(hookwright.plugins.get('mask').failuresInARow, 0);
  hookwright.plugins.setState('mask', 'inactive', 'not needed');
  assert.deepEqual(hookwright.plugins.settings('mask'), {});
  assert.throws(() => hookwright.plugins.rollBack('mask'), { code: 'conflict' });
  assert.equal(hookwright.plugins.installed()[0].deactivatedReason, 'not needed');
  hookwright.plugins.remove('mask');
  assert.equal(hookwright.plugins.generation() > 0, true);
});

test('a clock and randomness of your own replay everything', (t) => {
  const played = () => {
    let next = 0;
    const environment = {
      now: () => 1_700_000_000_000,
      randomBytes: (length) => new Uint8Array(length).fill((next += 1)),
    };
    const hookwright = site(t, { environment });
    const { secret } = hookwright.registry.create({ url: 'https://a.example/', topics: [] });
    hookwright.publish('order.created', { id: 1 });
    return JSON.stringify([secret, hookwright.deliveries.claim(1).requests]);
  };
  assert.equal(played(), played());
});
