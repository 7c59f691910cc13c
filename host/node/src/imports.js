// What an instance sees of the host: storage, environment, extensions.
//
// Decides that every import ends in a declared answer, or in a cause set aside and the end of the instance: an
// exception that went through the core's frames would leave its stack behind.

import { within } from './depth.js';
import { StorageError } from './errors.js';
import { unheardLater } from './unheard.js';

/** Random bytes that one call may ask for; an id or a secret needs some dozens. */
const RANDOM_CAP_BYTES = 64 * 1024;
const LOG_CAP = 8 * 1024;

/** The import object of one instance. `slot` says whose call it serves. */
export function createImports({ now, randomBytes, log, config, extensions }, slot) {
  const guarded = (part, work) => {
    try {
      return work();
    } catch (error) {
      slot.aside ??= { part, error };
      throw error;
    }
  };
  const hook =
    (name) =>
    (...args) => {
      try {
        return within(slot.level, () => extensions[name](...args));
      } catch (error) {
        throw { payload: String(error?.message ?? error) };
      }
    };
  return {
    'hookwright:webhooks/storage': {
      sqlDialect: () => guarded('storage.sql-dialect', () => slot.storage.dialect),
      execute: (mode, statements) => {
        try {
          const results = slot.storage.execute(mode, statements);
          slot.committed ||= mode !== 'read';
          return results;
        } catch (error) {
          throw refusal(error, slot);
        }
      },
    },
    'hookwright:webhooks/environment': {
      now: () => guarded('environment.now', () => BigInt(now())),
      randomBytes: (length) =>
        guarded('environment.random-bytes', () => {
          if (length > RANDOM_CAP_BYTES) {
            throw new RangeError(`${length} bytes were asked for; ${RANDOM_CAP_BYTES} are the most`);
          }
          return randomBytes(length);
        }),
      log: (level, message) =>
        guarded('environment.log', () => unheardLater('`log`', log(level, message.slice(0, LOG_CAP)))),
      config: () => guarded('environment.config', () => config),
    },
    'hookwright:webhooks/extensions': {
      topics: () => guarded('extensions.topics', () => extensions.topics()),
      interests: () => guarded('extensions.interests', () => extensions.interests()),
      buildData: hook('buildData'),
      filterData: hook('filterData'),
      shouldDeliver: hook('shouldDeliver'),
      filterRequest: hook('filterRequest'),
      afterDelivery: hook('afterDelivery'),
    },
    'hookwright:webhooks/types': {},
  };
}

/** The same, where the storage answers later. */
export function createLaterImports(surroundings, slot) {
  const imports = createImports(surroundings, slot);
  const storage = imports['hookwright:webhooks/storage'];
  const execute = async (mode, statements) => {
    try {
      const results = await slot.storage.execute(mode, statements);
      slot.committed ||= mode !== 'read';
      return results;
    } catch (error) {
      throw refusal(error, slot);
    }
  };
  return { ...imports, 'hookwright:webhooks/storage': { ...storage, execute } };
}

/** What the core is told of a batch that failed. */
function refusal(error, slot) {
  if (error instanceof StorageError) {
    slot.storageCause = error.cause ?? error;
    return { payload: error.toPayload() };
  }
  slot.aside ??= { part: 'storage.execute', error };
  return error;
}
