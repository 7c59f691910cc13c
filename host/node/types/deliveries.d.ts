// Events and deliveries. What each field means stands in wit/webhooks/{events,deliveries}.wit.

import type { Headers, Json, Page, Paging, Result, Scope, Time, UnixMs } from './values.js';

export interface EventOptions {
  account?: string;
  /** The same key gives the same receipt. */
  idempotencyKey?: string;
  occurredAt?: Time;
}
/** `data` is a value, `json` its text, which is taken as it is. */
export type Event = EventOptions & { topic: string } & ({ data: Json; json?: never } | { json: string; data?: never });

export interface Receipt {
  eventId: string;
  deliveries: number;
  publishedAt: UnixMs;
  replayed: boolean;
  warnings: string[];
}
export interface Forecast {
  problems: { field: string; message: string }[];
  warnings: string[];
  replayOf: string | null;
  webhooks: { webhookId: string; name: string; url: string; obstacles: { code: string; message: string }[] }[];
  total: number;
}
export interface Events {
  publish(events: readonly Event[]): Result<Receipt>[];
  explain(event: Event, options?: Scope & Paging): Forecast;
}

export type DeliveryState = 'pending' | 'sending' | 'retrying' | 'held' | 'delivered' | 'exhausted' | 'cancelled';
export type FailureKind = 'dns' | 'connect' | 'tls' | 'timeout' | 'blocked' | 'protocol';

export interface Delivery {
  id: string;
  eventId: string;
  webhookId: string;
  topic: string;
  account: string | null;
  state: DeliveryState;
  attempts: number;
  dueAt: UnixMs | null;
  reason: string | null;
  test: boolean;
  createdAt: UnixMs;
  finishedAt: UnixMs | null;
}
export interface Response {
  status: number;
  headers: [name: string, value: string][];
  body: Uint8Array;
  truncated: boolean;
}
/** Exactly one of the three is there. */
export interface Outcome {
  response?: Response;
  failure?: { kind: FailureKind; message: string };
  released?: true;
}
export interface Attempt {
  number: number;
  startedAt: UnixMs;
  durationMs: number;
  url: string;
  requestHeaders: [name: string, value: string][];
  outcome: Outcome | null;
  reason: string | null;
}
export interface Request {
  deliveryId: string;
  webhookId: string;
  eventId: string;
  topic: string;
  attempt: number;
  claimToken: string;
  method: string;
  url: string;
  headers: [name: string, value: string][];
  body: Uint8Array;
  timeoutMs: number;
  responseCapBytes: number;
}
export interface Claimed {
  requests: Request[];
  nextDue: UnixMs | null;
  oldestDue: UnixMs | null;
  stopped: string | null;
}
export interface Settlement {
  deliveryId: string;
  claimToken: string;
  startedAt: Time;
  durationMs: number;
  requestHeaders?: Headers;
  outcome: Outcome;
}
export interface Decision {
  state: DeliveryState;
  dueAt: UnixMs | null;
  reason: string | null;
  webhookDisabled: boolean;
}
export interface Deliveries {
  /** For a dispatcher of your own; `Hookwright.start` has one. */
  claim(
    limit: number,
    options?: { leaseMs?: number; busy?: readonly { webhookId: string; requests: number }[] },
  ): Claimed;
  settle(settlements: readonly Settlement[]): Result<Decision>[];
  test(webhookId: string, options?: Scope & { topic?: string; data?: Json; leaseMs?: number }): Request;
  ping(webhookId: string, options?: Scope & { leaseMs?: number }): Request;
  redeliver(ids: readonly string[], options?: Scope): Result<Delivery>[];
  cancel(ids: readonly string[], options?: Scope): Result<Delivery>[];
  recover(
    query: Scope & {
      since: Time;
      until?: Time;
      webhookId?: string;
      topic?: string;
      states?: readonly ('exhausted' | 'cancelled')[];
      /** At most 1,000, which is the default. */
      limit?: number;
      cursor?: string;
    },
  ): { recovered: number; skipped: Record<string, number>; next: string | null };
  get(id: string, options?: Scope): { delivery: Delivery; payload: Uint8Array; attempts: Attempt[] };
  find(
    query?: Scope & Paging & { webhookId?: string; eventId?: string; topic?: string; state?: DeliveryState },
  ): Page<Delivery>;
}
