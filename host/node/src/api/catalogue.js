// `catalogue`: all known topics. The words are those of wit/webhooks/catalogue.wit; schemas and samples are values, not
// texts.

import { PAGING, answered, fields, json, nothing, optional, paging, parsed, text, u32, u64, word } from '../values.js';

const FILTER = ['search', 'source', 'group'];
const TOPIC = ['name', 'title', 'description', 'group', 'schema', 'sample'];
const SETTINGS = ['validation', 'dedupeWindowMs', 'keepPayloadsMs', 'keepAttemptsMs', 'deprecated', 'replacedBy'];
const FORMATS = ['json', 'json-schema', 'asyncapi', 'openapi', 'markdown', 'typescript'];

export class Catalogue {
  #call;

  constructor(call) {
    this.#call = (name, ...args) => call('catalogue', name, args);
  }

  get(name) {
    return answered(topicOf, this.#call('get', text(name, 'name')));
  }

  find(query) {
    const given = fields(query, [...FILTER, ...PAGING], 'query');
    return answered(pageOf, this.#call('find', { ...filterOf(given), paging: paging(given) }));
  }

  register(topic) {
    const given = fields(topic, TOPIC, 'topic');
    return answered(
      topicOf,
      this.#call('register', {
        name: text(given.name, 'name'),
        title: optional(given.title, text, 'title'),
        description: optional(given.description, text, 'description'),
        group: optional(given.group, text, 'group'),
        schema: optional(given.schema, json, 'schema'),
        sample: optional(given.sample, json, 'sample'),
      }),
    );
  }

  unregister(name) {
    return answered(nothing, this.#call('unregister', text(name, 'name')));
  }

  settings(name) {
    return answered(settingsOf, this.#call('settings', text(name, 'name')));
  }

  configure(name, settings) {
    const given = fields(settings, SETTINGS, 'settings');
    return answered(
      settingsOf,
      this.#call('configure', text(name, 'name'), {
        validation: word(given.validation ?? 'off', 'validation', ['off', 'warn', 'enforce']),
        dedupeWindow: u32(given.dedupeWindowMs ?? 0, 'dedupeWindowMs'),
        keepPayloads: optional(given.keepPayloadsMs, u64, 'keepPayloadsMs'),
        keepAttempts: optional(given.keepAttemptsMs, u64, 'keepAttemptsMs'),
        deprecated: optional(given.deprecated, text, 'deprecated'),
        replacedBy: optional(given.replacedBy, text, 'replacedBy'),
      }),
    );
  }

  document(format, filter) {
    return this.#call('document', word(format, 'format', FORMATS), filterOf(fields(filter, FILTER, 'filter')));
  }
}

function filterOf(given) {
  return {
    search: optional(given.search, text, 'search'),
    source: optional(given.source, text, 'source'),
    group: optional(given.group, text, 'group'),
  };
}

function topicOf({ schema, sample, ...topic }) {
  return { ...topic, schema: parsed(schema), sample: parsed(sample) };
}

function pageOf({ items, total }) {
  return { items: items.map(topicOf), total };
}

function settingsOf({ dedupeWindow, keepPayloads, keepAttempts, ...settings }) {
  return { ...settings, dedupeWindowMs: dedupeWindow, keepPayloadsMs: keepPayloads, keepAttemptsMs: keepAttempts };
}
