// `registry`: who wants which events, and where. The words are those of wit/webhooks/registry.wit; `options` stand
// beside the other fields, and durations have their unit in the name.

import {
  PAGING,
  SCOPE,
  answered,
  fields,
  flag,
  list,
  optional,
  pairs,
  paging,
  results,
  s64,
  scope,
  text,
  texts,
  u32,
  word,
} from '../values.js';

const STATUSES = ['active', 'paused', 'disabled'];
const SORTS = ['created', 'updated', 'name', 'url'];
const OPTIONS = [
  'description',
  'integration',
  'owner',
  'headers',
  'dialect',
  'format',
  'payloadVersion',
  'standardHeaders',
  'retryScheduleMs',
  'timeoutMs',
  'requestsPerSecond',
  'filter',
];
const NEW = ['name', 'url', 'topics', 'account', 'status', 'secret', ...OPTIONS];
const CHANGES = ['name', 'url', 'topics', 'status', 'revision', ...OPTIONS];
const QUERY = [...SCOPE, 'search', 'status', 'topic', 'sort', 'descending', ...PAGING];

export class Registry {
  #call;

  constructor(call) {
    this.#call = (name, ...args) => call('registry', name, args);
  }

  create(webhook) {
    const given = fields(webhook, NEW, 'webhook');
    return answered(
      created,
      this.#call('create', {
        name: optional(given.name, text, 'name'),
        url: text(given.url, 'url'),
        topics: texts(given.topics ?? [], 'topics'),
        account: optional(given.account, text, 'account'),
        status: optional(given.status, word, 'status', STATUSES),
        secret: optional(given.secret, text, 'secret'),
        options: optionsOf(given),
      }),
    );
  }

  get(id, options) {
    return answered(webhookOf, this.#call('get', scope(fields(options, SCOPE, 'options')), text(id, 'id')));
  }

  find(query) {
    const given = fields(query, QUERY, 'query');
    const wanted = {
      scope: scope(given),
      search: optional(given.search, text, 'search'),
      status: optional(given.status, word, 'status', STATUSES),
      topic: optional(given.topic, text, 'topic'),
      sort: word(given.sort ?? 'created', 'sort', SORTS),
      descending: flag(given.descending ?? false, 'descending'),
      paging: paging(given),
    };
    return answered(pageOf, this.#call('find', wanted));
  }

  update(id, changes, options) {
    const given = fields(changes, CHANGES, 'changes');
    return answered(
      webhookOf,
      this.#call('update', scope(fields(options, SCOPE, 'options')), text(id, 'id'), {
        name: optional(given.name, text, 'name'),
        url: optional(given.url, text, 'url'),
        topics: optional(given.topics, texts, 'topics'),
        status: optional(given.status, word, 'status', STATUSES),
        revision: optional(given.revision, s64, 'revision'),
        options: optionsOf(given),
      }),
    );
  }

  setStatus(ids, status, options) {
    const wanted = word(status, 'status', STATUSES);
    const answers = this.#call('setStatus', scope(fields(options, SCOPE, 'options')), texts(ids, 'ids'), wanted);
    return answered((list) => results(list, webhookOf), answers);
  }

  rotateSecret(id, options) {
    const given = fields(options, ['secret', 'overlapMs', ...SCOPE], 'options');
    const secret = optional(given.secret, text, 'secret');
    const overlap = u32(given.overlapMs ?? 0, 'overlapMs');
    return answered(created, this.#call('rotateSecret', scope(given), text(id, 'id'), secret, overlap));
  }

  delete(ids, options) {
    return answered(results, this.#call('delete', scope(fields(options, SCOPE, 'options')), texts(ids, 'ids')));
  }
}

function optionsOf(given) {
  return {
    description: optional(given.description, text, 'description'),
    integration: optional(given.integration, text, 'integration'),
    owner: optional(given.owner, text, 'owner'),
    headers: optional(given.headers, pairs, 'headers'),
    dialect: optional(given.dialect, text, 'dialect'),
    format: optional(given.format, text, 'format'),
    payloadVersion: optional(given.payloadVersion, u32, 'payloadVersion'),
    standardHeaders: optional(given.standardHeaders, flag, 'standardHeaders'),
    retrySchedule: optional(given.retryScheduleMs, list, 'retryScheduleMs', u32),
    timeout: optional(given.timeoutMs, u32, 'timeoutMs'),
    requestsPerSecond: optional(given.requestsPerSecond, u32, 'requestsPerSecond'),
    filter: optional(given.filter, text, 'filter'),
  };
}

function pageOf({ items, total }) {
  return { items: items.map(webhookOf), total };
}

function webhookOf({ retrySchedule, timeout, ...webhook }) {
  return { ...webhook, retryScheduleMs: retrySchedule, timeoutMs: timeout };
}

function created({ webhook, secret }) {
  return { webhook: webhookOf(webhook), secret };
}
