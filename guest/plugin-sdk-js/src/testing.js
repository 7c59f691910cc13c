// What stands in for a host in the tests of a plugin, under Node.js. Each hook goes through JSON text, as in a host;
// while it runs, clock, random numbers and console are the test's, and what a plugin does not have is not there.

import { installGlobals } from './globals.js';
import { HOOKS } from './definition.js';
import { hooksOf } from './hooks.js';
import { answerBy } from './host.js';

/** The time of a test that sets none. */
const START = Date.UTC(2026, 0, 1);

/** The most random bytes of one call, as in the contract. */
const MOST_RANDOM_BYTES = 65_536;

const LINE_BYTES = 4_096;

/** A host for one plugin. */
export function hostFor(plugin, { settings = {}, now = START, seed = 0 } = {}) {
  if (!plugin?.description || !plugin.handlers) {
    throw new TypeError('hostFor() takes a plugin: the default export of the file that calls plugin()');
  }
  return new Host(plugin, settings, now, seed);
}

class Host {
  #description;
  #hooks;
  #random;

  constructor({ description, handlers }, settings, now, seed) {
    this.#description = description;
    this.#hooks = hooksOf(handlers);
    this.#random = splitMix64(BigInt(seed));
    this.settings = settings;
    this.now = now;
    this.log = [];
  }

  get description() {
    return structuredClone(this.#description);
  }

  /** A topic of the plugin's, with schema and sample as values. */
  topic(name) {
    const topic = this.#description.topics.find((topic) => topic.name === name);
    if (!topic) throw new RangeError(`the plugin has no topic ${name}`);
    const value = (text) => (text === null ? undefined : JSON.parse(text));
    return { ...topic, schema: value(topic.schema), sample: value(topic.sample) };
  }

  buildPayload(topic, data, context) {
    this.topic(topic);
    return this.#payload('buildPayload', topic, data, context);
  }

  filterPayload(topic, data, context) {
    return this.#payload('filterPayload', topic, data, context);
  }

  shouldDeliver(topic, data, context) {
    return this.#call('shouldDeliver', topic, { webhookId: 'wh_test', ...context }, written(data), true);
  }

  filterRequest(topic, headers = [], context) {
    const about = { webhookId: 'wh_test', deliveryId: 'dlv_test', attempt: 1, ...context };
    return this.#call('filterRequest', topic, about, headers, []);
  }

  afterDelivery(topic, outcome, context) {
    const about = { webhookId: 'wh_test', deliveryId: 'dlv_test', attempt: 1, ...context };
    const told = Object.entries(outcome).map(([name, value]) => [kebab(name), value]);
    return this.#call('afterDelivery', topic, about, written(Object.fromEntries(told)), undefined);
  }

  #payload(member, topic, data, context) {
    const text = written(data);
    return JSON.parse(this.#call(member, topic, context, text, text));
  }

  #call(member, topic, context, input, otherwise) {
    const interest = this.#description.interests.find((interest) => interest.hook === HOOKS[member]);
    if (!interest || !matches(interest.topics, topic)) return otherwise;
    const pairs = pairsOf({ eventId: 'evt_test', topic, occurredAt: this.#unixMs(), ...context });
    const before = answerBy(this.#answers());
    const undo = installGlobals(globalThis);
    try {
      return this.#hooks[member](pairs, input);
    } finally {
      undo();
      answerBy(before);
    }
  }

  #answers() {
    return {
      now: () => this.#unixMs(),
      randomBytes: (count) => Uint8Array.from({ length: Math.min(count, MOST_RANDOM_BYTES) }, this.#random),
      settingsText: () => written(this.settings),
      log: (level, message) => this.log.push({ level, message: cut(message) }),
    };
  }

  #unixMs() {
    return new Date(this.now).getTime();
  }
}

function written(value) {
  const text = JSON.stringify(value);
  if (text === undefined) throw new TypeError('a host gives JSON; this has no form in it');
  return text;
}

function matches(patterns, topic) {
  const fits = (pattern) =>
    pattern === topic || pattern === '*' || (pattern.endsWith('.*') && topic.startsWith(pattern.slice(0, -1)));
  return patterns.length === 0 || patterns.some(fits);
}

function pairsOf({ others = {}, ...context }) {
  const known = Object.entries(context).filter(([, value]) => value !== null && value !== undefined);
  return [...known.map(([name, value]) => [kebab(name), String(value)]), ...Object.entries(others)];
}

function kebab(name) {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function cut(message) {
  return new TextDecoder().decode(new TextEncoder().encode(message).subarray(0, LINE_BYTES));
}

/** The topmost bytes of SplitMix64 (Steele, Lea, Flood 2014). */
function splitMix64(seed) {
  const mask = (1n << 64n) - 1n;
  let state = seed & mask;
  return () => {
    state = (state + 0x9e3779b97f4a7c15n) & mask;
    let word = state;
    word = ((word ^ (word >> 30n)) * 0xbf58476d1ce4e5b9n) & mask;
    word = ((word ^ (word >> 27n)) * 0x94d049bb133111ebn) & mask;
    return Number((word ^ (word >> 31n)) >> 56n);
  };
}
