// The conformance suite on the Node host: node run.mjs PACKAGE FOLDER RECEIVER
//
// Plays each scenario of FOLDER, writes one line of canonical JSON for each result, and tells of each that is not what
// the scenario expects. PACKAGE is host/node, built. Environment: CONFORMANCE_SQLITE_DRIVER (better-sqlite3 or
// node:sqlite), CONFORMANCE_PLACE (folder for databases), CONFORMANCE_ONLY (part of a name).

import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { alike, written } from './canonical.mjs';
import { differences } from './difference.mjs';
import { parsed } from './exact.mjs';
import { Host, load } from './host.mjs';
import { Saved, placed } from './substitution.mjs';
import { Surroundings } from './surroundings.mjs';

/** What a text of this language cannot say. */
const CANNOT = ['bytes-in-text'];

const [packageFolder, folder, origin] = process.argv.slice(2);
await load(packageFolder, join(folder, '../interface.json'));
let problems = 0;
for (const file of readdirSync(folder).sort()) {
  const name = file.replace(/\.json$/, '');
  if (!name.includes(process.env.CONFORMANCE_ONLY ?? '')) {
    continue;
  }
  const scenario = parsed(readFileSync(join(folder, file), 'utf8'));
  const needs = scenario.needs ?? [];
  if (needs.some((need) => CANNOT.includes(need))) {
    process.stdout.write(`${written({ 'left-out': needs, scenario: name })}\n`);
  } else {
    await play(name, scenario);
  }
}
process.exitCode = problems > 0 ? 1 : 0;

async function play(name, scenario) {
  await fetch(`${origin}/-/script`, { method: 'POST', body: written(scenario.receivers ?? {}) });
  const place = mkdtempSync(join(process.env.CONFORMANCE_PLACE ?? tmpdir(), 'hookwright-conformance-'));
  const surroundings = new Surroundings(name);
  const database = join(place, 'hookwright.db');
  const start = (settings) => new Host(database, settings ?? {}, scenario.extensions ?? [], surroundings);
  let host = start(scenario.settings);
  if (!scenario.empty) {
    host.call('lifecycle.migrate', []);
  }
  const saved = new Saved({ receiver: origin });
  for (const [index, step] of scenario.steps.entries()) {
    surroundings.beginStep(index + 1);
    if (step.advance !== undefined) {
      surroundings.now += BigInt(step.advance);
    } else if (step.set !== undefined) {
      surroundings.now = BigInt(step.set);
    } else if (step.restart !== undefined) {
      await host.close();
      host = start(step.restart);
    } else {
      const answer = await host.result(step, saved.filled(step.with ?? []), requests);
      for (const [word, where] of Object.entries(step.save ?? {})) {
        saved.save(word, placed(answer, where));
      }
      tell(name, index + 1, step, alike(answer, origin));
    }
  }
  await host.close();
  rmSync(place, { recursive: true });
}

/** What the receiver got since it was asked last. */
async function requests() {
  const answer = await fetch(`${origin}/-/requests`);
  return parsed(await answer.text());
}

function tell(scenario, number, step, result) {
  process.stdout.write(`${written({ result, scenario, step: number })}\n`);
  const places = differences(step.expect, result);
  if (places.length > 0) {
    problems += 1;
    const what = step.call ?? step.send ?? 'deliver';
    process.stderr.write(`${scenario}, step ${number} (${what}):\n  ${places.join('\n  ')}\n`);
  }
}
