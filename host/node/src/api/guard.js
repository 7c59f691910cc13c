// `guard`: who may be called. The words are those of wit/webhooks/guard.wit.

import { answered, text } from '../values.js';

export class Guard {
  #call;

  constructor(call) {
    this.#call = (name, ...args) => call('guard', name, args);
  }

  checkUrl(url) {
    return answered(verdict, this.#call('checkUrl', text(url, 'url')));
  }

  checkAddress(address) {
    return answered(verdict, this.#call('checkAddress', text(address, 'address')));
  }
}

/** `{ allowed: true }`, or why not: `{ allowed: false, reason, message }`. */
function verdict({ tag, val }) {
  return tag === 'ok' ? { allowed: true } : { allowed: false, ...val };
}
