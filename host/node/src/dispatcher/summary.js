// What a run of the dispatcher came to, in numbers.

const WAITS = new Set(['pending', 'sending', 'retrying', 'held']);

export class Summary {
  attempts = 0;
  delivered = 0;
  retrying = 0;
  exhausted = 0;
  cancelled = 0;
  released = 0;
  lost = 0;
  unsettled = 0;
  webhooksDisabled = 0;
  requestBytes = 0;
  responseBytes = 0;
  mostInFlight = 0;
  nextDue = null;
  stopped = null;

  countAttempt({ body }, { outcome }) {
    this.attempts += 1;
    this.requestBytes += body.length;
    this.responseBytes += outcome.response?.body.length ?? 0;
  }

  countDecision({ state, webhookDisabled }) {
    this.webhooksDisabled += webhookDisabled ? 1 : 0;
    this[WAITS.has(state) ? 'retrying' : state] += 1;
  }

  /** At the end: what is left in memory, and what the last claim said when the run ended by itself. */
  ended(unsettled, quiet) {
    return { ...this, unsettled, nextDue: quiet?.nextDue ?? null, stopped: quiet?.stopped ?? null };
  }
}
