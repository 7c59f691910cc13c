// TextEncoder and TextDecoder for UTF-8 (WHATWG Encoding, sections 7.2 and 7.4), which QuickJS lacks.

const REPLACEMENT = 0xfffd;

export class TextEncoder {
  get encoding() {
    return 'utf-8';
  }

  encode(text = '') {
    const bytes = [];
    for (const letter of String(text)) push(bytes, letter.codePointAt(0));
    return Uint8Array.from(bytes);
  }

  encodeInto(text, target) {
    let [read, written] = [0, 0];
    for (const letter of String(text)) {
      const bytes = [];
      push(bytes, letter.codePointAt(0));
      if (written + bytes.length > target.length) break;
      target.set(bytes, written);
      written += bytes.length;
      read += letter.length;
    }
    return { read, written };
  }
}

function push(bytes, point) {
  const code = point >= 0xd800 && point <= 0xdfff ? REPLACEMENT : point;
  if (code < 0x80) bytes.push(code);
  else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
  else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
  else bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
}

export class TextDecoder {
  #fatal;
  #keepsMark;

  constructor(label = 'utf-8', { fatal = false, ignoreBOM = false } = {}) {
    if (!/^\s*(?:unicode-1-1-utf-8|utf-?8)\s*$/i.test(label)) {
      throw new RangeError(`TextDecoder: a plugin decodes UTF-8 only, not ${label}`);
    }
    this.#fatal = fatal;
    this.#keepsMark = ignoreBOM;
  }

  get encoding() {
    return 'utf-8';
  }

  get fatal() {
    return this.#fatal;
  }

  get ignoreBOM() {
    return this.#keepsMark;
  }

  decode(input = new Uint8Array(0)) {
    const bytes = ArrayBuffer.isView(input)
      ? new Uint8Array(input.buffer, input.byteOffset, input.byteLength)
      : new Uint8Array(input);
    let text = '';
    let at = 0;
    while (at < bytes.length) {
      const [point, length] = decoded(bytes, at);
      if (point < 0 && this.#fatal) throw new TypeError(`TextDecoder: the byte at ${at} is not UTF-8`);
      text += String.fromCodePoint(point < 0 ? REPLACEMENT : point);
      at += length;
    }
    return !this.#keepsMark && text.startsWith('\ufeff') ? text.slice(1) : text;
  }
}

/** The code point at a place and how many bytes it takes; -1 and the bytes to pass over where there is none. */
function decoded(bytes, at) {
  const first = bytes[at];
  if (first < 0x80) return [first, 1];
  const more =
    first >= 0xc2 && first < 0xe0 ? 1 : first >= 0xe0 && first < 0xf0 ? 2 : first >= 0xf0 && first < 0xf5 ? 3 : 0;
  if (more === 0) return [-1, 1];
  let point = first & (0x3f >> more);
  for (let step = 1; step <= more; step += 1) {
    const [low, high] = step === 1 ? secondOf(first) : [0x80, 0xbf];
    const byte = bytes[at + step];
    if (byte === undefined || byte < low || byte > high) return [-1, step];
    point = (point << 6) | (byte & 63);
  }
  return [point, more + 1];
}

/** Which second bytes may follow: no overlong forms, no surrogates, nothing beyond U+10FFFF. */
function secondOf(first) {
  if (first === 0xe0) return [0xa0, 0xbf];
  if (first === 0xed) return [0x80, 0x9f];
  if (first === 0xf0) return [0x90, 0xbf];
  if (first === 0xf4) return [0x80, 0x8f];
  return [0x80, 0xbf];
}
