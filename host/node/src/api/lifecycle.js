// `lifecycle`: tables, state, stop, retention, erasure. The words are those of wit/webhooks/lifecycle.wit.

import { answered, counted, fields, nothing, text, u32 } from '../values.js';
import { invalid } from '../errors.js';

/** Deliveries in one step: short enough that nobody waits for it. */
const STEP = 200;

export class Lifecycle {
  #call;

  constructor(call) {
    this.#call = (name, ...args) => call('lifecycle', name, args);
  }

  checkConfig() {
    return answered(nothing, this.#call('checkConfig'));
  }

  migrate() {
    return this.#call('migrate');
  }

  stats() {
    return answered(statsOf, this.#call('stats'));
  }

  stop(reason) {
    return this.#call('stop', text(reason, 'reason'));
  }

  resume() {
    return this.#call('resume');
  }

  rekey(limit = STEP) {
    return this.#call('rekey', u32(limit, 'limit'));
  }

  purge(limit = STEP) {
    return answered(removed, this.#call('purge', u32(limit, 'limit')));
  }

  erase(target, limit = STEP) {
    return answered(removed, this.#call('erase', targetOf(target), u32(limit, 'limit')));
  }
}

function targetOf(target) {
  const given = Object.entries(fields(target, ['account', 'event'], 'target'));
  if (given.length !== 1) {
    throw invalid('target', 'must be { account } or { event }');
  }
  const [[tag, val]] = given;
  return { tag, val: text(val, tag) };
}

function statsOf({ webhooks, deliveries, ...rest }) {
  return { webhooks: counted(webhooks), deliveries: counted(deliveries), ...rest };
}

function removed({ rows, more }) {
  return { rows: counted(rows), more };
}
