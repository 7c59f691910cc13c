// Instances of the core component: made when needed, used by one call at a time, dropped after a trap.
//
// Decides which instance serves a call and what an unexpected failure means. A callback that calls the core again gets
// an instance of its own; the calls on the stack are counted for the whole process. Knows nothing of the functions.

import { readFileSync } from 'node:fs';

import { ComponentError, HookwrightError, fromPayload } from './errors.js';
import { createImports } from './imports.js';
import { fromGuest } from './values.js';

const MOST_DEEP = 4;
/** An instance above that is replaced: its memory never shrinks. */
const KEPT_MEMORY_BYTES = 64 * 1024 * 1024;

let transpiled;
const coreModules = new Map();
let depth = 0;

try {
  transpiled = await import('../generated/hookwright.js');
} catch (error) {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') {
    throw error;
  }
  throw new HookwrightError('component', 'the core component is not built: run `npm run build` in host/node', {
    cause: error,
  });
}

/** The core component with its surroundings: `{ now, randomBytes, log, config, extensions }`. */
export class Component {
  #surroundings;
  #idle = [];

  constructor(surroundings) {
    this.#surroundings = surroundings;
  }

  /**
   * Calls `group.name` with values as the transpiled component takes them, and gives what it answers in plain
   * JavaScript. Its SQL goes to `storage`.
   */
  call(storage, group, name, args) {
    if (depth >= MOST_DEEP) {
      const why = `${group}.${name} was refused: ${MOST_DEEP} calls of the core are already on the stack, each made by an extension`;
      throw new HookwrightError('too-deep', why);
    }
    const instance = this.#idle.pop() ?? this.#instantiate();
    const { slot } = instance;
    slot.begin(storage);
    depth += 1;
    try {
      const answer = instance.exports[group][name](...args);
      this.#keep(instance);
      return fromGuest(answer);
    } catch (error) {
      throw this.#told(error, instance, `${group}.${name}`);
    } finally {
      depth -= 1;
      slot.end();
    }
  }

  #told(error, instance, name) {
    const { aside, committed, storageCause } = instance.slot;
    if (aside !== undefined) {
      // It was set aside so that it could not be taken for an answer; the instance is not used again.
      return aside.error instanceof HookwrightError
        ? aside.error
        : new ComponentError(`the host's ${aside.part} failed: ${aside.error?.message ?? aside.error}`, {
            committed,
            cause: aside.error,
          });
    }
    // The transpiler throws the declared error itself, or an error with it inside.
    const payload = error?.payload ?? error;
    if (typeof payload === 'object' && typeof payload?.tag === 'string') {
      this.#keep(instance);
      return fromPayload(fromGuest(payload), storageCause);
    }
    const words = `the core component broke off in ${name}: ${error?.message ?? error}`;
    return new ComponentError(words, { committed, cause: error });
  }

  #keep(instance) {
    if (instance.memory.buffer.byteLength <= KEPT_MEMORY_BYTES) {
      this.#idle.push(instance);
    }
  }

  #instantiate() {
    const slot = new Slot();
    let memory;
    const exports = transpiled.instantiate(coreModule, createImports(this.#surroundings, slot), (module, imports) => {
      const core = new WebAssembly.Instance(module, imports);
      memory ??= core.exports.memory;
      return core;
    });
    return { exports, slot, memory };
  }
}

/** What an instance's imports work with during one call. */
class Slot {
  begin(storage) {
    this.storage = storage;
    this.aside = undefined;
    this.committed = false;
    this.storageCause = undefined;
  }

  end() {
    this.storage = undefined;
  }
}

/** Compiled once for the process. */
function coreModule(name) {
  let module = coreModules.get(name);
  if (module === undefined) {
    module = new WebAssembly.Module(readFileSync(new URL(`../generated/${name}`, import.meta.url)));
    coreModules.set(name, module);
  }
  return module;
}
