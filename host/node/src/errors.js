// Decides how a failed call is told in JavaScript: one class for each of the core's cases, with a code for programs and
// words for people.

/** What every error of this package is. `code` says which. */
export class HookwrightError extends Error {
  constructor(code, message, options) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** The input is wrong; `fields` names everything that is. */
export class ValidationError extends HookwrightError {
  constructor(fields) {
    super('invalid', fields.map(({ field, message }) => `${field}: ${message}`).join('; '));
    this.fields = fields;
  }
}

/** There is no such object in the caller's scope. */
export class NotFoundError extends HookwrightError {
  constructor(what) {
    super('not-found', `there is no ${what}`);
  }
}

/** The object has changed, or its state does not allow the call. */
export class ConflictError extends HookwrightError {
  constructor(why) {
    super('conflict', why);
  }
}

/** The installation or the account does not allow the call. */
export class ForbiddenError extends HookwrightError {
  constructor(why) {
    super('forbidden', why);
  }
}

/** An extension refused or failed. */
export class ExtensionError extends HookwrightError {
  constructor(why) {
    super('extension', `an extension refused: ${why}`);
  }
}

/**
 * The database refused; nothing was written, except where the words say that this is not known. `reason` is one of the
 * cases of `types.storage-error`. After `transaction-lost` and `transaction-must-restart` the application rolls its own transaction
 * back.
 */
export class StorageError extends HookwrightError {
  constructor(reason, message, options) {
    super('storage', message, options);
    this.reason = reason;
  }

  /** As the component takes it. */
  toPayload() {
    return { tag: this.reason, val: this.reason === 'expectation-failed' ? this.statement : this.message };
  }

  static fromPayload({ tag, val }, cause) {
    const words = STORAGE_WORDS[tag]?.(val) ?? String(val);
    return new StorageError(tag, words, cause === undefined ? undefined : { cause });
  }

  /** The statement with this index, from 0, changed another number of rows than it expected. */
  static expectationFailed(statement) {
    const error = StorageError.fromPayload({ tag: 'expectation-failed', val: statement });
    error.statement = statement;
    return error;
  }
}

const STORAGE_WORDS = {
  retryable: (words) => `the database asks to try again: ${words}`,
  'transaction-lost': (words) => `your transaction is lost: ${words}`,
  'transaction-must-restart': (words) => `your transaction must start again: ${words}`,
  'expectation-failed': (index) => `statement ${index} changed another number of rows than expected`,
  constraint: (words) => `a constraint was violated: ${words}`,
};

/**
 * The core component broke off, or the host failed under it: a bug, or a limit. Its instance has been replaced.
 * `committed` says whether a change had been stored already; then the call must not simply be repeated.
 */
export class ComponentError extends HookwrightError {
  constructor(message, { committed = false, cause } = {}) {
    super('component', committed ? `${message}; a change had already been stored` : message, { cause });
    this.committed = committed;
  }
}

/** The error that a case of `types.error` stands for. */
export function fromPayload({ tag, val }, storageCause) {
  switch (tag) {
    case 'invalid':
      return new ValidationError(val.map(({ field, message }) => ({ field: camelField(field), message })));
    case 'not-found':
      return new NotFoundError(val);
    case 'conflict':
      return new ConflictError(val);
    case 'forbidden':
      return new ForbiddenError(val);
    case 'storage':
      return StorageError.fromPayload(val, storageCause);
    case 'extension':
      return new ExtensionError(val);
    default:
      return new ComponentError(`the core answered with an unknown error \`${tag}\``);
  }
}

const RENAMED_FIELDS = {
  timeout: 'timeoutMs',
  'retry-schedule': 'retryScheduleMs',
  lease: 'leaseMs',
  overlap: 'overlapMs',
};

/** The core's name of a field as it is written here; what stands inside a document (`settings/api-key`) stays. */
function camelField(field) {
  if (field.startsWith('config.')) {
    return `settings.${camelField(field.slice('config.'.length))}`;
  }
  const [, name, rest] = /^([a-z0-9-]*)(.*)$/s.exec(field);
  const renamed = RENAMED_FIELDS[name] ?? name.replace(/-([a-z0-9])/g, (_, letter) => letter.toUpperCase());
  return renamed + rest;
}

/** A field that is refused before the core sees it. */
export function invalid(field, message) {
  return new ValidationError([{ field, message }]);
}
