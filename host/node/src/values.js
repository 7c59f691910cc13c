// Values on their way into the component and out of it.
//
// Out: 64-bit integers become numbers where these are exact, else stay BigInt; what is none becomes null; the inner
// results of a batch become `{ ok: true, value }` or `{ ok: false, error }`. In: fields are taken by name, and a name
// that nobody knows is refused, because a misspelt option must not be lost.

import { fromPayload, invalid } from './errors.js';

/** An answer of the component in plain JavaScript. */
export function fromGuest(value) {
  switch (typeof value) {
    case 'undefined':
      return null;
    case 'bigint':
      return exact(value);
    case 'object':
      return value === null || value instanceof Uint8Array ? value : ofObject(value);
    default:
      return value;
  }
}

function ofObject(value) {
  if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    return Array.from(value, fromGuest);
  }
  const plain = {};
  for (const key of Object.keys(value)) {
    plain[key] = fromGuest(value[key]);
  }
  return plain;
}

function exact(value) {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** The inner results of a batch, each `{ ok: true, value }` or `{ ok: false, error }`. */
export function results(list, convert = (value) => value) {
  return list.map(({ tag, val }) =>
    tag === 'ok' ? { ok: true, value: convert(val) } : { ok: false, error: fromPayload(val) },
  );
}

/** What a call answers, converted: now, or when the answer comes where it is a promise. */
export function answered(convert, answer) {
  return answer instanceof Promise ? answer.then((value) => convert(value)) : convert(answer);
}

/** The answer of a call that only succeeds or throws. */
export function nothing() {}

/** Counts by name as an object. */
export function counted(list) {
  return Object.fromEntries(list.map(({ name, count }) => [name, count]));
}

/** The input as an object that has no other fields than `known`. */
export function fields(input, known, what) {
  if (input === undefined || input === null) {
    return {};
  }
  if (typeof input !== 'object' || Array.isArray(input)) {
    throw invalid(what, 'must be an object');
  }
  for (const key of Object.keys(input)) {
    if (!known.includes(key)) {
      throw invalid(key, `is not known here; ${what} takes ${known.join(', ')}`);
    }
  }
  return input;
}

/** Text, as it is. */
export function text(value, field) {
  if (typeof value !== 'string') {
    throw invalid(field, `must be text, and is ${kind(value)}`);
  }
  if (!value.isWellFormed()) {
    throw invalid(field, 'holds half of a surrogate pair, which no UTF-8 can say');
  }
  return value;
}

/** A whole number that fits into 32 bits without sign. */
export function u32(value, field) {
  if (!Number.isInteger(value) || value < 0 || value > 0xffff_ffff) {
    throw invalid(field, `must be a whole number from 0 to 4294967295, and is ${kind(value)}`);
  }
  return value;
}

const LEAST = -(2n ** 63n);
const MOST = 2n ** 63n - 1n;

/** A whole number of 64 bits, from a number or a BigInt. */
export function s64(value, field) {
  const whole = typeof value === 'bigint' || Number.isSafeInteger(value) ? BigInt(value) : undefined;
  if (whole === undefined || whole < LEAST || whole > MOST) {
    throw invalid(field, `must be a whole number, a BigInt where it is beyond 2^53, and is ${kind(value)}`);
  }
  return whole;
}

/** The same without sign. */
export function u64(value, field) {
  const whole = s64(value, field);
  if (whole < 0n) {
    throw invalid(field, 'must not be negative');
  }
  return whole;
}

/** A time: unix milliseconds or a Date. */
export function time(value, field) {
  return s64(value instanceof Date ? value.getTime() : value, field);
}

export function flag(value, field) {
  if (typeof value !== 'boolean') {
    throw invalid(field, `must be true or false, and is ${kind(value)}`);
  }
  return value;
}

/** One of some words. */
export function word(value, field, words) {
  if (!words.includes(value)) {
    throw invalid(field, `must be one of ${words.join(', ')}, and is ${kind(value)}`);
  }
  return value;
}

export function list(value, field, item) {
  if (!Array.isArray(value)) {
    throw invalid(field, `must be a list, and is ${kind(value)}`);
  }
  return value.map((element, index) => item(element, `${field}[${index}]`));
}

export const texts = (value, field) => list(value, field, text);

/** Names and values, from an object or a list of pairs. */
export function pairs(value, field) {
  const given = Array.isArray(value) ? value : Object.entries(fields(value, Object.keys(value ?? {}), field));
  return list(given, field, (pair, where) => {
    if (!Array.isArray(pair) || pair.length !== 2) {
      throw invalid(where, 'must be a name and a value');
    }
    return [text(pair[0], where), text(pair[1], where)];
  });
}

/** JSON text of any value. */
export function json(value, field) {
  let written;
  try {
    written = JSON.stringify(value);
  } catch (error) {
    throw invalid(field, `cannot be written as JSON: ${error.message}`);
  }
  if (written === undefined) {
    throw invalid(field, `must be data that JSON can say, and is ${kind(value)}`);
  }
  return written;
}

/** Bytes, from text too. */
export function bytes(value, field) {
  if (typeof value === 'string') {
    return new TextEncoder().encode(text(value, field));
  }
  if (value instanceof Uint8Array) {
    return value;
  }
  throw invalid(field, `must be text or a Uint8Array, and is ${kind(value)}`);
}

/** The value converted, or none where there is none. */
export function optional(value, convert, field, ...more) {
  return value === undefined || value === null ? undefined : convert(value, field, ...more);
}

/** Whose objects a call may see: `{ account }`, `{ scope: 'installation' }`, or all of the installation. */
export function scope(options) {
  if (options !== undefined && options !== null && 'account' in options) {
    // Else a missing account would silently see everything.
    return { tag: 'account', val: text(options.account, 'account') };
  }
  return { tag: word(options?.scope ?? 'all', 'scope', ['all', 'installation']) };
}

export const SCOPE = ['account', 'scope'];
export const PAGING = ['page', 'perPage'];

/** Which part of a list. */
export function paging(options) {
  return { page: u32(options?.page ?? 1, 'page'), perPage: u32(options?.perPage ?? 50, 'perPage') };
}

/** JSON text that the component gave, as a value. */
export function parsed(text) {
  return text === null ? null : JSON.parse(text);
}

function kind(value) {
  if (typeof value === 'number' || typeof value === 'boolean' || value === undefined || value === null) {
    return String(value);
  }
  return Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
