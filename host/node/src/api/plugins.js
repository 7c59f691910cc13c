// `plugins`: what the database knows of plugin components. This host runs none of them: it has callbacks (extensions).
// The words are those of wit/webhooks/plugins.wit; descriptions and settings are values, not texts.

import { fields, json, optional, parsed, text, word } from '../values.js';

const PACKAGE = ['name', 'version', 'hash', 'policy', 'description'];

export class Plugins {
  #call;

  constructor(call) {
    this.#call = (name, ...args) => call('plugins', name, args);
  }

  installed() {
    return this.#call('installed').map(pluginOf);
  }

  get(name) {
    return pluginOf(this.#call('get', text(name, 'name')));
  }

  put(plugin) {
    const given = fields(plugin, PACKAGE, 'plugin');
    return pluginOf(
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
    return pluginOf(this.#call('setState', text(name, 'name'), wanted, optional(reason, text, 'reason')));
  }

  setSettings(name, settings) {
    return pluginOf(this.#call('setSettings', text(name, 'name'), json(settings, 'settings')));
  }

  settings(name) {
    return parsed(this.#call('settings', text(name, 'name')));
  }

  rollBack(name) {
    return pluginOf(this.#call('rollBack', text(name, 'name')));
  }

  remove(name) {
    this.#call('remove', text(name, 'name'));
  }

  noteFailure(name, message) {
    return this.#call('noteFailure', text(name, 'name'), text(message, 'message'));
  }

  noteSuccess(name) {
    this.#call('noteSuccess', text(name, 'name'));
  }

  generation() {
    return this.#call('generation');
  }
}

function pluginOf({ description, ...plugin }) {
  return { ...plugin, description: parsed(description) };
}
