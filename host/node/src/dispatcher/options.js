// What a dispatcher, or the client alone, may be told, and what holds where it is not.

import { invalid } from '../errors.js';
import { fields } from '../values.js';

/** How connections to receivers are made. */
export const CONNECTION = ['connectTimeoutMs', 'ca', 'lookup'];
const OPTIONS = [
  'concurrency',
  'waitMs',
  'pollMs',
  'batch',
  'graceMs',
  'settleGraceMs',
  'signal',
  'observe',
  'leaseMs',
  'once',
  ...CONNECTION,
];
const OBSERVED = ['claimed', 'sent', 'settled', 'lost', 'error'];

/** A timer that is to take longer ends at once. */
export const LONGEST_TIMER_MS = 0x7fff_ffff;
const LONGEST_POLL_MS = 60_000;

const DEFAULTS = {
  concurrency: 64,
  waitMs: 0,
  pollMs: 1_000,
  batch: 256,
  graceMs: Infinity,
  settleGraceMs: 10_000,
  observe: {},
  once: false,
};

/** All options of a dispatcher. */
export function checked(options) {
  const given = { ...DEFAULTS, ...defined(fields(options, OPTIONS, 'options')) };
  for (const name of ['concurrency', 'batch']) {
    if (!Number.isInteger(given[name]) || given[name] < 1 || given[name] > 1_000) {
      throw invalid(name, 'must be a whole number from 1 to 1000');
    }
  }
  for (const name of ['waitMs', 'pollMs', 'graceMs', 'settleGraceMs']) {
    if (typeof given[name] !== 'number' || !(given[name] >= 0)) {
      throw invalid(name, 'must be a number of milliseconds');
    }
  }
  if (given.leaseMs !== undefined && !(Number.isSafeInteger(given.leaseMs) && given.leaseMs > 0)) {
    throw invalid('leaseMs', 'must be a whole number of milliseconds');
  }
  checkListeners(given);
  connectionOptions(given);
  given.pollMs = Math.min(given.pollMs, LONGEST_POLL_MS);
  return given;
}

/** Those of the client, from among others. */
export function connectionOptions(given) {
  const { connectTimeoutMs, lookup } = given;
  if (connectTimeoutMs !== undefined && !(connectTimeoutMs >= 1 && connectTimeoutMs <= LONGEST_TIMER_MS)) {
    throw invalid('connectTimeoutMs', `must be a number of milliseconds from 1 to ${LONGEST_TIMER_MS}`);
  }
  if (lookup !== undefined && typeof lookup !== 'function') {
    throw invalid('lookup', 'must be a function like `dns.lookup`');
  }
  return Object.fromEntries(CONNECTION.map((name) => [name, given[name]]));
}

function checkListeners({ signal, observe }) {
  // Not by its class: a test environment has one of its own.
  const isSignal = typeof signal?.aborted === 'boolean' && typeof signal.addEventListener === 'function';
  if (signal !== undefined && !isSignal) {
    throw invalid('signal', 'must be an AbortSignal');
  }
  if (typeof observe !== 'object') {
    throw invalid('observe', 'must be an object with functions');
  }
  for (const name of OBSERVED) {
    if (observe[name] !== undefined && typeof observe[name] !== 'function') {
      throw invalid(`observe.${name}`, 'must be a function');
    }
  }
}

/** What is null or undefined counts as not given. */
function defined(given) {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined && value !== null));
}
