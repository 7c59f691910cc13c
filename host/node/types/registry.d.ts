// The registry's group. What each field means stands in wit/webhooks/registry.wit.

import type { Headers, Integer, Page, Paging, Result, Scope, UnixMs } from './values.js';

export type WebhookStatus = 'active' | 'paused' | 'disabled';

export interface WebhookOptions {
  description?: string;
  integration?: string;
  owner?: string;
  headers?: Headers;
  dialect?: string;
  format?: string;
  payloadVersion?: number;
  standardHeaders?: boolean;
  /** Delays before the attempts; empty for the installation's. */
  retryScheduleMs?: readonly number[];
  /** 0 for the installation's. */
  timeoutMs?: number;
  /** 0 for no limit. */
  requestsPerSecond?: number;
  filter?: string;
}
export interface NewWebhook extends WebhookOptions {
  url: string;
  /** Names and patterns (`order.*`, `*`); none means all. */
  topics?: readonly string[];
  name?: string;
  account?: string;
  status?: WebhookStatus;
  secret?: string;
}
export interface WebhookChanges extends WebhookOptions {
  name?: string;
  url?: string;
  topics?: readonly string[];
  status?: WebhookStatus;
  /** The revision that was seen; another one fails with a ConflictError. */
  revision?: Integer;
}
export interface Webhook {
  id: string;
  name: string;
  url: string;
  topics: string[];
  status: WebhookStatus;
  statusReason: string | null;
  statusAt: UnixMs;
  account: string | null;
  revision: number;
  createdAt: UnixMs;
  updatedAt: UnixMs;
  health: {
    consecutiveFailures: number;
    failingSince: UnixMs | null;
    lastSuccessAt: UnixMs | null;
    lastFailureAt: UnixMs | null;
    slowedUntil: UnixMs | null;
    delivered: number;
    failed: number;
  };
  description: string | null;
  integration: string;
  owner: string | null;
  headerNames: string[];
  dialect: string;
  format: string;
  payloadVersion: number;
  standardHeaders: boolean;
  retryScheduleMs: number[] | null;
  timeoutMs: number | null;
  requestsPerSecond: number | null;
  filter: string | null;
  pingPending: boolean;
  formerSecretsUntil: UnixMs[];
}
export interface Created {
  webhook: Webhook;
  /** Shown this once. */
  secret: string;
}
export interface Registry {
  create(webhook: NewWebhook): Created;
  get(id: string, options?: Scope): Webhook;
  find(
    query?: Scope &
      Paging & {
        search?: string;
        status?: WebhookStatus;
        topic?: string;
        sort?: 'created' | 'updated' | 'name' | 'url';
        descending?: boolean;
      },
  ): Page<Webhook>;
  update(id: string, changes: WebhookChanges, options?: Scope): Webhook;
  setStatus(ids: readonly string[], status: WebhookStatus, options?: Scope): Result<Webhook>[];
  rotateSecret(id: string, options?: Scope & { secret?: string; overlapMs?: number }): Created;
  delete(ids: readonly string[], options?: Scope): Result<null>[];
}
