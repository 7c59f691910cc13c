// Instances of the core component whose calls answer later, because their SQL runs on an application's connection.
//
// Decides that each call has an instance of its own: two that each held what the other waits for, a row and the
// instance, would hang for ever. How an instance waits is decided beside: WebAssembly's own way where the runtime has
// it, else a thread.

import { deeper } from '../depth.js';
import { createLaterImports } from '../imports.js';
import { Idle, Slot, failureOf } from '../instance.js';
import { fromGuest } from '../values.js';

/** Kept for the next call. A thread costs memory, and some time to make. */
const MOST_IDLE = 8;

const canSuspend = typeof WebAssembly.Suspending === 'function';

/** As Component, with a storage whose `execute` gives a promise. */
export class JoinedComponent {
  #surroundings;
  #idle = new Idle(MOST_IDLE, (instance) => instance.drop());

  constructor(surroundings) {
    this.#surroundings = surroundings;
  }

  /** Like `Component.call`; its calls on one connection follow one another. */
  call(storage, group, name, args) {
    const level = deeper(`${group}.${name}`);
    return storage.inTurn(() => this.#call(level, storage, group, name, args));
  }

  close() {
    this.#idle.close();
  }

  async #call(level, storage, group, name, args) {
    const instance = this.#idle.take() ?? (await this.#instantiate());
    const { slot } = instance;
    slot.begin(storage, level);
    let keeps = false;
    try {
      const answer = await instance.call(group, name, args);
      keeps = true;
      return fromGuest(answer);
    } catch (error) {
      const { told, isSound } = failureOf(error, slot, `${group}.${name}`);
      keeps = isSound;
      throw told;
    } finally {
      slot.end();
      if (keeps) {
        this.#idle.keep(instance);
      } else {
        instance.drop();
      }
    }
  }

  async #instantiate() {
    const slot = new Slot();
    // Loaded when needed: most applications join no server.
    const { instantiate } = await import(canSuspend ? './suspended.js' : './threaded.js');
    const instance = instantiate(createLaterImports(this.#surroundings, slot));
    return Object.assign(instance, { slot });
  }
}
