// The other groups. What each field means stands in the file of that name in wit/webhooks.

import type { DeliveryState, FailureKind } from './deliveries.js';
import type { Headers, Integer, Json, Page, Paging, Time, UnixMs } from './values.js';

export interface Stats {
  webhooks: Record<'active' | 'paused' | 'disabled', number>;
  deliveries: Record<DeliveryState, number>;
  oldestDue: UnixMs | null;
  stopped: { reason: string; since: UnixMs } | null;
}
export interface Removed {
  rows: Record<string, number>;
  /** Call again. */
  more: boolean;
}
export interface Lifecycle {
  checkConfig(): void;
  migrate(): { fromVersion: number; toVersion: number };
  stats(): Stats;
  /** Gives the number of deliveries that are held now. */
  stop(reason: string): number;
  resume(): number;
  rekey(limit?: number): { changed: number; remaining: number };
  purge(limit?: number): Removed;
  erase(target: { account: string } | { event: string }, limit?: number): Removed;
}

export interface NewTopic {
  name: string;
  title?: string;
  description?: string;
  group?: string;
  schema?: Json;
  sample?: Json;
}
export interface Topic {
  name: string;
  title: string;
  description: string;
  group: string;
  sources: string[];
  schema: Json;
  sample: Json;
  deprecated: string | null;
  replacedBy: string | null;
}
export interface TopicSettings {
  validation: 'off' | 'warn' | 'enforce';
  dedupeWindowMs: number;
  keepPayloadsMs: Integer | null;
  keepAttemptsMs: Integer | null;
  deprecated: string | null;
  replacedBy: string | null;
}
export interface TopicFilter {
  search?: string;
  source?: string;
  group?: string;
}
export type DocumentFormat = 'json' | 'json-schema' | 'asyncapi' | 'openapi' | 'markdown' | 'typescript';
export interface Catalogue {
  get(name: string): Topic;
  find(query?: TopicFilter & Paging): Page<Topic>;
  register(topic: NewTopic): Topic;
  unregister(name: string): void;
  settings(name: string): TopicSettings;
  /** Sets all of them; what is left out is the default. */
  configure(name: string, settings: Partial<TopicSettings>): TopicSettings;
  document(format: DocumentFormat, filter?: TopicFilter): string;
}

export interface Limits {
  webhooksAllowed: boolean;
  maxWebhooks: number | null;
  maxEventsPerDay: number | null;
}
export interface Usage {
  limits: Limits;
  webhooks: number;
  eventsToday: number;
  resetsAt: UnixMs;
}
export interface Accounts {
  setLimits(account: string, limits: Partial<Limits>): Usage;
  getLimits(account: string): Usage;
  removeLimits(account: string): void;
}

export type Scheme =
  | 'standard'
  | 'standard-ed25519'
  | 'svix'
  | 'github'
  | 'stripe'
  | 'shopify'
  | 'woocommerce'
  | 'convoy'
  | 'hook0'
  | { scheme: 'hmac-sha256-hex' | 'hmac-sha256-base64' | 'hmac-sha512-hex' | 'hmac-sha512-base64'; header: string };
export interface Message {
  id?: string;
  /** Unix seconds. */
  timestamp?: string | number;
  body: string | Uint8Array;
}
export type Verdict =
  | { valid: true }
  | {
      valid: false;
      refusal:
        'bad-timestamp' | 'too-old' | 'too-new' | 'no-signature' | 'mismatch' | 'missing-header' | 'repeated-header';
      seconds?: number;
      header?: string;
    };
export interface VerifyOptions {
  now?: Time;
  /** Default 300. */
  toleranceSeconds?: number;
}
export interface Signing {
  sign(message: Message, secrets: readonly string[]): string;
  verify(message: Message, signature: string, secret: string, options?: VerifyOptions): Verdict;
  signHeaders(scheme: Scheme, message: Message, secrets: readonly string[]): [name: string, value: string][];
  verifyHeaders(
    scheme: Scheme,
    headers: Headers,
    body: string | Uint8Array,
    secret: string,
    options?: VerifyOptions,
  ): Verdict;
  generateSecret(length?: number): string;
  generateKey(kind: 'standard' | 'ed25519' | 'text'): string;
  publicKey(secret: string): string;
}

export interface Moment {
  earliest: number;
  expected: number;
  latest: number;
}
export interface PolicyStep {
  attempt: number;
  at: Moment;
  state: DeliveryState;
  reason: string | null;
  next: Moment | null;
  failures: number;
  slowedUntil: Moment | null;
  disabled: string | null;
}
export interface Policy {
  simulate(answers: readonly ({ status: number; retryAfter?: string } | { failure: FailureKind })[]): PolicyStep[];
}

export type GuardVerdict = { allowed: true } | { allowed: false; reason: string; message: string };
export interface Guard {
  checkUrl(url: string): GuardVerdict;
  checkAddress(address: string): GuardVerdict;
}

export interface PluginPackage {
  name: string;
  version: string;
  hash: string;
  policy: 'fail-open' | 'fail-closed';
  description: Json;
}
export interface Plugin extends PluginPackage {
  state: 'active' | 'inactive';
  position: number;
  settingNames: string[];
  failures: number;
  failuresInARow: number;
  lastError: string | null;
  deactivatedReason: string | null;
  installedAt: UnixMs;
  updatedAt: UnixMs;
  previousHash: string | null;
  previousVersion: string | null;
}
/** What the database knows of plugin components. This host runs none of them. */
export interface Plugins {
  installed(): Plugin[];
  get(name: string): Plugin;
  put(plugin: PluginPackage): Plugin;
  setState(name: string, state: 'active' | 'inactive', reason?: string): Plugin;
  setSettings(name: string, settings: Json): Plugin;
  settings(name: string): Json;
  rollBack(name: string): Plugin;
  remove(name: string): void;
  /** Answers how many there have been in a row. */
  noteFailure(name: string, message: string): number;
  noteSuccess(name: string): void;
  generation(): number;
}
