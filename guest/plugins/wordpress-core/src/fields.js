// Reads what WordPress gives: rows of its database, in which numbers are texts and moments have no zone.

import { InvalidInput } from '#hookwright';

/** The members of an object under a name, or of the published data itself. */
export function part(published, name) {
  const value = published?.[name];
  if (isObject(value)) return new Fields(value, name);
  throw new InvalidInput(`the field \`${name}\` must be an object, as WordPress's hook gives it, not ${kind(value)}`);
}

export class Fields {
  #members;
  #path;

  constructor(members, path = '') {
    if (!isObject(members)) throw new InvalidInput(`the data must be an object, not ${kind(members)}`);
    // A WP_User has its row in `data`, and what else it knows beside.
    this.#members = isObject(members.data) ? { ...members, ...members.data } : members;
    this.#path = path && `${path}.`;
  }

  has(name) {
    const value = this.#members[name];
    return value !== undefined && value !== null && value !== '';
  }

  raw(name) {
    return this.#members[name];
  }

  /** A number from 1. */
  id(name) {
    return this.optionalId(name) ?? this.#missing(name, 'a number from 1');
  }

  /** A number from 1; nothing for 0, which is WordPress's "none". */
  optionalId(name) {
    return this.count(name) || undefined;
  }

  /** A whole number from 0. */
  count(name) {
    if (!this.has(name)) return undefined;
    const value = this.#members[name];
    const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
    return Number.isSafeInteger(number) && number >= 0 ? number : this.#missing(name, 'a whole number');
  }

  /** A text; nothing for an empty one. */
  text(name) {
    if (!this.has(name)) return undefined;
    const value = this.#members[name];
    return ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : this.#missing(name, 'a text');
  }

  requiredText(name) {
    return this.text(name) ?? this.#missing(name, 'a text');
  }

  /** Yes or no, in each way that PHP writes it. */
  flag(name) {
    return [true, 1, '1', 'true', 'yes'].includes(this.#members[name]);
  }

  /** Texts, from a list or from the values of what PHP makes of a list with gaps. */
  texts(name) {
    const value = this.#members[name];
    return isObject(value) || Array.isArray(value) ? Object.values(value).map(String) : [];
  }

  /** `2026-01-31 09:30:00`, in UTC, as RFC 3339; nothing for WordPress's zeros. */
  moment(name) {
    const text = this.text(name);
    if (text === undefined || text.startsWith('0000')) return undefined;
    const parts = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)Z?$/.exec(text);
    return parts ? `${parts[1]}T${parts[2]}Z` : this.#missing(name, 'a moment in UTC such as `2026-01-31 09:30:00`');
  }

  #missing(name, expected) {
    throw new InvalidInput(`the field \`${this.#path}${name}\` must be ${expected}, not ${kind(this.#members[name])}`);
  }
}

/** The names of members that differ. */
export function changes(before, after) {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
}

/** Words of a text without markup and shortcodes. */
export function plain(html) {
  return html
    .replace(/<(script|style)\b[^]*?<\/\1>/gi, ' ')
    .replace(/<!--[^]*?-->|<[^>]*>|\[\/?[a-z][^\]]*\]/gi, ' ')
    .replace(/&nbsp;/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function kind(value) {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'an object' : JSON.stringify(value);
}
