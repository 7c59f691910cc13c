// Why a hook did not do its work: the three kinds that hosts tell apart, and the text of all that was not meant.

import { placed } from './places.js';

/** The input cannot be worked with; the message says what is wrong with it. */
export class InvalidInput extends Error {
  name = 'InvalidInput';
}

/** The event must not be sent, whatever the failure policy; the message says why. No failure of the plugin. */
export class Refused extends Error {
  name = 'Refused';
}

/** What authors reach for and a plugin does not have, and what to do instead. */
const ABSENT = new Map([
  ...['fetch', 'XMLHttpRequest', 'WebSocket', 'EventSource', 'Request', 'Response', 'Headers'].map((name) => [
    name,
    'a plugin has no network: have the application publish what is needed',
  ]),
  ...['setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval', 'clearImmediate'].map((name) => [
    name,
    'a plugin has no timers: a hook answers at once',
  ]),
  ...['URL', 'URLSearchParams'].map((name) => [
    name,
    'take the URL apart with a regular expression, or bundle a package such as `url-parse`',
  ]),
  ['Intl', 'write the format yourself, or bundle a package that has its own tables'],
  ...['process', 'require', 'Buffer', '__dirname', '__filename'].map((name) => [
    name,
    'a plugin runs without Node.js: take settings() for the environment, Uint8Array and TextEncoder for Buffer',
  ]),
  ...['window', 'document', 'localStorage', 'sessionStorage', 'navigator', 'location'].map((name) => [
    name,
    'a plugin runs without a browser',
  ]),
  ...['Worker', 'SharedWorker', 'WebAssembly', 'Blob', 'File', 'FormData', 'ReadableStream'].map((name) => [
    name,
    'a plugin has the language itself, console, crypto.getRandomValues, TextEncoder, TextDecoder and structuredClone',
  ]),
]);

/** The most causes behind each other that are told. */
const DEEPEST = 4;

/** Names that are not there inside of a plugin. */
export const ABSENT_NAMES = [...ABSENT.keys()];

/** What the contract says for something thrown. */
export function hookError(thrown) {
  if (thrown instanceof Refused) return { tag: 'refused', val: messageOf(thrown) };
  if (thrown instanceof InvalidInput) return { tag: 'invalid-input', val: messageOf(thrown) };
  return { tag: 'other', val: told(thrown) };
}

/** Name, message and the places in the author's files, for people. */
export function told(thrown, depth = 0) {
  if (!(thrown instanceof Error)) return `thrown was no Error but ${display(thrown)}`;
  const lines = [`${thrown.name}: ${messageOf(thrown)}${hint(thrown)}`];
  lines.push(...placed(thrown.stack).map((place) => `at ${place}`));
  if (thrown.cause !== undefined && depth < DEEPEST) lines.push(`caused by ${told(thrown.cause, depth + 1)}`);
  return lines.join('\n');
}

function messageOf(error) {
  return String(error.message);
}

function hint(error) {
  const name = error instanceof ReferenceError && /^'?(\w+)'? is not defined/.exec(messageOf(error))?.[1];
  return name && ABSENT.has(name) ? ` (${ABSENT.get(name)})` : '';
}

function display(value) {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return typeof value;
  }
}
