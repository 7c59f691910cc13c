// The application's own callbacks as extensions: topics that they add, hooks that they answer.
//
// Decides in which order they are asked, for which topics, and what becomes of what they throw. Knows nothing of what
// the core does with the result.

import { HookwrightError, invalid } from './errors.js';
import { fields, json, list, optional, pairs, text } from './values.js';

const HOOKS = {
  buildData: 'build-data',
  filterData: 'filter-data',
  shouldDeliver: 'should-deliver',
  filterRequest: 'filter-request',
  afterDelivery: 'after-delivery',
};

const FIELDS = ['name', 'priority', 'topics', 'for', ...Object.keys(HOOKS)];
const TOPIC_FIELDS = ['name', 'title', 'description', 'group', 'schema', 'sample'];

/** Extensions of one installation, in the words of the component's import. */
export class Extensions {
  #given;
  #topics;
  #interests;

  constructor(given = []) {
    if (!Array.isArray(given)) {
      throw invalid('extensions', 'must be a list');
    }
    // A hole in the list is an extension that is missing.
    this.#given = Array.from(given, checked).sort((one, other) => one.priority - other.priority);
    this.#topics = this.#given.flatMap(({ name, topics }) => topics.map((topic) => ({ ...topic, extension: name })));
    this.#interests = this.#given.flatMap((extension) =>
      Object.keys(HOOKS)
        .filter((hook) => extension.hooks[hook] !== undefined)
        .map((hook) => ({ hook: HOOKS[hook], topics: extension.wanted(hook) }))
        .filter(({ hook, topics }) => hook !== 'build-data' || topics.length > 0),
    );
  }

  topics() {
    return this.#topics;
  }

  interests() {
    return this.#interests;
  }

  buildData(event, data) {
    return this.#changed('buildData', event, data);
  }

  filterData(event, data) {
    return this.#changed('filterData', event, data);
  }

  shouldDeliver(event, webhookId, data) {
    const parsed = JSON.parse(data);
    return this.#asked('shouldDeliver', event).every((extension) => {
      const answer = extension.ask('shouldDeliver', { ...contextOf(event), webhookId }, parsed);
      if (typeof answer !== 'boolean') {
        throw extension.failed('shouldDeliver', 'it must answer true or false');
      }
      return answer;
    });
  }

  filterRequest(delivery, headers) {
    const all = [...headers];
    for (const extension of this.#asked('filterRequest', delivery.event)) {
      const added = extension.ask(
        'filterRequest',
        deliveryOf(delivery),
        all.map(([...pair]) => pair),
      );
      try {
        all.push(...(optional(added, pairs, 'headers') ?? []));
      } catch (error) {
        throw extension.failed('filterRequest', error.message);
      }
    }
    return all.slice(headers.length);
  }

  afterDelivery(delivery, outcome) {
    const told = JSON.parse(outcome);
    let first;
    for (const extension of this.#asked('afterDelivery', delivery.event)) {
      try {
        extension.ask('afterDelivery', deliveryOf(delivery), told);
      } catch (error) {
        first ??= error;
      }
    }
    if (first !== undefined) {
      throw first;
    }
  }

  #changed(hook, event, data) {
    return this.#asked(hook, event).reduce((current, extension) => {
      const answer = extension.ask(hook, contextOf(event), JSON.parse(current));
      if (answer === undefined) {
        return current;
      }
      try {
        return json(answer, 'data');
      } catch (error) {
        throw extension.failed(hook, error.message);
      }
    }, data);
  }

  #asked(hook, { topic }) {
    return this.#given.filter((extension) => extension.hooks[hook] !== undefined && extension.wants(hook, topic));
  }
}

class Extension {
  constructor({ name, priority, topics, patterns, hooks }) {
    Object.assign(this, { name, priority, topics, patterns, hooks });
  }

  /** Topic patterns for which the hook is asked; empty means all, but for data that are built: none. */
  wanted(hook) {
    if (hook !== 'buildData') {
      return this.patterns;
    }
    const own = this.topics.map(({ name }) => name);
    return this.patterns.length === 0 ? own : own.filter((name) => isWanted(this.patterns, name));
  }

  wants(hook, topic) {
    return hook === 'buildData' ? this.wanted(hook).includes(topic) : isWanted(this.patterns, topic);
  }

  ask(hook, ...args) {
    let answer;
    try {
      answer = this.hooks[hook](...args);
    } catch (error) {
      throw this.failed(hook, error instanceof Error ? error.message : String(error), error);
    }
    if (typeof answer?.then === 'function') {
      // Whatever becomes of it comes too late.
      Promise.resolve(answer).catch(() => {});
      throw this.failed(hook, 'it returned a promise; hooks answer at once');
    }
    return answer;
  }

  failed(hook, why, cause) {
    return new HookwrightError('extension', `${this.name}, ${hook}: ${why}`, { cause });
  }
}

function checked(given, index) {
  const where = `extensions[${index}]`;
  const extension = fields(given, FIELDS, where);
  const hooks = {};
  for (const hook of Object.keys(HOOKS)) {
    const answer = extension[hook];
    if (answer !== undefined && typeof answer !== 'function') {
      throw invalid(`${where}.${hook}`, 'must be a function');
    }
    hooks[hook] = answer?.bind(extension);
  }
  const priority = extension.priority ?? 0;
  if (!Number.isFinite(priority)) {
    throw invalid(`${where}.priority`, 'must be a number; the lowest is asked first');
  }
  return new Extension({
    name: nameOf(extension.name, `${where}.name`),
    priority,
    topics: list(extension.topics ?? [], `${where}.topics`, topicOf),
    patterns: list(extension.for ?? [], `${where}.for`, patternOf),
    hooks,
  });
}

/** It stands in errors and in the log. */
function nameOf(given, where) {
  const name = text(given, where);
  if (!/^[^\p{Cc}]{1,100}$/u.test(name)) {
    throw invalid(where, 'must have 1 to 100 characters, none of them a control character');
  }
  return name;
}

const TOPIC = /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/;

function topicOf(given, where) {
  const topic = fields(given, TOPIC_FIELDS, where);
  const name = text(topic.name, `${where}.name`);
  if (!TOPIC.test(name)) {
    throw invalid(`${where}.name`, 'must be words of letters A-Z a-z, digits, `_` and `-`, with full stops between');
  }
  return {
    name,
    title: optional(topic.title, text, `${where}.title`) ?? name,
    description: optional(topic.description, text, `${where}.description`) ?? '',
    group: optional(topic.group, text, `${where}.group`) ?? 'custom',
    schema: optional(topic.schema, json, `${where}.schema`),
    sample: optional(topic.sample, json, `${where}.sample`),
  };
}

/** Topics that tell about the webhooks themselves; only a pattern that names one takes it in. */
const OPERATIONAL = ['webhook.ping', 'webhook.disabled', 'webhook.recovered', 'delivery.exhausted'];

/** A topic matches its own name, or a pattern that ends in `*`; no pattern at all means every topic. */
function isWanted(patterns, topic) {
  const wide = !OPERATIONAL.includes(topic);
  return patterns.length === 0 || patterns.some((pattern) => matches(pattern, topic, wide));
}

function matches(pattern, topic, wide) {
  return pattern.endsWith('*') ? wide && topic.startsWith(pattern.slice(0, -1)) : pattern === topic;
}

function patternOf(given, where) {
  const pattern = text(given, where);
  if (pattern !== '*' && !TOPIC.test(pattern.replace(/\.\*$/, ''))) {
    throw invalid(where, `\`${pattern}\` must be a topic, a topic with \`.*\` behind it, or \`*\``);
  }
  return pattern;
}

function contextOf({ eventId, topic, account, occurredAt }) {
  return { eventId, topic, account: account ?? null, occurredAt: Number(occurredAt) };
}

function deliveryOf({ event, deliveryId, webhookId, attempt }) {
  return { ...contextOf(event), deliveryId, webhookId, attempt };
}
