// When two results are the same; ../README.md has the rules and their reasons.

import { createHash } from 'node:crypto';

const LONGEST_TEXT_BYTES = 4096;
const SCRIPTED = 'scripted: ';

/** The result as it is compared. */
export function alike(result, origin) {
  if (typeof result === 'string') {
    const text = result.replaceAll(origin, '{{receiver}}');
    return ofText(text.slice(Math.max(text.indexOf(SCRIPTED), 0)));
  }
  if (Array.isArray(result)) {
    return result.map((item) => alike(item, origin));
  }
  return isObject(result) ? ofObject(result, origin) : result;
}

/** Compact JSON, members sorted. */
export function written(value) {
  if (typeof value === 'bigint') {
    return String(value);
  }
  if (Array.isArray(value)) {
    return `[${value.map(written).join(',')}]`;
  }
  if (!isObject(value)) {
    return JSON.stringify(value ?? null);
  }
  const members = Object.keys(value).sort();
  return `{${members.map((name) => `${JSON.stringify(name)}:${written(value[name])}`).join(',')}}`;
}

export function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function ofText(text) {
  const bytes = Buffer.from(text);
  return bytes.length <= LONGEST_TEXT_BYTES
    ? text
    : { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

function ofObject(members, origin) {
  const kept = {};
  for (const [name, value] of Object.entries(members)) {
    if (name === 'ok' || (value !== null && value !== undefined)) {
      kept[name] = alike(value, origin);
    }
  }
  if ('started-at' in kept && 'duration' in kept) {
    Object.assign(kept, { 'started-at': 0, duration: 0 });
  }
  if (Object.keys(kept).length === 2 && 'kind' in kept && 'message' in kept) {
    kept.message = '';
  }
  return kept;
}
