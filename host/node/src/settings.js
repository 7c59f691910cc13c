// The installation's settings: `{ allowHttp: true, allowAddresses: ['loopback'] }` as the component's keys and texts.
//
// The core knows which settings exist and what they mean (wit/README.md lists them); this only writes them down.

import { invalid } from './errors.js';

const LONGEST_TIMEOUT_MS = 30_000;
const LEASE_MARGIN_MS = 60_000;

/** Keys and texts for the component. Keys may be in camelCase or as wit/README.md has them. */
export function configPairs(settings = {}) {
  return Object.entries(settings)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([key, value]) => [kebab(key), written(value, key)]);
}

/** How long a lease must be for requests under these settings. */
export function leaseMs(pairs) {
  return (
    milliseconds(pairs, 'request-timeout-ms', LONGEST_TIMEOUT_MS) +
    milliseconds(pairs, 'least-lease-margin-ms', LEASE_MARGIN_MS)
  );
}

/** The setting, if it is more than this default. The core checks its bounds. */
function milliseconds(pairs, key, least) {
  const given = Number(pairs.find(([name]) => name === key)?.[1]);
  return Number.isSafeInteger(given) ? Math.max(given, least) : least;
}

function kebab(key) {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function written(value, key) {
  if (Array.isArray(value)) {
    return value.map((item) => written(item, key)).join(',');
  }
  if (['string', 'number', 'boolean', 'bigint'].includes(typeof value)) {
    return String(value);
  }
  throw invalid(`settings.${key}`, 'must be text, a number, true, false, or a list of those');
}
