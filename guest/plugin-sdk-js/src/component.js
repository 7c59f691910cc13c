// A plugin as the component that hosts call. Imported by what builds it, before the author's files, so that these find
// the globals of globals.js at their first line.

import { log, now, randomBytes } from 'hookwright:plugin/environment@0.1.0';
import { all } from 'hookwright:plugin/settings@0.1.0';
import { hookError } from './errors.js';
import { installGlobals } from './globals.js';
import { hooksOf } from './hooks.js';
import { answerBy, earlyLines } from './host.js';

installGlobals(globalThis);

const HOST = { now, randomBytes, log, settingsText: all };

/** The interface `hooks` of the contract. */
export function component({ description, handlers }) {
  const hooks = { describe: () => description };
  for (const [name, hook] of Object.entries(hooksOf(handlers))) {
    hooks[name] = (context, input) => {
      if (answerBy(HOST) !== HOST) earlyLines().forEach(([level, message]) => log(level, message));
      try {
        return hook(context, input);
      } catch (thrown) {
        throw hookError(thrown);
      }
    };
  }
  return hooks;
}
