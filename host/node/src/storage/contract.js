// The storage import in JavaScript: what a database driver takes and gives.
//
// A driver is an object with `dialect` ('sqlite', 'postgres' or 'mysql') and `execute(mode, statements)`, which runs
// the statements in one transaction or none of them and returns `[{ values: [{ tag, val }], affected }]`; it throws a
// StorageError and nothing else. Values are `{ tag: 'null' }`, `{ tag: 'integer', val: BigInt }`, `{ tag: 'text',
// val: string }` and `{ tag: 'blob', val: Uint8Array }`. Source: wit/webhooks/storage.wit.

import { StorageError } from '../errors.js';

export const NULL = { tag: 'null' };

const LEAST = -(2n ** 63n);
const MOST = 2n ** 63n - 1n;
const QUOTED = 60;

/** Which of our statements it was. Values are never quoted, they may be secret. */
export function inStatement(index, sql, what) {
  const quoted = sql.length > QUOTED ? `${sql.slice(0, QUOTED)}…` : sql;
  return `statement ${index} (${quoted}): ${what}`;
}

/** The statement breaks the contract. */
export function refused(index, sql, why) {
  return new StorageError('other', inStatement(index, sql, why));
}

/** What a driver binds for a parameter. */
export function bound({ tag, val }, index, sql, position) {
  if (tag === 'text' && val.includes('\0')) {
    throw refused(index, sql, `the text of parameter ${position} holds a NUL byte`);
  }
  return tag === 'null' ? null : val;
}

/** What a driver gave, as the declared type. NULL stays NULL, and an integer may come as decimal text. */
export function read(stored, declared) {
  if (stored === null) {
    return NULL;
  }
  const found = kindOf(stored);
  if (declared === found) {
    return { tag: found, val: stored };
  }
  if (declared === 'integer' && found === 'text' && /^-?\d{1,19}$/.test(stored)) {
    const val = BigInt(stored);
    if (val >= LEAST && val <= MOST) {
      return { tag: 'integer', val };
    }
  }
  const what = found === 'text' && declared === 'integer' ? 'text that is no 64-bit number' : ARTICLES[found];
  return `declared as ${declared}, but holds ${what}`;
}

const ARTICLES = { integer: 'an integer', real: 'a real number', text: 'text', blob: 'a blob' };

function kindOf(stored) {
  switch (typeof stored) {
    case 'bigint':
      return 'integer';
    case 'string':
      return 'text';
    case 'number':
      return 'real';
    default:
      return 'blob';
  }
}
