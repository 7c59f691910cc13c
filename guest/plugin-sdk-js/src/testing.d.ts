import type { Context, Headers, Outcome, Plugin, Topic } from './index.js';

/** What a test sets; all of it can be changed on the host later on. */
export interface Surroundings {
  /** The plugin's settings; `{}` without it. Not held to the schema. */
  settings?: object;
  /** The time, as `new Date` takes it; 2026-01-01T00:00:00Z without it. */
  now?: number | string | Date;
  /** Where the random stream begins: the same seed gives the same bytes. */
  seed?: number;
}

/** Stands in for a host. A hook that the plugin does not want, or not for the topic, changes nothing. */
export interface Host {
  settings: object;
  now: number | string | Date;
  /** What was logged, by console.log and its like. */
  log: { level: 'debug' | 'info' | 'warn' | 'error'; message: string }[];
  /** What the plugin says of itself. */
  readonly description: any;
  /** A topic of the plugin's own. */
  topic(name: string): Topic & { schema?: any; sample?: any };
  buildPayload(topic: string, data: unknown, context?: Partial<Context>): any;
  filterPayload(topic: string, data: unknown, context?: Partial<Context>): any;
  shouldDeliver(topic: string, data: unknown, context?: Partial<Context>): boolean;
  filterRequest(topic: string, headers?: Headers, context?: Partial<Context>): Headers;
  afterDelivery(topic: string, outcome: Partial<Outcome>, context?: Partial<Context>): void;
}

/** A host for one plugin. What its hooks throw is thrown to the test. */
export function hostFor(plugin: Plugin, surroundings?: Surroundings): Host;
