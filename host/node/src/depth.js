// How many calls of the core are on the stack, each made by a callback of the one before.
//
// Decides when there are too many. Counted for the whole process: a callback may call another installation.

import { HookwrightError } from './errors.js';

const MOST_DEEP = 4;

let depth = 0;

/** How deep a call of this name would be; throws where that is too deep. */
export function deeper(name) {
  if (depth >= MOST_DEEP) {
    const why = `${name} was refused: ${MOST_DEEP} calls of the core are already on the stack, each made by an extension`;
    throw new HookwrightError('too-deep', why);
  }
  return depth + 1;
}

/** Does the work of a call that is so deep; what it calls is deeper. */
export function within(level, work) {
  const outer = depth;
  depth = level;
  try {
    return work();
  } finally {
    depth = outer;
  }
}
