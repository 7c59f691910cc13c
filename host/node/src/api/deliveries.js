// `deliveries`: what to send, what came of it. The words are those of wit/webhooks/deliveries.wit; durations have their
// unit in the name, and an outcome is `{ response }`, `{ failure }` or `{ released: true }`.

import {
  PAGING,
  SCOPE,
  answered,
  bytes,
  fields,
  flag,
  json,
  list,
  optional,
  pairs,
  paging,
  results,
  scope,
  text,
  texts,
  time,
  u32,
  word,
} from '../values.js';
import { invalid } from '../errors.js';

const STATES = ['pending', 'sending', 'retrying', 'held', 'delivered', 'exhausted', 'cancelled'];
const FAILURES = ['dns', 'connect', 'tls', 'timeout', 'blocked', 'protocol'];
const QUERY = [...SCOPE, 'webhookId', 'eventId', 'topic', 'state', ...PAGING];
const RECOVER = [...SCOPE, 'webhookId', 'topic', 'states', 'since', 'until', 'limit', 'cursor'];
const SETTLEMENT = ['deliveryId', 'claimToken', 'startedAt', 'durationMs', 'requestHeaders', 'outcome'];

export class Deliveries {
  #call;
  #leaseMs;

  /** `leaseMs` is for a test or a ping whose caller names none. */
  constructor(call, leaseMs) {
    this.#call = (name, ...args) => call('deliveries', name, args);
    this.#leaseMs = leaseMs;
  }

  claim(limit, options) {
    const given = fields(options, ['leaseMs', 'busy'], 'options');
    const busy = list(given.busy ?? [], 'busy', ({ webhookId, requests }) => ({ webhookId, requests }));
    return answered(claimedOf, this.#call('claim', u32(limit, 'limit'), this.#lease(given), busy));
  }

  settle(settlements) {
    return answered(results, this.#call('settle', list(settlements, 'settlements', settlementOf)));
  }

  test(webhookId, options) {
    const given = fields(options, ['topic', 'data', 'leaseMs', ...SCOPE], 'options');
    const [topic, data] = [optional(given.topic, text, 'topic'), optional(given.data, json, 'data')];
    return answered(
      requestOf,
      this.#call('test', scope(given), text(webhookId, 'webhookId'), topic, data, this.#lease(given)),
    );
  }

  ping(webhookId, options) {
    const given = fields(options, ['leaseMs', ...SCOPE], 'options');
    return answered(requestOf, this.#call('ping', scope(given), text(webhookId, 'webhookId'), this.#lease(given)));
  }

  redeliver(ids, options) {
    return answered(results, this.#call('redeliver', scope(fields(options, SCOPE, 'options')), texts(ids, 'ids')));
  }

  cancel(ids, options) {
    return answered(results, this.#call('cancel', scope(fields(options, SCOPE, 'options')), texts(ids, 'ids')));
  }

  recover(query) {
    const given = fields(query, RECOVER, 'query');
    const wanted = {
      scope: scope(given),
      webhookId: optional(given.webhookId, text, 'webhookId'),
      topic: optional(given.topic, text, 'topic'),
      states: list(given.states ?? [], 'states', (state, where) => word(state, where, STATES)),
      since: time(given.since, 'since'),
      until: optional(given.until, time, 'until'),
    };
    const cursor = optional(given.cursor, text, 'cursor');
    return answered(recoveredOf, this.#call('recover', wanted, u32(given.limit ?? 1000, 'limit'), cursor));
  }

  get(id, options) {
    return answered(detailsOf, this.#call('get', scope(fields(options, SCOPE, 'options')), text(id, 'id')));
  }

  find(query) {
    const given = fields(query, QUERY, 'query');
    return this.#call('find', {
      scope: scope(given),
      webhookId: optional(given.webhookId, text, 'webhookId'),
      eventId: optional(given.eventId, text, 'eventId'),
      topic: optional(given.topic, text, 'topic'),
      state: optional(given.state, word, 'state', STATES),
      paging: paging(given),
    });
  }

  #lease({ leaseMs }) {
    return u32(leaseMs ?? this.#leaseMs, 'leaseMs');
  }
}

function claimedOf({ requests, ...claimed }) {
  return { ...claimed, requests: requests.map(requestOf) };
}

function recoveredOf({ recovered, skipped, next }) {
  return {
    recovered,
    skipped: Object.fromEntries(skipped.map(({ reason, deliveries }) => [reason, deliveries])),
    next,
  };
}

function detailsOf({ delivery, payload, attempts }) {
  return { delivery, payload, attempts: attempts.map(attemptOf) };
}

function requestOf({ timeout, ...request }) {
  return { ...request, timeoutMs: timeout };
}

function attemptOf({ duration, outcome, ...attempt }) {
  return { ...attempt, durationMs: duration, outcome: outcome && { [outcome.tag]: outcome.val ?? true } };
}

function settlementOf(settlement, where) {
  const given = fields(settlement, SETTLEMENT, where);
  return {
    deliveryId: text(given.deliveryId, `${where}.deliveryId`),
    claimToken: text(given.claimToken, `${where}.claimToken`),
    startedAt: time(given.startedAt, `${where}.startedAt`),
    duration: u32(given.durationMs, `${where}.durationMs`),
    requestHeaders: pairs(given.requestHeaders ?? [], `${where}.requestHeaders`),
    outcome: outcomeOf(given.outcome, `${where}.outcome`),
  };
}

function outcomeOf(outcome, where) {
  const given = Object.entries(fields(outcome, ['response', 'failure', 'released'], where));
  if (given.length !== 1) {
    throw invalid(where, 'must be one of { response }, { failure } and { released: true }');
  }
  const [[tag, val]] = given;
  if (tag === 'released') {
    return { tag };
  }
  if (tag === 'failure') {
    return {
      tag,
      val: { kind: word(val.kind, `${where}.kind`, FAILURES), message: text(val.message, `${where}.message`) },
    };
  }
  const { status, headers, body, truncated } = val;
  const checked = {
    status: u32(status, `${where}.status`),
    headers: pairs(headers ?? [], `${where}.headers`),
    body: bytes(body ?? '', `${where}.body`),
    truncated: flag(truncated ?? false, `${where}.truncated`),
  };
  return { tag, val: checked };
}
