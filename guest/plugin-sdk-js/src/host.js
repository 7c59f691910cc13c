// Who answers for the host: the imports of a component, the double of a test, or nobody while a plugin is built.

/** Says why there is no answer, since what it was would stand in the plugin for ever. */
function nobody(what) {
  return () => {
    throw new Error(
      `${what} while the plugin is built, where the top of its files runs once for all instances: ` +
        'do this inside of a hook',
    );
  };
}

/** Lines that were logged while the plugin was built. */
const early = [];

const BUILDING = {
  now: nobody('the time cannot be read'),
  randomBytes: nobody('there are no random numbers'),
  settingsText: nobody('there are no settings'),
  log: (level, message) => early.push([level, message]),
};

/** Whoever answers now. */
export let host = BUILDING;

/** From now on, this one answers; gives the one before. */
export function answerBy(next) {
  const before = host;
  host = next;
  return before;
}

/** The lines from building, once. */
export function earlyLines() {
  return early.splice(0);
}

/** The plugin's settings, as the site owner filled them in; `{}` where none are set. */
export function settings() {
  return JSON.parse(host.settingsText());
}
