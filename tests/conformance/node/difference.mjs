// Where two values differ, for a person: place, expected, got.

import { isObject, written } from './canonical.mjs';

/** Places that are told of one step; more would hide them. */
const TOLD = 12;

export function differences(expected, got) {
  const all = [...compare(expected, got, '')];
  return all.length > TOLD ? [...all.slice(0, TOLD), `… and ${all.length - TOLD} places more`] : all;
}

function* compare(expected, got, place) {
  const both = (test) => test(expected) && test(got);
  if (both(isObject) || both(Array.isArray)) {
    for (const name of new Set([...Object.keys(expected), ...Object.keys(got)])) {
      yield* compare(expected[name], got[name], `${place}/${name}`);
    }
  } else if (expected === undefined || got === undefined || written(expected) !== written(got)) {
    const word = (value) => (value === undefined ? 'nothing' : written(value));
    yield `${place}: expected ${word(expected)}, got ${word(got)}`;
  }
}
