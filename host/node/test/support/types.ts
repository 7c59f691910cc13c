// Compiled, never run: the types as an application in TypeScript sees them.

import { ConflictError, Hookwright, ValidationError, type Extension, type Summary, type Webhook } from 'hookwright';

const extension: Extension = {
  name: 'shop',
  topics: [{ name: 'parcel.sent', sample: { id: 1 } }],
  for: ['order.*'],
  filterData: (event, data) => (event.account === null ? data : undefined),
  shouldDeliver: ({ webhookId }) => webhookId !== 'wh_1',
  filterRequest: ({ attempt }) => ({ 'x-attempt': String(attempt) }),
  afterDelivery: (_, { status }) => void status?.toFixed(),
};
const hookwright = new Hookwright({
  database: 'x.db',
  settings: { allowHttp: true, allowAddresses: ['loopback'] },
  extensions: [extension],
});
const { webhook, secret }: { webhook: Webhook; secret: string } = hookwright.registry.create({
  url: 'https://x.example',
  topics: [],
});
const receipt = hookwright.publish(
  'order.created',
  { id: 1, lines: [{ sku: 'a' }] },
  { idempotencyKey: 'k', occurredAt: new Date() },
);
const ids: string[] = [receipt.eventId, secret, webhook.timeoutMs === null ? '' : webhook.timeoutMs.toFixed()];
for (const result of hookwright.events.publish([{ topic: 'order.created', json: '{}' }])) {
  ids.push(result.ok ? result.value.eventId : result.error.message);
}
try {
  hookwright.registry.update(webhook.id, { revision: webhook.revision }, { account: 'acme' });
} catch (error) {
  if (error instanceof ValidationError) ids.push(...error.fields.map(({ field }) => field));
  if (error instanceof ConflictError) ids.push(error.code satisfies 'conflict');
}
declare const client: { query(sql: string): Promise<unknown>; escapeIdentifier(name: string): string };
const later: Promise<string> = hookwright
  .joined(client)
  .publish('order.created', {})
  .then(({ eventId }) => eventId);
const named: Promise<Webhook> = hookwright.joined(client).registry.get(webhook.id, { account: 'acme' });
void Promise.all([later, named]);
const verdict = hookwright.signing.verifyHeaders({ scheme: 'hmac-sha256-hex', header: 'X-S' }, {}, 'body', secret);
if (!verdict.valid) ids.push(verdict.refusal);
const summary: Promise<Summary> = hookwright.deliver({
  signal: AbortSignal.timeout(5),
  observe: { settled: ({ decision }) => void decision.state },
});
void hookwright.ping(webhook.id, { account: 'acme', ca: 'PEM', connectTimeoutMs: 1_000 });
void summary.then(() => hookwright.close());

// @ts-expect-error a pool, whose queries go to any connection
hookwright.joined({ query: async () => {}, execute: async () => {}, getConnection: async () => {} });
// @ts-expect-error a misspelt field
hookwright.registry.create({ url: 'https://x.example', topic: 'order.created' });
// @ts-expect-error an account that may be missing
hookwright.registry.find({ account: undefined as string | undefined });
// @ts-expect-error data that JSON cannot say
hookwright.publish('order.created', { id: 1n });
// @ts-expect-error data and json at once
hookwright.events.publish([{ topic: 'order.created', data: {}, json: '{}' }]);
