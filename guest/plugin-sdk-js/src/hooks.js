// Between the contract, which speaks JSON text and lists of pairs, and the author's handlers, which speak values.

import { InvalidInput } from './errors.js';

/** Returned by a handler: the data as it came, every byte of it. */
export const unchanged = Symbol('unchanged');

/** The functions of the contract for a plugin's handlers. Each answers, or throws what the handler threw. */
export function hooksOf({ buildPayload, filterPayload, shouldDeliver, filterRequest, afterDelivery }) {
  return {
    buildPayload: (context, data) => payload('buildPayload', buildPayload, context, data),
    filterPayload: (context, data) => payload('filterPayload', filterPayload, context, data),
    shouldDeliver(context, data) {
      if (!shouldDeliver) return true;
      const answer = atOnce('shouldDeliver', shouldDeliver(read(data), contextOf(context)));
      if (typeof answer === 'boolean') return answer;
      throw new TypeError(`shouldDeliver must return true or false, not ${kind(answer)}`);
    },
    filterRequest(context, headers) {
      if (!filterRequest) return [];
      return headersOf(atOnce('filterRequest', filterRequest(headers, contextOf(context))));
    },
    afterDelivery(context, outcome) {
      if (afterDelivery) atOnce('afterDelivery', afterDelivery(outcomeOf(outcome), contextOf(context)));
    },
  };
}

/** The context that a host told as names and values; an empty value of an optional name is none. */
export function contextOf(pairs) {
  const context = {
    eventId: '',
    topic: '',
    occurredAt: null,
    account: null,
    webhookId: null,
    deliveryId: null,
    attempt: null,
    others: {},
  };
  // By index: every call comes by here, and QuickJS takes its time for iterators.
  for (let at = 0; at < pairs.length; at += 1) take(context, pairs[at][0], pairs[at][1]);
  return context;
}

function take(context, name, value) {
  const member = MEMBERS[name];
  if (member === undefined) context.others[name] = value;
  else if (value !== '') context[member] = member === 'occurredAt' || member === 'attempt' ? Number(value) : value;
}

const MEMBERS = {
  __proto__: null,
  'event-id': 'eventId',
  topic: 'topic',
  'occurred-at': 'occurredAt',
  account: 'account',
  'webhook-id': 'webhookId',
  'delivery-id': 'deliveryId',
  attempt: 'attempt',
};

function payload(member, handler, context, data) {
  if (!handler) return data;
  const answer = atOnce(member, handler(read(data), contextOf(context)));
  if (answer === unchanged) return data;
  if (answer === undefined) {
    throw new TypeError(`${member} returned nothing: return the data, or \`unchanged\` to leave it as it came`);
  }
  const text = JSON.stringify(answer);
  if (text === undefined) throw new TypeError(`${member} returned ${kind(answer)}, which has no form in JSON`);
  return text;
}

/** A number of so many digits may be one that JavaScript rounds. */
const LONG = 16;

/** Whether so many digits stand in a row. Looks at every 16th letter: such a row has one of them. */
export function hasLongNumber(text) {
  const isDigit = (at) => {
    const code = text.charCodeAt(at);
    return code >= 48 && code <= 57;
  };
  for (let at = LONG - 1; at < text.length; at += LONG) {
    if (!isDigit(at)) continue;
    let [first, last] = [at, at];
    while (isDigit(first - 1)) first -= 1;
    while (isDigit(last + 1)) last += 1;
    if (last - first + 1 >= LONG) return true;
  }
  return false;
}

function read(data) {
  try {
    return JSON.rawJSON && hasLongNumber(data) ? JSON.parse(data, whole) : JSON.parse(data);
  } catch (error) {
    throw new InvalidInput(`the data: ${error.message}`);
  }
}

function whole(_, value, { source } = {}) {
  const isRounded = typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(source ?? '');
  return isRounded ? BigInt(source) : value;
}

function headersOf(answer) {
  if (answer === undefined || answer === null) return [];
  if (typeof answer !== 'object') {
    throw new TypeError(`filterRequest must return { 'X-Name': 'value' } or a list of pairs, not ${kind(answer)}`);
  }
  return (Array.isArray(answer) ? answer : Object.entries(answer)).map((pair) => {
    const [name, value] = Array.isArray(pair) ? pair : [];
    if (typeof name !== 'string' || typeof value !== 'string') {
      throw new TypeError(`filterRequest: a header is a name and a value, both strings, not ${JSON.stringify(pair)}`);
    }
    return [name, value];
  });
}

function outcomeOf(text) {
  const told = JSON.parse(text);
  const outcome = { state: null, status: null, failure: null, durationMs: null, reason: null };
  for (const [name, value] of Object.entries(told)) {
    outcome[name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase())] = value;
  }
  return outcome;
}

function atOnce(member, answer) {
  if (typeof answer?.then !== 'function') return answer;
  // What becomes of it nobody sees, in a test least of all.
  answer.then(undefined, () => {});
  throw new TypeError(`${member} returned a promise: a hook answers at once, and there is nothing to await`);
}

function kind(value) {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : typeof value;
}
