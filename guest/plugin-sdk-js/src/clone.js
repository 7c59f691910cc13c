// structuredClone (HTML, section 2.7) for what data and settings consist of.

/** A deep copy: of JSON's values, Date, RegExp, Map, Set, Error, buffers and views, with cycles. */
export function structuredClone(value, seen = new Map()) {
  if (typeof value === 'function' || typeof value === 'symbol') {
    throw new TypeError(`structuredClone: a ${typeof value} cannot be cloned`);
  }
  if (typeof value !== 'object' || value === null) return value;
  if (seen.has(value)) return seen.get(value);
  const keep = (copy) => {
    seen.set(value, copy);
    return copy;
  };
  if (value instanceof Date) return keep(new Date(value.getTime()));
  if (value instanceof RegExp) return keep(new RegExp(value.source, value.flags));
  if (value instanceof ArrayBuffer) return keep(value.slice(0));
  if (ArrayBuffer.isView(value)) return view(value, seen, keep);
  if (value instanceof Map) {
    const copy = keep(new Map());
    value.forEach((item, key) => copy.set(structuredClone(key, seen), structuredClone(item, seen)));
    return copy;
  }
  if (value instanceof Set) {
    const copy = keep(new Set());
    value.forEach((item) => copy.add(structuredClone(item, seen)));
    return copy;
  }
  if (value instanceof Error) {
    return keep(Object.assign(new Error(value.message), { name: value.name, stack: value.stack }));
  }
  const copy = keep(Array.isArray(value) ? new Array(value.length) : {});
  for (const name of Object.keys(value)) {
    const item = structuredClone(value[name], seen);
    Object.defineProperty(copy, name, { value: item, writable: true, enumerable: true, configurable: true });
  }
  return copy;
}

function view(value, seen, keep) {
  const buffer = structuredClone(value.buffer, seen);
  const length = value instanceof DataView ? value.byteLength : value.length;
  return keep(new value.constructor(buffer, value.byteOffset, length));
}
