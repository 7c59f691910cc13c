// How often, and for how long, something that met a lock is tried again.
//
// Refuses to know what is tried; whoever calls has made sure that nothing of a failed try remains. Waiting blocks the
// thread, as SQLite itself does.

import { StorageError } from '../../errors.js';
import { Failure } from './failure.js';

/** Least pause before the first replay; it doubles with each, and up to as much again is added at random. */
const FIRST_PAUSE_MS = 5;
const MOST_DOUBLINGS = 5;
const never = new Int32Array(new SharedArrayBuffer(4));

/** Repeats `attempt` while it meets a lock; then `file` is unavailable. No replay begins after `timeoutMs`. */
export function untilUnlocked(file, { timeoutMs, replays }, attempt) {
  const started = performance.now();
  for (let replay = 0; ; replay += 1) {
    try {
      return attempt();
    } catch (error) {
      if (!(error instanceof Failure)) {
        throw error;
      }
      const waited = performance.now() - started;
      if (replay >= replays || waited >= timeoutMs) {
        throw stillLocked(file, waited, error);
      }
      Atomics.wait(never, 0, 0, Math.min(pauseMs(replay), timeoutMs - waited));
    }
  }
}

function stillLocked(file, waitedMs, failure) {
  const words =
    `${file} is locked by another process or connection, waited ${(waitedMs / 1000).toFixed(1)} s (${failure.message}); ` +
    'end the long transaction there, or raise the busy time-out';
  return new StorageError('unavailable', words, { cause: failure.cause });
}

/** Two processes that met once should not meet again, so their pauses differ by chance. */
function pauseMs(replay) {
  const least = FIRST_PAUSE_MS * 2 ** Math.min(replay, MOST_DOUBLINGS);
  return least + least * Math.random();
}
