// Types of the package `hookwright`. What is said there of times, durations and errors holds everywhere: values.d.ts.

import type {
  Claimed,
  Decision,
  Deliveries,
  DeliveryState,
  EventOptions,
  Events,
  Outcome,
  Receipt,
  Request,
  Settlement,
} from './deliveries.js';
import type { Accounts, Catalogue, Guard, Lifecycle, NewTopic, Plugins, Policy, Signing } from './groups.js';
import type { Registry } from './registry.js';
import type { Headers, Json, Scope, UnixMs } from './values.js';

export * from './deliveries.js';
export * from './groups.js';
export * from './registry.js';
export * from './values.js';

export interface HookContext {
  eventId: string;
  topic: string;
  account: string | null;
  occurredAt: UnixMs;
}
export interface DeliveryContext extends HookContext {
  deliveryId: string;
  webhookId: string;
  attempt: number;
}
/** Callbacks of the application. They answer at once; what they throw refuses the event, except where it says otherwise. */
export interface Extension {
  name: string;
  /** The lowest is asked first; default 0. */
  priority?: number;
  topics?: readonly NewTopic[];
  /** Topics and patterns for which the hooks are asked; none means all. */
  for?: readonly string[];
  /**
   * Makes the data of an event of a topic of this extension. Undefined: as it was published. Here and in `filterData`,
   * numbers beyond 2^53 are rounded, and stay so in what is given back.
   */
  buildData?(event: HookContext, data: any): Json | undefined | void;
  /** Changes the data of an event. Undefined: as they are. */
  filterData?(event: HookContext, data: any): Json | undefined | void;
  /** Vetoes an event for one webhook. */
  shouldDeliver?(event: HookContext & { webhookId: string }, data: any): boolean;
  /** Headers to add to a request. What it throws is logged, and the request goes out without them. */
  filterRequest?(delivery: DeliveryContext, headers: [string, string][]): Headers | undefined | void;
  /** Told after an attempt is recorded. What it throws is logged. */
  afterDelivery?(
    delivery: DeliveryContext,
    outcome: {
      state: DeliveryState;
      status: number | null;
      failure: string | null;
      'duration-ms': number;
      reason: string | null;
    },
  ): void;
}

export type SettingValue = string | number | boolean | readonly (string | number)[];
/** An open Database of better-sqlite3, or a DatabaseSync of node:sqlite. */
export interface SqliteConnection {
  prepare(sql: string): unknown;
  exec(sql: string): unknown;
}
/** A Client of pg, your own or one of a pool. */
export interface PostgresConnection {
  query(...args: any[]): any;
  escapeIdentifier(name: string): string;
}
/** A connection of mysql2, with promises or callbacks, your own or one of a pool. */
export interface MysqlConnection {
  execute(...args: any[]): any;
  beginTransaction(...args: any[]): any;
}
/** A driver of your own: src/storage/contract.js says what it does. */
export interface StorageDriver {
  readonly dialect: 'sqlite' | 'postgres' | 'mysql';
  execute(mode: 'read' | 'write' | 'own' | 'schema', statements: StorageStatement[]): StorageResult[];
}
export type StorageValue =
  { tag: 'null' } | { tag: 'integer'; val: bigint } | { tag: 'text'; val: string } | { tag: 'blob'; val: Uint8Array };
export interface StorageStatement {
  sql: string;
  params: StorageValue[];
  columns: ('integer' | 'text' | 'blob')[];
  expect?: bigint;
}
export interface StorageResult {
  values: StorageValue[];
  affected: bigint;
}

export interface HookwrightOptions {
  /** A SQLite file, a URL of PostgreSQL or MySQL, a connection of yours (its open transaction is joined), or a driver. */
  database: string | URL | SqliteConnection | StorageDriver;
  /** Default: better-sqlite3 where it is installed, else node:sqlite. */
  driver?: 'better-sqlite3' | 'node:sqlite';
  /** How long to wait for another connection's lock; default 5,000. The thread is blocked meanwhile. */
  busyTimeoutMs?: number;
  /** Fail where there is no such file. */
  mustExist?: boolean;
  /** As wit/README.md lists them, in camelCase: `{ allowHttp: true }`. */
  settings?: Readonly<Record<string, SettingValue | null | undefined>>;
  extensions?: readonly Extension[];
  /** Default: warnings and errors to stderr. */
  log?: (level: 'debug' | 'info' | 'warn' | 'error', message: string) => void;
  /** False: the tables are left as they are. */
  migrate?: boolean;
  /** A clock and randomness of your own, to replay what happened. */
  environment?: { now?: () => number; randomBytes?: (length: number) => Uint8Array };
}

export interface Groups {
  readonly lifecycle: Lifecycle;
  readonly registry: Registry;
  readonly catalogue: Catalogue;
  readonly accounts: Accounts;
  readonly events: Events;
  readonly deliveries: Deliveries;
  readonly signing: Signing;
  readonly policy: Policy;
  readonly guard: Guard;
  readonly plugins: Plugins;
  /** Stores one event; throws where the core refuses it. */
  publish(topic: string, data: Json, options?: EventOptions): Receipt;
}

/** The same methods with answers that come later. They reject, and throw nothing. */
export type Later<T> = {
  readonly [K in keyof T]: T[K] extends (...args: infer A) => infer R ? (...args: A) => Promise<R> : Later<T[K]>;
};

/** How connections to receivers are made. */
export interface ConnectionOptions {
  /** Default 10,000. */
  connectTimeoutMs?: number;
  /** Certificates to trust in the place of Node's own. */
  ca?: string | Uint8Array | (string | Uint8Array)[];
}
export interface DeliverOptions extends ConnectionOptions {
  /** Requests under way at once; default 64. */
  concurrency?: number;
  /** How long to wait for the next retry before the end; default 0. */
  waitMs?: number;
  /** The longest pause between two claims; default 1,000. */
  pollMs?: number;
  /** Outcomes recorded in one transaction; default 256. */
  batch?: number;
  /** How long requests may go on after a stop; default `Infinity`: until their own time-outs. */
  graceMs?: number;
  /** How long recording is tried after that; default 10,000. */
  settleGraceMs?: number;
  /** Longer than the longest time-out by 60 s; default: from the settings. */
  leaseMs?: number;
  /** Stops it, as `stop` does. */
  signal?: AbortSignal;
  observe?: Observer;
}
/** Told of every step, at once. What a listener throws is a warning of the process. */
export interface Observer {
  claimed?(claimed: Claimed): void;
  sent?(told: { request: Request; settlement: Settlement }): void;
  settled?(told: { request: Request; settlement: Settlement; decision: Decision }): void;
  /** Another has the claim now, and sends again. */
  lost?(told: { request: Request; settlement: Settlement; error: Error }): void;
  /** The step is tried again, unless the run ends. Without this, failures that last are logged once. */
  error?(told: { step: 'claim' | 'settle' | 'purge'; error: Error; retryInMs: number }): void;
}
export interface Summary {
  attempts: number;
  delivered: number;
  retrying: number;
  exhausted: number;
  cancelled: number;
  released: number;
  lost: number;
  unsettled: number;
  webhooksDisabled: number;
  requestBytes: number;
  responseBytes: number;
  mostInFlight: number;
  nextDue: UnixMs | null;
  stopped: string | null;
}
export interface Dispatcher {
  /**
   * Ends with the summary when all that was begun is recorded. Rejects where a claim is refused as invalid, and with
   * `once` after five failures in a row.
   */
  readonly done: Promise<Summary>;
  /** Claims now: something was committed elsewhere. */
  wake(): void;
  /** Claims no more, and ends when what is under way is recorded. */
  stop(): Promise<Summary>;
  /** Cuts off what is under way; it counts as failed. */
  stopNow(): Promise<Summary>;
}
export interface Sent {
  deliveryId: string;
  outcome: Outcome;
  decision: Decision;
}

/** An installation. All calls but those that send answer at once, and block the thread while the database works. */
export class Hookwright implements Groups {
  constructor(options: HookwrightOptions);
  readonly lifecycle: Lifecycle;
  readonly registry: Registry;
  readonly catalogue: Catalogue;
  readonly accounts: Accounts;
  readonly events: Events;
  readonly deliveries: Deliveries;
  readonly signing: Signing;
  readonly policy: Policy;
  readonly guard: Guard;
  readonly plugins: Plugins;
  publish(topic: string, data: Json, options?: EventOptions): Receipt;
  /** The same on your connection: what is written commits or goes with your transaction. */
  joined(database: SqliteConnection): Groups;
  /** Await each call before the transaction ends. */
  joined(database: PostgresConnection | MysqlConnection): Later<Groups>;
  /** Sends what is due, until nothing is left. Rejects where the database fails five times in a row. */
  deliver(options?: DeliverOptions): Promise<Summary>;
  /** Sends what becomes due, until it is stopped; with `once`, until nothing is left. */
  start(options?: DeliverOptions & { once?: boolean }): Dispatcher;
  /** Sends a test event to one webhook now, and records it. */
  test(webhookId: string, options?: Scope & ConnectionOptions & { topic?: string; data?: Json }): Promise<Sent>;
  ping(webhookId: string, options?: Scope & ConnectionOptions): Promise<Sent>;
  /** Stops what is running, waits for it, and closes the connections that this made. Later calls fail at once. */
  close(): Promise<void>;
}
