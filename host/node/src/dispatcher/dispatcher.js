// The loop: claim, send, settle.
//
// Decides how many requests are under way and when to return. A claim or settle that fails is tried again after a
// pause; nothing is claimed while outcomes cannot be recorded, or their leases would end here and they would be sent
// twice. What no repetition helps ends the run, and so do many failures of a run that has an end.

import { setMaxListeners } from 'node:events';

import { ValidationError } from '../errors.js';
import { unheard } from '../unheard.js';
import { failure } from './classify.js';
import { Client } from './client.js';
import { Backoff, Pace, untilMs } from './clock.js';
import { LONGEST_TIMER_MS, checked } from './options.js';
import { Summary } from './summary.js';
import { Unsettled } from './unsettled.js';

/** Outcomes kept in memory, with the requests under way. No more is claimed while that many wait to be settled. */
const UNSETTLED = 1_024;
/** How long the outcomes of finished requests wait for more to come. */
const GATHER_MS = 4;
/** The failure in a row that is logged: a lock that is soon let go needs nobody's attention. */
const TOLD_FAILURE = 3;
/** After so many failures in a row, a run that has an end has it: somebody waits for it. */
const MOST_FAILURES = 5;
/** What a run that goes on for ever removes, at its start and so often: what is past its retention. */
const PURGE_EVERY_MS = 3_600_000;
const PURGE_STEP = 200;

/** Carries the deliveries of one outbox. Made by `Hookwright.start`. */
export class Dispatcher {
  /** Ends with the summary when all that was begun is recorded; rejects where the run had to be given up. */
  done;
  #outbox;
  #log;
  #options;
  #client;
  #pace;
  #settleBackoff = new Backoff();
  #settleAfter = 0;
  #unsettled;
  #sending = new Map();
  #summary = new Summary();
  #cutOff = new AbortController();
  #phase = 'running';
  /** The last claim was made with nothing under way and found nothing: all there is waits for a later time. */
  #quiet;
  #timer;
  #soon;
  #gathering;
  #giveUpAt;
  #upkeep;
  #finish;
  #trouble;

  /** `log(level, message)` is told of failures that no `observe.error` is there for. */
  constructor(hookwright, options, log) {
    this.#options = checked(options);
    // Each request under way listens to it.
    setMaxListeners(0, this.#cutOff.signal);
    this.#outbox = hookwright;
    this.#log = log;
    this.#client = new Client(hookwright.guard, this.#options);
    this.#pace = new Pace(this.#options.pollMs);
    this.#unsettled = new Unsettled(this.#options.batch);
    this.done = new Promise((resolve, reject) => {
      this.#finish = (summary) => (this.#trouble === undefined ? resolve(summary) : reject(this.#trouble));
    });
    const { signal } = this.#options;
    this.onAbort = () => void this.stop();
    signal?.addEventListener('abort', this.onAbort, { once: true });
    if (signal?.aborted) {
      this.#phase = 'stopping';
    }
    this.#pump();
  }

  /** Claims now rather than at the next poll: something was published in this process. */
  wake() {
    this.#pace.woken();
    this.#pump();
  }

  /**
   * Claims no more, lets requests under way finish, and ends when they are recorded. After `graceMs` they are cut off.
   */
  stop() {
    if (this.#phase === 'running') {
      this.#phase = 'stopping';
      const { graceMs } = this.#options;
      if (graceMs <= LONGEST_TIMER_MS) {
        setTimeout(() => this.stopNow(), graceMs).unref();
      }
      this.#pump();
    }
    return this.done;
  }

  /** The same at once: requests under way are cut off, and recorded as failed, because they may have arrived. */
  stopNow() {
    this.#phase = 'stopping';
    this.#cutOff.abort();
    this.#pump();
    return this.done;
  }

  /** Later, so that the requests that are ready together share one settle, and one claim follows. */
  #pump() {
    this.#soon ??= setImmediate(() => {
      this.#soon = undefined;
      this.#step();
    });
  }

  #step() {
    clearTimeout(this.#timer);
    clearTimeout(this.#gathering);
    this.#gathering = undefined;
    if (this.#finish === undefined) {
      return;
    }
    this.#settle();
    this.#claim();
    if (this.#isDone()) {
      this.#conclude();
      return;
    }
    const at = this.#nextTime();
    if (at !== undefined) {
      this.#timer = setTimeout(() => this.#step(), Math.max(at - performance.now(), 0));
    }
  }

  #claim() {
    const limit = this.#freeSlots();
    const atRest = this.#sending.size === 0 && this.#unsettled.count === 0;
    if (this.#phase !== 'running' || limit === 0 || this.#settleBackoff.isFailing) {
      return;
    }
    // Only a claim can tell that nothing is left, so it need not wait for the poll.
    const seeksTheEnd = this.#options.once && atRest && this.#quiet === undefined && !this.#pace.isFailing;
    if (!seeksTheEnd && performance.now() < this.#pace.next) {
      return;
    }
    this.#quiet = undefined;
    let claimed;
    try {
      claimed = this.#outbox.deliveries.claim(limit, { leaseMs: this.#options.leaseMs, busy: this.#busy() });
    } catch (error) {
      this.#failed('claim', error, this.#pace.failed(), this.#pace.failures);
      return;
    }
    this.#beginUpkeep();
    this.#observe('claimed', claimed);
    this.#pace.claimed(claimed, limit);
    for (const request of claimed.requests) {
      this.#send(request);
    }
    if (atRest && claimed.requests.length === 0) {
      this.#quiet = claimed;
    }
    this.#summary.mostInFlight = Math.max(this.#summary.mostInFlight, this.#sending.size);
  }

  #send(request) {
    const begun = { request, startedAt: Date.now() };
    this.#sending.set(request.claimToken + request.deliveryId, begun);
    this.#client.send(request, this.#cutOff.signal).then(
      (settlement) => this.#sent(request, settlement),
      (error) => this.#sent(request, broken(begun, error)),
    );
  }

  #sent(request, settlement) {
    this.#sending.delete(request.claimToken + request.deliveryId);
    this.#summary.countAttempt(request, settlement);
    this.#observe('sent', { request, settlement });
    this.#unsettled.push({ request, settlement });
    this.#pace.slotFreed();
    // A commit costs a disk flush, whatever is in it: those that end soon share one.
    if (this.#sending.size === 0 || this.#unsettled.count >= this.#options.concurrency) {
      this.#pump();
    } else {
      this.#gathering ??= setTimeout(() => this.#pump(), GATHER_MS);
    }
  }

  #settle() {
    if (performance.now() < this.#settleAfter) {
      return;
    }
    const batch = this.#unsettled.take();
    if (batch.length === 0) {
      return;
    }
    let decisions;
    try {
      decisions = this.#outbox.deliveries.settle(batch.map(({ settlement }) => settlement));
    } catch (error) {
      this.#unsettled.refused(batch);
      const retryInMs = this.#settleBackoff.failed();
      this.#settleAfter = performance.now() + retryInMs;
      this.#failed('settle', error, retryInMs, this.#settleBackoff.failures);
      return;
    }
    this.#settleBackoff.succeeded();
    this.#unsettled.accepted();
    batch.forEach(({ request, settlement }, index) => this.#decided(request, settlement, decisions[index]));
  }

  #decided(request, settlement, decision) {
    if (!decision?.ok) {
      this.#summary.lost += 1;
      this.#observe('lost', { request, settlement, error: decision?.error });
      return;
    }
    this.#summary.countDecision(decision.value);
    if (decision.value.dueAt !== null) {
      this.#pace.due(decision.value.dueAt);
    }
    this.#observe('settled', { request, settlement, decision: decision.value });
  }

  #isDone() {
    if (this.#phase === 'running') {
      return this.#options.once && this.#hasRunDry();
    }
    if (this.#sending.size > 0) {
      return false;
    }
    this.#giveUpAt ??= performance.now() + this.#options.settleGraceMs;
    return this.#unsettled.count === 0 || this.#giveUpAt <= performance.now();
  }

  #hasRunDry() {
    if (this.#quiet === undefined) {
      return false;
    }
    const { stopped, nextDue, oldestDue } = this.#quiet;
    if (stopped !== null) {
      return true;
    }
    return nextDue === null ? oldestDue === null : untilMs(nextDue) > this.#options.waitMs;
  }

  #conclude() {
    const { signal } = this.#options;
    signal?.removeEventListener('abort', this.onAbort);
    clearInterval(this.#upkeep);
    const finish = this.#finish;
    this.#finish = undefined;
    const summary = this.#summary.ended(this.#unsettled.count, this.#quiet);
    this.#client.close().then(
      () => finish(summary),
      () => finish(summary),
    );
  }

  /** How many more requests may be begun, now and with all outcomes still to be recorded. */
  #freeSlots() {
    const inFlight = this.#sending.size;
    const free = this.#options.concurrency - inFlight;
    const room = Math.max(UNSETTLED, 4 * this.#options.concurrency) - inFlight - this.#unsettled.count;
    return Math.max(Math.min(free, room), 0);
  }

  #busy() {
    const counts = new Map();
    for (const { request } of this.#sending.values()) {
      counts.set(request.webhookId, (counts.get(request.webhookId) ?? 0) + 1);
    }
    return [...counts].sort().map(([webhookId, requests]) => ({ webhookId, requests }));
  }

  #nextTime() {
    const times = [];
    if (this.#phase === 'running' && this.#freeSlots() > 0 && !this.#settleBackoff.isFailing) {
      times.push(this.#pace.next);
    }
    if (this.#unsettled.count > 0) {
      times.push(this.#settleAfter);
    }
    return times.length === 0 ? undefined : Math.min(...times);
  }

  #failed(step, error, retryInMs, failures) {
    const isInVain = step === 'claim' && error instanceof ValidationError;
    if (isInVain || (this.#options.once && failures >= MOST_FAILURES)) {
      this.#trouble ??= error;
      void this.stop();
    }
    if (this.#options.observe.error !== undefined) {
      this.#observe('error', { step, error, retryInMs });
    } else if (this.#trouble !== undefined || failures === TOLD_FAILURE || step === 'purge') {
      const next = this.#trouble === undefined ? 'is tried again' : 'ends its run';
      this.#log('warn', `the dispatcher's ${step} has failed and ${next}: ${error?.message ?? error}`);
    }
  }

  /** A listener that throws must not end the loop. */
  #observe(what, told) {
    unheard(`observe.${what} of a Hookwright dispatcher`, () => this.#options.observe[what]?.(told));
  }

  /** When the first claim has succeeded, so when the database is there. */
  #beginUpkeep() {
    if (!this.#options.once && this.#upkeep === undefined) {
      this.#upkeep = setInterval(() => this.#keepUp(), PURGE_EVERY_MS);
      this.#upkeep.unref();
      setImmediate(() => this.#keepUp());
    }
  }

  /** A database that is away is told by the loop itself, and the next hour tries again. */
  #keepUp() {
    if (this.#phase !== 'running') {
      return;
    }
    try {
      if (this.#outbox.lifecycle.purge(PURGE_STEP).more) {
        setImmediate(() => this.#keepUp());
      }
    } catch (error) {
      this.#failed('purge', error, PURGE_EVERY_MS, 1);
    }
  }
}

function broken({ request, startedAt }, error) {
  const { deliveryId, claimToken, headers } = request;
  const durationMs = Date.now() - startedAt;
  const outcome = { failure: failure('protocol', `the HTTP client failed: ${error?.message ?? error}`) };
  return { deliveryId, claimToken, startedAt, durationMs: Math.max(durationMs, 0), requestHeaders: headers, outcome };
}
