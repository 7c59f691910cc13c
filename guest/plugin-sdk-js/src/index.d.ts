/** A value that JSON can carry. Whole numbers beyond 2^53 come as `bigint` and go out as numbers again. */
export type Json = null | boolean | number | bigint | string | Json[] | { [name: string]: Json };

/** Headers of a request: names and values, in order; a name may stand more than once. */
export type Headers = [name: string, value: string][];

/** The event, and where there are such the webhook, the delivery and the attempt, that a hook is called for. */
export interface Context {
  /** `evt_…`, as receivers see it. */
  readonly eventId: string;
  /** The topic, for example `order.created`. */
  readonly topic: string;
  /** When the event happened, in Unix milliseconds; null where that is not known. */
  readonly occurredAt: number | null;
  /** The tenant that the event concerns; null for the whole installation. */
  readonly account: string | null;
  /** The webhook, in `shouldDeliver`, `filterRequest` and `afterDelivery`. */
  readonly webhookId: string | null;
  /** The delivery, in `filterRequest` and `afterDelivery`. */
  readonly deliveryId: string | null;
  /** The number of the attempt, from 1, in `filterRequest` and `afterDelivery`. */
  readonly attempt: number | null;
  /** Everything else that the host told, by its name. */
  readonly others: Readonly<Record<string, string>>;
}

/** What became of one attempt. A newer host may tell more. */
export interface Outcome {
  /** The state of the delivery after it: `delivered`, `retrying`, `exhausted`, … */
  readonly state: string | null;
  /** The HTTP status of the answer; null where there was no answer. */
  readonly status: number | null;
  /** Which kind of failure it was, for example `timeout`; null for a success. */
  readonly failure: string | null;
  /** How long the request took. */
  readonly durationMs: number | null;
  /** Why it failed, for people. */
  readonly reason: string | null;
  readonly [name: string]: Json;
}

/** A topic that the plugin adds to the catalogue. */
export interface Topic {
  /** Letters, digits, `_`, `-`, parts separated by full stops; 120 at most. Unique on a site. */
  name: string;
  /** Short, for people. */
  title: string;
  /** When it fires. */
  description?: string;
  /** The heading under which the catalogue shows it; without it the first part of the name. */
  group?: string;
  /** JSON Schema (draft 2020-12) of the data. */
  schema?: object | boolean;
  /** Realistic data, valid under the schema. */
  sample?: unknown;
  /** Anything that this version has no member for, for hosts that know the name. */
  attributes?: Record<string, string>;
}

/** A hook that the plugin wants. */
export interface Wanted<Handler> {
  /** Lower comes first, as in WordPress; 10 without it. */
  priority?: number;
  /** Topics and patterns: `order.created`, `order.*`, `*`. Without it all; for `buildPayload` all its own. */
  topics?: string[];
  /** Answers at once: never async. An exception is a failure of the plugin, with its message and its place. */
  handler: Handler;
}

/** What a plugin is. */
export interface Definition {
  /** Letters, digits and `-`; 64 at most. Unique on a site. */
  name: string;
  /** Semantic version of the plugin. */
  version: string;
  /** What it does, in one or two sentences. */
  summary?: string;
  /** Who made it. */
  author?: string;
  /** Where to read more: an https URL. */
  homepage?: string;
  /**
   * What a failure of the plugin means for the event. `fail-open`, the default: it goes on without the plugin.
   * `fail-closed`: it is refused; for plugins that keep something from being sent.
   */
  onFailure?: 'fail-open' | 'fail-closed';
  /** JSON Schema (draft 2020-12) of the settings. */
  settingsSchema?: object | boolean;
  /** Topics that it adds to the catalogue. */
  topics?: Topic[];
  /** Anything that this version has no member for, for hosts that know the name. */
  attributes?: Record<string, string>;

  /** Makes the data of an event of the plugin's own topics from what the application published. */
  buildPayload?: Wanted<(data: any, context: Context) => unknown>;
  /** Gives the data of an event as the plugin wants it. Sees what the filter before it returned. Must return data. */
  filterPayload?: Wanted<(data: any, context: Context) => unknown>;
  /** Says whether the event may go to the webhook `context.webhookId`. */
  shouldDeliver?: Wanted<(data: any, context: Context) => boolean>;
  /** Gives headers to add to the request, which so far has `headers`. */
  filterRequest?: Wanted<(headers: Headers, context: Context) => Record<string, string> | Headers | void>;
  /** Is told what became of an attempt. */
  afterDelivery?: Wanted<(outcome: Outcome, context: Context) => void>;
}

/** A plugin: the default export of its main file. */
export interface Plugin {
  readonly description: object;
  readonly handlers: object;
}

/** Makes a plugin of its definition. Throws a TypeError that lists everything a host would not take. */
export function plugin(definition: Definition): Plugin;

/**
 * The plugin's settings, as the site owner filled them in; `{}` where none are set. The host has held them to
 * `settingsSchema`, and fills in no defaults: `const { region = 'eu' } = settings();`
 */
export function settings<T extends object = Record<string, any>>(): Partial<T>;

/** Returned by `filterPayload` or `buildPayload`: the data as it came, every byte of it. */
export const unchanged: unique symbol;

/** Thrown: the input cannot be worked with; the message says what is wrong with it. */
export class InvalidInput extends Error {}

/** Thrown: the event must not be sent, whatever `onFailure` says; the message says why. No failure of the plugin. */
export class Refused extends Error {}
