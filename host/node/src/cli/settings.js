// Decides where an installation's settings come from: options of the command line, else the environment. As
// host/rust/app/src/settings.rs has it.

import { HookwrightError } from '../errors.js';

const PREFIX = 'HOOKWRIGHT_';
/** Variables with this beginning that are no settings. */
const OTHERS = ['COMPONENT', 'DATABASE', 'LOG', 'PLUGINS', 'PLUGIN_DEADLINE', 'SECRET', 'TOKEN', 'TOOLS'];

/** Keys as wit/README.md has them. */
export function settingsOf(values, environment) {
  const settings = {};
  for (const [name, value] of Object.entries(environment)) {
    const key = name.startsWith(PREFIX) ? name.slice(PREFIX.length) : '';
    if (key !== '' && !OTHERS.includes(key)) {
      settings[key.toLowerCase().replaceAll('_', '-')] = value;
    }
  }
  if (values['allow-http'] || values['allow-local']) {
    settings['allow-http'] = 'true';
  }
  if (values['allow-local']) {
    settings['allow-addresses'] = 'loopback,private';
  }
  for (const text of values.set ?? []) {
    const at = text.indexOf('=');
    if (at < 0) {
      throw new HookwrightError('invalid', `--set: \`${text}\` has no value; write it as \`${text}=VALUE\``);
    }
    settings[text.slice(0, at)] = text.slice(at + 1);
  }
  return settings;
}
