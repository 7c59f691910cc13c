// `signing`: sign and verify, by every scheme. The words are those of wit/webhooks/signing.wit. A scheme is its name,
// or `{ scheme: 'hmac-sha256-hex', header: 'X-Signature' }` where it needs the name of a header.

import { answered, bytes, fields, pairs, text, texts, time, u32, word } from '../values.js';

const PLAIN = ['standard', 'standard-ed25519', 'svix', 'github', 'stripe', 'shopify', 'woocommerce', 'convoy', 'hook0'];
const WITH_HEADER = ['hmac-sha256-hex', 'hmac-sha256-base64', 'hmac-sha512-hex', 'hmac-sha512-base64'];
const TOLERANCE_S = 300;

export class Signing {
  #call;
  #now;

  constructor(call, now) {
    this.#call = (name, ...args) => call('signing', name, args);
    this.#now = now;
  }

  sign(message, secrets) {
    return this.#call('sign', messageOf(message), texts(secrets, 'secrets'));
  }

  verify(message, signature, secret, options) {
    const { now, tolerance } = this.#bounds(options);
    const given = [messageOf(message), text(signature, 'signature'), text(secret, 'secret'), now, tolerance];
    return answered(verdict, this.#call('verify', ...given));
  }

  signHeaders(scheme, message, secrets) {
    return this.#call('signHeaders', schemeOf(scheme), messageOf(message), texts(secrets, 'secrets'));
  }

  verifyHeaders(scheme, headers, body, secret, options) {
    const { now, tolerance } = this.#bounds(options);
    const given = [
      schemeOf(scheme),
      pairs(headers, 'headers'),
      bytes(body, 'body'),
      text(secret, 'secret'),
      now,
      tolerance,
    ];
    return answered(verdict, this.#call('verifyHeaders', ...given));
  }

  generateSecret(length = 32) {
    return this.#call('generateSecret', u32(length, 'length'));
  }

  generateKey(kind) {
    return this.#call('generateKey', word(kind, 'kind', ['standard', 'ed25519', 'text']));
  }

  publicKey(secret) {
    return this.#call('publicKey', text(secret, 'secret'));
  }

  #bounds(options) {
    const given = fields(options, ['now', 'toleranceSeconds'], 'options');
    const tolerance = u32(given.toleranceSeconds ?? TOLERANCE_S, 'toleranceSeconds');
    return { now: time(given.now ?? this.#now(), 'now'), tolerance };
  }
}

function messageOf(message) {
  const given = fields(message, ['id', 'timestamp', 'body'], 'message');
  return {
    id: text(given.id ?? '', 'id'),
    timestamp: text(String(given.timestamp ?? ''), 'timestamp'),
    body: bytes(given.body, 'body'),
  };
}

function schemeOf(scheme) {
  if (typeof scheme === 'object' && scheme !== null) {
    const given = fields(scheme, ['scheme', 'header'], 'scheme');
    return { tag: word(given.scheme, 'scheme', WITH_HEADER), val: text(given.header, 'header') };
  }
  return { tag: word(scheme, 'scheme', PLAIN) };
}

/** `{ valid: true }`, or why not: `{ valid: false, refusal, … }`. */
function verdict({ tag, val }) {
  if (tag === 'ok') {
    return { valid: true };
  }
  const refusal = val.tag === 'message' ? val.val : val;
  const detail = refusal.tag.startsWith('too-') ? { seconds: refusal.val } : { header: refusal.val };
  return { valid: false, refusal: refusal.tag, ...(refusal.val === undefined || refusal.val === null ? {} : detail) };
}
