// What was typed as values: numbers, times, lengths of time, headers, files; what is wrong is named by its option.

import { readFileSync } from 'node:fs';

import { ValidationError } from '../errors.js';

export function pagingOf(values) {
  return {
    page: values.page === undefined ? 1 : whole(values.page, '--page'),
    perPage: values['per-page'] === undefined ? 50 : whole(values['per-page'], '--per-page'),
  };
}

export function readText(path) {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path === '-' ? 0 : path));
  } catch (error) {
    throw wrong(
      `--data (${path})`,
      error instanceof TypeError ? 'this is not UTF-8 text; JSON is always UTF-8' : error.message,
    );
  }
}

export function headerPair(line) {
  const at = line.indexOf(':');
  if (at < 1) {
    throw wrong('--header', 'write a header as `NAME: VALUE`');
  }
  return [line.slice(0, at).trim(), line.slice(at + 1).trim()];
}

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

export function lengthMs(given, option) {
  const [, number, unit] = /^(\d+)(ms|s|m|h|d)$/.exec(given) ?? [];
  if (number === undefined) {
    throw wrong(option, 'write a length of time as 30s, 5m, 2h or 500ms');
  }
  return Number(number) * UNITS[unit];
}

export function timeOf(given) {
  const at = /^-?\d+$/.test(given) ? Number(given) * 1000 : Date.parse(given);
  if (!Number.isSafeInteger(at)) {
    throw wrong('--occurred-at', 'write a time as 2025-11-21T20:16:05Z, or in unix seconds as 1763756165');
  }
  return at;
}

export function whole(given, option) {
  if (!/^\d{1,9}$/.test(given)) {
    throw wrong(option, 'must be a whole number');
  }
  return Number(given);
}

export function required(value, option) {
  if (value === undefined) {
    throw wrong(option, 'is needed');
  }
  return value;
}

export function wrong(option, message) {
  return new ValidationError([{ field: option, message }]);
}
