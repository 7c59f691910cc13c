// `policy`: what the retry policy would do. The words are those of wit/webhooks/policy.wit. An answer is
// `{ status, retryAfter }` or `{ failure: 'timeout' }`.

import { fields, list, optional, text, u32 } from '../values.js';

export class Policy {
  #call;

  constructor(call) {
    this.#call = (name, ...args) => call('policy', name, args);
  }

  simulate(answers) {
    return this.#call('simulate', list(answers, 'answers', answerOf));
  }
}

function answerOf(answer, where) {
  const given = fields(answer, ['status', 'retryAfter', 'failure'], where);
  if (given.failure !== undefined) {
    return { tag: 'failure', val: text(given.failure, `${where}.failure`) };
  }
  const retryAfter = optional(given.retryAfter, text, `${where}.retryAfter`);
  return { tag: 'response', val: { status: u32(given.status, `${where}.status`), retryAfter } };
}
