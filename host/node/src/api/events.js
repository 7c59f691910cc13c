// `events`: what happened. The words are those of wit/webhooks/events.wit; data are a value, or with `json` a text that
// is taken as it is.

import {
  PAGING,
  SCOPE,
  answered,
  fields,
  json,
  list,
  optional,
  paging,
  results,
  scope,
  text,
  time,
} from '../values.js';
import { invalid } from '../errors.js';

const EVENT = ['topic', 'data', 'json', 'account', 'idempotencyKey', 'occurredAt'];

export class Events {
  #call;
  #published;

  /** `published` is called after each publish that may have stored something. */
  constructor(call, published) {
    this.#call = (name, ...args) => call('events', name, args);
    this.#published = published;
  }

  publish(events) {
    const told = (answers) => {
      this.#published();
      return results(answers);
    };
    return answered(told, this.#call('publish', list(events, 'events', eventOf)));
  }

  explain(event, options) {
    const given = fields(options, [...SCOPE, ...PAGING], 'options');
    return this.#call('explain', eventOf(event, 'event'), scope(given), paging(given));
  }
}

function eventOf(event, where) {
  const given = fields(event, EVENT, where);
  if (given.json !== undefined && given.data !== undefined) {
    throw invalid('json', 'stands beside `data`; give one of them');
  }
  return {
    topic: text(given.topic, 'topic'),
    data: given.json === undefined ? json(given.data, 'data') : text(given.json, 'json'),
    account: optional(given.account, text, 'account'),
    idempotencyKey: optional(given.idempotencyKey, text, 'idempotencyKey'),
    occurredAt: optional(given.occurredAt, time, 'occurredAt'),
  };
}
