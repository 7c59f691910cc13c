// `plugins`: what the database knows of plugin components. This host runs none of them: it has callbacks (extensions).
// The words are those of wit/webhooks/plugins.wit; descriptions and settings are values, not texts.

import { answered, fields, json, nothing, optional, parsed, text, word } from '../values.js';

const PACKAGE = ['name', 'version', 'hash', 'policy', 'description'];

export class Plugins {
  #call;

  constructor(call) {
    this.#call = (name, ...args) => call('plugins', name, args);
  }

  installed() {
    return answered((plugins) => plugins.map(pluginOf), this.#call('installed'));
  }

  get(name) {
    return answered(pluginOf, this.#call('get', text(name, 'name')));
  }

  put(plugin) {
    const given = fields(plugin, PACKAGE, 'plugin');
    return answered(
      pluginOf,
      this.#call('put', {
        name: text(given.name, 'name'),
        version: text(given.version, 'version'),
        hash: text(given.hash, 'hash'),
        policy: word(given.policy, 'policy', ['fail-open', 'fail-closed']),
        description: json(given.description, 'description'),
      }),
    );
  }

  setState(name, state, reason) {
    const wanted = word(state, 'state', ['active', 'inactive']);
    return answered(pluginOf, this.#call('setState', text(name, 'name'), wanted, optional(reason, text, 'reason')));
  }

  setSettings(name, settings) {
    return answered(pluginOf, this.#call('setSettings', text(name, 'name'), json(settings, 'settings')));
  }

  settings(name) {
    return answered(parsed, this.#call('settings', text(name, 'name')));
  }

  rollBack(name) {
    return answered(pluginOf, this.#call('rollBack', text(name, 'name')));
  }

  remove(name) {
    return answered(nothing, this.#call('remove', text(name, 'name')));
  }

  noteFailure(name, message) {
    return this.#call('noteFailure', text(name, 'name'), text(message, 'message'));
  }

  noteSuccess(name) {
    return answered(nothing, this.#call('noteSuccess', text(name, 'name')));
  }

  generation() {
    return this.#call('generation');
  }
}

function pluginOf({ description, ...plugin }) {
  return { ...plugin, description: parsed(description) };
}
