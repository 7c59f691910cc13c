// Instances of the core component whose calls answer at once: made when needed, used by one call at a time, dropped
// after a trap.
//
// Decides which instance serves a call; a callback that calls the core again gets one of its own.

import { deeper, within } from './depth.js';
import { createImports } from './imports.js';
import { Idle, Slot, coreModule, failureOf, instantiated, transpiled } from './instance.js';
import { fromGuest } from './values.js';

const form = await transpiled('hookwright');

/** The core component with its surroundings: `{ now, randomBytes, log, config, extensions }`. */
export class Component {
  #surroundings;
  #idle = new Idle(Infinity, () => {});

  constructor(surroundings) {
    this.#surroundings = surroundings;
  }

  /**
   * Calls `group.name` with values as the transpiled component takes them, and gives what it answers in plain
   * JavaScript. Its SQL goes to `storage`.
   */
  call(storage, group, name, args) {
    const level = deeper(`${group}.${name}`);
    const instance = this.#idle.take() ?? this.#instantiate();
    const { slot } = instance;
    slot.begin(storage, level);
    try {
      const answer = within(level, () => instance.exports[group][name](...args));
      this.#idle.keep(instance);
      return fromGuest(answer);
    } catch (error) {
      const { told, isSound } = failureOf(error, slot, `${group}.${name}`);
      if (isSound) {
        this.#idle.keep(instance);
      }
      throw told;
    } finally {
      slot.end();
    }
  }

  #instantiate() {
    const slot = new Slot();
    return { ...instantiated(form, coreModule, createImports(this.#surroundings, slot)), slot };
  }
}
