// What the language leaves to its surroundings, for a plugin: clock, random numbers and console are the host's; a few
// things that QuickJS lacks are here. What a plugin cannot have at all is named in errors.js.

import { structuredClone } from './clone.js';
import { format } from './console.js';
import { TextDecoder, TextEncoder } from './encoding.js';
import { ABSENT_NAMES } from './errors.js';
import { host } from './host.js';

/** Bytes that are asked of the host at once, since each question takes its time. */
const STORE = 256;

/** The most bytes of one getRandomValues, as in browsers. */
const QUOTA = 65_536;

/** Puts them into a global object. Gives what takes them out again, for tests. */
export function installGlobals(target) {
  const undo = [];
  const put = (object, name, value) => {
    const before = Object.getOwnPropertyDescriptor(object, name);
    Object.defineProperty(object, name, { value, writable: true, enumerable: false, configurable: true });
    undo.push(() => (before ? Object.defineProperty(object, name, before) : delete object[name]));
  };
  for (const name of ABSENT_NAMES) {
    const before = Object.getOwnPropertyDescriptor(target, name);
    if (before?.configurable && delete target[name]) undo.push(() => Object.defineProperty(target, name, before));
  }
  const HostDate = dateOf(target.Date);
  put(target, 'Date', HostDate);
  put(HostDate.prototype, 'constructor', HostDate);
  const random = randomness();
  put(target.Math, 'random', random.number);
  put(target, 'crypto', random.crypto);
  put(target.BigInt.prototype, 'toJSON', wholeNumber);
  put(target, 'console', consoleOf());
  put(target, 'performance', performanceOf());
  const ours = { TextEncoder, TextDecoder, structuredClone };
  Object.entries(ours).forEach(([name, value]) => target[name] ?? put(target, name, value));
  return () => undo.reverse().forEach((step) => step());
}

function dateOf(Native) {
  function Date(...parts) {
    if (!new.target) return new Native(host.now()).toString();
    return Reflect.construct(Native, parts.length === 0 ? [host.now()] : parts, new.target);
  }
  Date.prototype = Native.prototype;
  Date.now = () => host.now();
  Date.parse = Native.parse;
  Date.UTC = Native.UTC;
  Object.defineProperty(Date, 'length', { value: 7 });
  return Date;
}

function randomness() {
  let [store, used] = [new Uint8Array(0), 0];
  const bytes = (count) => {
    if (count > STORE) return host.randomBytes(count);
    if (used + count > store.length) [store, used] = [host.randomBytes(STORE), 0];
    used += count;
    return store.subarray(used - count, used);
  };
  const crypto = {
    getRandomValues(array) {
      const size = array.byteLength;
      if (size > QUOTA) throw new RangeError(`getRandomValues gives ${QUOTA} bytes at most, not ${size}`);
      new Uint8Array(array.buffer, array.byteOffset, size).set(bytes(size));
      return array;
    },
    randomUUID() {
      const sixteen = Uint8Array.from(bytes(16));
      sixteen[6] = (sixteen[6] & 0x0f) | 0x40;
      sixteen[8] = (sixteen[8] & 0x3f) | 0x80;
      const hex = Array.from(sixteen, (byte) => byte.toString(16).padStart(2, '0')).join('');
      return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
    },
  };
  const number = () => {
    const [high, low] = new Uint32Array(Uint8Array.from(bytes(8)).buffer);
    return ((high >>> 5) * 2 ** 26 + (low >>> 6)) / 2 ** 53;
  };
  return { crypto, number };
}

function consoleOf() {
  const at =
    (level) =>
    (...values) =>
      host.log(level, format(values));
  const silent = () => {};
  const [debug, info, warn, error] = ['debug', 'info', 'warn', 'error'].map(at);
  return {
    debug,
    trace: debug,
    info,
    log: info,
    dir: (value) => info(value),
    table: (value) => info(value),
    group: info,
    groupCollapsed: info,
    warn,
    error,
    assert: (holds, ...values) => holds || error('Assertion failed', ...values),
    groupEnd: silent,
    time: silent,
    timeLog: silent,
    timeEnd: silent,
    count: silent,
    countReset: silent,
    clear: silent,
  };
}

/** What JSON.stringify writes for a bigint: all its digits. */
function wholeNumber() {
  const value = BigInt(this);
  if (JSON.rawJSON) return JSON.rawJSON(String(value));
  if (BigInt(Number(value)) === value) return Number(value);
  throw new TypeError(`this version of Node.js writes no number as long as ${value} into JSON; a plugin does`);
}

/** Milliseconds since it was first asked in an instance; whole ones. */
function performanceOf() {
  let start;
  return {
    now() {
      const now = host.now();
      start ??= now;
      return now - start;
    },
  };
}
