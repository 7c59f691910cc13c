// What went wrong on a server, and what a person can do about it. Decides by codes, never by texts.

import { HookwrightError, StorageError } from '../../errors.js';

/** A failure after which the same batch may be tried again: `locked`, `conflict` or `broken`. */
export class Collision extends Error {
  constructor(kind, name, words) {
    super(words);
    this.kind = kind;
    this.database = name;
  }

  /** When there is no patience left. */
  told() {
    if (this.kind === 'conflict') {
      return new StorageError('retryable', this.message);
    }
    const words =
      this.kind === 'locked'
        ? `rows of ${this.database} are locked by another transaction (${this.message}); end the long transaction there`
        : `the connection to ${this.database} broke (${this.message}); check the server and the network`;
    return new StorageError('unavailable', words);
  }
}

export function unavailable(words) {
  return new StorageError('unavailable', words);
}

/** The library of a driver, which the application installs. */
export async function library(name) {
  try {
    return await import(name);
  } catch (error) {
    throw new HookwrightError(
      'driver',
      `${name} cannot be loaded (${error.message}); install it with \`npm install ${name}\``,
    );
  }
}

/** A URL as it may be shown: without its password. */
export function withoutPassword(url) {
  const shown = url.replace(/^([a-z][a-z0-9+.-]*:\/\/[^:/?#]*):.*@/i, '$1:***@');
  return shown.replace(/([?&][^=&]*pass[^=&]*)=[^&]*/gi, '$1=***');
}
