// Arguments as a step writes them, made into those of a call.

import { isObject } from './canonical.mjs';

/** Values that a step may name as `{{name}}`. */
export class Saved {
  #values;

  constructor(values) {
    this.#values = values;
  }

  save(name, value) {
    if (value !== undefined) {
      this.#values[name] = value;
    }
  }

  filled(value) {
    if (typeof value === 'string') {
      return this.#named(value);
    }
    if (Array.isArray(value)) {
      return value.map((item) => this.filled(item));
    }
    if (!isObject(value)) {
      return value;
    }
    if (value.$text !== undefined) {
      return value.$text.map((part) => (typeof part === 'string' ? part : part[0].repeat(part[1]))).join('');
    }
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, this.filled(item)]));
  }

  #named(text) {
    const whole = /^\{\{(.*)\}\}$/.exec(text);
    if (whole !== null && whole[1] in this.#values) {
      return this.#values[whole[1]];
    }
    return Object.entries(this.#values).reduce(
      (filled, [name, value]) => (typeof value === 'string' ? filled.replaceAll(`{{${name}}}`, () => value) : filled),
      text,
    );
  }
}

/** What stands at a place as `/ok/items/0/id`. */
export function placed(value, place) {
  return place
    .split('/')
    .slice(1)
    .reduce((inside, name) => inside?.[name], value);
}
