// What instances of the core component share, whether their calls answer at once or later.
//
// Decides what an unexpected failure means, and which instance may serve another call. Knows nothing of the functions.

import { readFileSync } from 'node:fs';

import { ComponentError, HookwrightError, fromPayload } from './errors.js';
import { fromGuest } from './values.js';

/** An instance above that is replaced: its memory never shrinks. */
const KEPT_MEMORY_BYTES = 64 * 1024 * 1024;
const coreModules = new Map();

/** What an instance's imports work with during one call. */
export class Slot {
  /** `level` is how deep the call is. */
  begin(storage, level) {
    this.storage = storage;
    this.level = level;
    this.aside = undefined;
    this.committed = false;
    this.storageCause = undefined;
  }

  end() {
    this.storage = undefined;
  }
}

/** Instances that wait for their next call. */
export class Idle {
  #instances = [];
  #most;
  #drop;

  /** Beyond `most`, an instance is dropped. */
  constructor(most, drop) {
    this.#most = most;
    this.#drop = drop;
  }

  take() {
    return this.#instances.pop();
  }

  keep(instance) {
    if (instance.memoryBytes() <= KEPT_MEMORY_BYTES && this.#instances.length < this.#most) {
      this.#instances.push(instance);
    } else {
      this.#drop(instance);
    }
  }

  /** Drops them all, and those that come back later. */
  close() {
    this.#most = 0;
    this.#instances.splice(0).forEach((instance) => this.#drop(instance));
  }
}

/** What a call that threw is told as, and whether its instance is sound. */
export function failureOf(error, { aside, committed, storageCause }, name) {
  if (aside !== undefined) {
    // It was set aside so that it could not be taken for an answer; the instance is not used again.
    const words = `the host's ${aside.part} failed: ${aside.error?.message ?? aside.error}`;
    const told =
      aside.error instanceof HookwrightError
        ? aside.error
        : new ComponentError(words, { committed, cause: aside.error });
    return { told, isSound: false };
  }
  // The transpiler throws the declared error itself, or an error with it inside.
  const payload = error?.payload ?? error;
  if (typeof payload === 'object' && typeof payload?.tag === 'string') {
    return { told: fromPayload(fromGuest(payload), storageCause), isSound: true };
  }
  const words = `the core component broke off in ${name}: ${error?.message ?? error}`;
  return { told: new ComponentError(words, { committed, cause: error }), isSound: false };
}

/** The component as JavaScript, in one of the forms that the build makes. */
export async function transpiled(form) {
  try {
    return await import(`../generated/${form}.js`);
  } catch (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') {
      throw error;
    }
    throw new HookwrightError('component', 'the core component is not built: run `npm run build` in host/node', {
      cause: error,
    });
  }
}

/** A core module of the component, compiled once for the process. */
export function coreModule(name) {
  let module = coreModules.get(name);
  if (module === undefined) {
    module = new WebAssembly.Module(readFileSync(new URL(`../generated/${name}`, import.meta.url)));
    coreModules.set(name, module);
  }
  return module;
}

/** An instance of the component: its exports, and how much memory it has. */
export function instantiated({ instantiate }, module, imports) {
  let memory;
  const exports = instantiate(module, imports, (core, needed) => {
    const made = new WebAssembly.Instance(core, needed);
    memory ??= made.exports.memory;
    return made;
  });
  return { exports, memoryBytes: () => memory.buffer.byteLength };
}
