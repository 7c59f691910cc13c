// A fresh installation in a folder of its own, taken away after the test.

import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Webhook } from 'standardwebhooks';

import { Hookwright } from '../../src/index.js';

const require = createRequire(import.meta.url);

/** TEST_SQLITE_DRIVER chooses the SQLite library for the whole run. */
export const driver = process.env.TEST_SQLITE_DRIVER || 'better-sqlite3';

export const LOCAL = { allowHttp: true, allowAddresses: ['loopback'], ping: false };

/** A folder for one test. */
export function folder(test) {
  const path = mkdtempSync(join(tmpdir(), 'hookwright-'));
  test.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** An installation with its file; `options` beside the usual ones. */
export function site(test, { settings, file, ...options } = {}) {
  const database = file ?? join(folder(test), 'site.db');
  const hookwright = new Hookwright({ database, driver, settings: { ...LOCAL, ...settings }, ...options });
  test.after(() => hookwright.close());
  hookwright.file = database;
  return hookwright;
}

/** A connection of an application's, of the library that is tested. */
export function applicationDatabase(test, file) {
  const database =
    driver === 'better-sqlite3'
      ? new (require('better-sqlite3'))(file)
      : new (require('node:sqlite').DatabaseSync)(file);
  test.after(() => database.close());
  return database;
}

/** One value of a query. */
export function one(database, sql) {
  return Object.values(database.prepare(sql).get())[0];
}

/** What a receiver's library makes of a request; throws when the signature is wrong. */
export function verified({ headers, body }, secret) {
  return new Webhook(secret).verify(body.toString('utf8'), headers);
}

/** Waits for a condition, 10 s at most. */
export async function until(holds, what) {
  const end = performance.now() + 10_000;
  while (!holds()) {
    if (performance.now() > end) {
      throw new Error(`not within 10 s: ${what}`);
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}
