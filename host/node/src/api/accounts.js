// `accounts`: what an account may have. The words are those of wit/webhooks/accounts.wit.

import { answered, fields, flag, nothing, optional, text, u32 } from '../values.js';

export class Accounts {
  #call;

  constructor(call) {
    this.#call = (name, ...args) => call('accounts', name, args);
  }

  setLimits(account, limits) {
    const given = fields(limits, ['webhooksAllowed', 'maxWebhooks', 'maxEventsPerDay'], 'limits');
    return this.#call('setLimits', text(account, 'account'), {
      webhooksAllowed: flag(given.webhooksAllowed ?? true, 'webhooksAllowed'),
      maxWebhooks: optional(given.maxWebhooks, u32, 'maxWebhooks'),
      maxEventsPerDay: optional(given.maxEventsPerDay, u32, 'maxEventsPerDay'),
    });
  }

  getLimits(account) {
    return this.#call('getLimits', text(account, 'account'));
  }

  removeLimits(account) {
    return answered(nothing, this.#call('removeLimits', text(account, 'account')));
  }
}
