// How values look in a log line.

import { told } from './errors.js';

const DEPTH = 4;
const ITEMS = 50;

/** A line for what was given to console.log and its like. */
export function format(values) {
  let rest = values;
  let line = '';
  if (typeof values[0] === 'string' && values[0].includes('%') && values.length > 1) {
    rest = values.slice(1);
    line = values[0].replace(/%([sdifjoO%])/g, (whole, kind) => {
      if (kind === '%') return '%';
      return rest.length === 0 ? whole : substituted(kind, rest.shift());
    });
    if (rest.length === 0) return line;
    line += ' ';
  }
  return line + rest.map((value) => (typeof value === 'string' ? value : inspect(value))).join(' ');
}

function substituted(kind, value) {
  switch (kind) {
    case 's':
      return typeof value === 'string' ? value : inspect(value);
    case 'd':
    case 'f':
      return String(Number(value));
    case 'i':
      return String(Math.trunc(Number(value)));
    default:
      return inspect(value);
  }
}

/** A value as its author would write it, more or less. */
export function inspect(value, depth = 0, above = []) {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'bigint':
      return `${value}n`;
    case 'function':
      return `[function ${value.name || 'without name'}]`;
    case 'object':
      break;
    default:
      return String(value);
  }
  if (value === null) return 'null';
  if (value instanceof Error) return told(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  if (value instanceof RegExp) return String(value);
  if (above.includes(value)) return '[circular]';
  if (depth === DEPTH) return '…';
  const inner = (item) => inspect(item, depth + 1, [...above, value]);
  if (value instanceof Map)
    return `Map ${braced(Array.from(value, ([key, item]) => `${inner(key)} => ${inner(item)}`))}`;
  if (value instanceof Set) return `Set ${braced(Array.from(value, inner))}`;
  if (Array.isArray(value)) return `[${cut(value.map(inner)).join(', ')}]`;
  if (ArrayBuffer.isView(value)) return `${value.constructor.name} [${cut(Array.from(value)).join(', ')}]`;
  const members = Object.entries(value).map(
    ([name, item]) => `${/^\w+$/.test(name) ? name : JSON.stringify(name)}: ${inner(item)}`,
  );
  const kind = value.constructor?.name;
  return `${kind && kind !== 'Object' ? `${kind} ` : ''}${braced(members)}`;
}

function braced(parts) {
  return parts.length === 0 ? '{}' : `{ ${cut(parts).join(', ')} }`;
}

function cut(parts) {
  return parts.length > ITEMS ? [...parts.slice(0, ITEMS), `… ${parts.length - ITEMS} more`] : parts;
}
