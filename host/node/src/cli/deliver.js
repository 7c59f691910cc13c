// `hookwright deliver`: what it says while it runs, and what ends it.

import { HookwrightError } from '../errors.js';
import { note, onClosedOutput, printJson, printLine } from './output.js';
import { lengthMs, whole } from './typed.js';

/** A terminal signals all of its group, and `npx` hands the same signal on: one Ctrl-C comes as two. */
const SAME_SIGNAL_MS = 1_000;

export async function deliver(_, values, open) {
  const options = {
    concurrency: values.concurrency === undefined ? undefined : whole(values.concurrency, '--concurrency'),
    waitMs: values.wait === undefined ? undefined : lengthMs(values.wait, '--wait'),
  };
  const hookwright = open(true);
  const begun = performance.now();
  const trouble = new Trouble(values.watch);
  let isUnread = false;
  try {
    const observe = {
      claimed: () => trouble.succeeded('claim'),
      settled(told) {
        trouble.succeeded('settle');
        printAttempt(told, values.json);
      },
      lost: ({ request, error }) =>
        note(`${request.deliveryId}  its outcome was not recorded, another sends it again: ${error?.message}`),
      error: ({ step, error }) => trouble.failed(step, error),
    };
    const dispatcher = hookwright.start({ ...options, observe, once: !values.watch });
    onClosedOutput(() => {
      isUnread = true;
      void dispatcher.stop();
    });
    const release = stopOnSignals(dispatcher);
    const summary = await dispatcher.done.finally(release);
    if (summary.unsettled > 0) {
      throw trouble.last;
    }
    if (isUnread) {
      throw new HookwrightError('output', 'nobody reads the output any more, so this has stopped');
    }
    tellSummary(summary, performance.now() - begun, values.json);
  } finally {
    await hookwright.close();
  }
  return 0;
}

/** Failures of the database: where the run goes on, the first of a row is told, and the end of the row. */
class Trouble {
  last;
  #isTold;
  #step;

  constructor(isTold) {
    this.#isTold = isTold;
  }

  failed(step, error) {
    this.last = error;
    if (this.#isTold && this.#step !== step) {
      note(`The ${step} has failed and is tried again: ${error.message}`);
    }
    // A purge is tried again in an hour only.
    this.#step = step === 'purge' ? this.#step : step;
  }

  succeeded(step) {
    if (this.#step === step) {
      this.#step = undefined;
      if (this.#isTold) {
        note('The database answers again.');
      }
    }
  }
}

/** The first time gracefully, then at once. */
function stopOnSignals(dispatcher) {
  let first;
  const stop = () => {
    if (first === undefined) {
      first = performance.now();
      note('Stopping: requests under way are finished. Ctrl-C again stops at once.');
      void dispatcher.stop();
    } else if (performance.now() - first >= SAME_SIGNAL_MS) {
      note('Stopping at once.');
      void dispatcher.stopNow();
    }
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  return () => process.off('SIGINT', stop).off('SIGTERM', stop);
}

function printAttempt({ request, settlement, decision }, json) {
  const { response, failure } = settlement.outcome;
  if (json) {
    const { deliveryId, eventId, webhookId, topic, url, attempt } = request;
    const told = {
      status: response?.status ?? null,
      failure: failure?.kind ?? null,
      message: failure?.message ?? null,
    };
    const { startedAt, durationMs } = settlement;
    return printJson({
      kind: 'attempt',
      deliveryId,
      eventId,
      webhookId,
      topic,
      url,
      attempt,
      startedAt,
      durationMs,
      ...told,
      ...decision,
    });
  }
  const answer = response?.status ?? failure?.kind ?? 'released';
  const next = decision.reason === null ? decision.state : `${decision.state}: ${decision.reason}`;
  return printLine(
    `${request.deliveryId}  ${request.topic}  #${request.attempt}  ${answer}  ${settlement.durationMs} ms  ${next}`,
  );
}

function tellSummary(summary, tookMs, json) {
  const perSecond = tookMs > 0 ? (summary.delivered * 1000) / tookMs : 0;
  if (json) {
    const { retrying, requestBytes, responseBytes, ...told } = summary;
    return printJson({
      kind: 'summary',
      ...told,
      waiting: retrying,
      durationMs: Math.round(tookMs),
      deliveriesPerSecond: perSecond,
    });
  }
  if (summary.stopped !== null) {
    return printLine(`The installation is stopped: ${summary.stopped}.`);
  }
  printLine(
    summary.attempts === 0 ? 'Nothing was due.' : `${summary.delivered} delivered in ${(tookMs / 1000).toFixed(1)} s.`,
  );
  if (summary.exhausted > 0) {
    printLine(`${summary.exhausted} given up; \`hookwright deliveries list --state exhausted\` shows why.`);
  }
  return summary.nextDue === null
    ? undefined
    : printLine(`The next delivery is due at ${new Date(Number(summary.nextDue)).toISOString()}.`);
}
