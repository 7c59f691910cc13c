// How long to wait: between claims, and after failures. As host/rust/dispatcher has it (pace.rs, backoff.rs).

/** The shortest pause after a claim that found nothing, when clocks differ or other workers are faster. */
const SHORTEST_PAUSE_MS = 20;
const FIRST_BACKOFF_MS = 100;
const LONGEST_BACKOFF_MS = 5_000;

/** How long to wait after a step failed: 100 ms, doubling up to 5 s, from the start again after a success. */
export class Backoff {
  #failures = 0;

  failed() {
    const pause = Math.min(FIRST_BACKOFF_MS * 2 ** Math.min(this.#failures, 16), LONGEST_BACKOFF_MS);
    this.#failures += 1;
    return pause;
  }

  succeeded() {
    this.#failures = 0;
  }

  /** In a row. */
  get failures() {
    return this.#failures;
  }

  get isFailing() {
    return this.#failures > 0;
  }
}

/**
 * The time of the next claim: at once while there is more, else when something becomes due, a slot or a publish says
 * so, and at the latest after the poll interval. Times are of `performance.now()`.
 */
export class Pace {
  #pollMs;
  #backoff = new Backoff();
  #crowded = false;
  next = 0;

  constructor(pollMs) {
    this.#pollMs = pollMs;
  }

  /** Claims that failed in a row. */
  get failures() {
    return this.#backoff.failures;
  }

  get isFailing() {
    return this.#backoff.isFailing;
  }

  /** A claim with `limit` slots has returned. */
  claimed({ requests, nextDue, oldestDue }, limit) {
    this.#backoff.succeeded();
    this.#crowded = oldestDue !== null;
    this.next = performance.now() + this.#pause(requests.length, nextDue, limit);
  }

  /** A claim has failed; returns the pause. */
  failed() {
    const pause = this.#backoff.failed();
    this.next = performance.now() + pause;
    return pause;
  }

  /** Something was published. */
  woken() {
    this.#hasten(0);
  }

  /** A request has finished, so its receiver can take another. */
  slotFreed() {
    if (this.#crowded) {
      this.#hasten(0);
    }
  }

  /** A delivery will be due at this time. */
  due(at) {
    this.#hasten(untilMs(at));
  }

  #pause(found, nextDue, limit) {
    if (found >= limit) {
      return 0;
    }
    return nextDue === null ? this.#pollMs : Math.min(Math.max(untilMs(nextDue), SHORTEST_PAUSE_MS), this.#pollMs);
  }

  #hasten(pauseMs) {
    if (!this.#backoff.isFailing) {
      this.next = Math.min(this.next, performance.now() + Math.min(pauseMs, this.#pollMs));
    }
  }
}

/** From now to a time of the outbox; 0 when it is past. */
export function untilMs(at) {
  return Math.max(Number(at) - Date.now(), 0);
}
