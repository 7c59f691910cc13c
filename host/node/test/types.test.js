// The types, as the TypeScript compiler sees them in an application; and that they leave out nothing.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { folder, site } from './support/site.js';

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));

test('an application in strict TypeScript compiles, and mistakes do not', async (t) => {
  const at = folder(t);
  mkdirSync(join(at, 'node_modules'));
  symlinkSync(PACKAGE, join(at, 'node_modules', 'hookwright'), 'dir');
  copyFileSync(join(PACKAGE, 'test', 'support', 'types.ts'), join(at, 'types.ts'));
  writeFileSync(join(at, 'package.json'), '{"type":"module"}');
  const compilerOptions = {
    noEmit: true,
    strict: true,
    exactOptionalPropertyTypes: true,
    target: 'es2022',
    module: 'nodenext',
    types: [],
  };
  writeFileSync(join(at, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['types.ts'] }));
  const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  await promisify(execFile)(process.execPath, [compiler, '-p', at]).catch(({ stdout }) => assert.fail(stdout));
});

test('every function that the component exports has a method, and every method a type', (t) => {
  const core = new WebAssembly.Module(readFileSync(join(PACKAGE, 'generated', 'hookwright.core.wasm')));
  const exported = {};
  for (const { name } of WebAssembly.Module.exports(core)) {
    const [, group, method] = /^hookwright:webhooks\/([a-z]+)@[\d.]+#([a-z-]+)$/.exec(name) ?? [];
    if (group !== undefined) {
      (exported[group] ??= []).push(method.replace(/-([a-z])/g, (_, letter) => letter.toUpperCase()));
    }
  }
  assert.ok(Object.keys(exported).length >= 10, Object.keys(exported).join(' '));
  const hookwright = site(t);
  const types = readdirSync(join(PACKAGE, 'types'))
    .map((name) => readFileSync(join(PACKAGE, 'types', name), 'utf8'))
    .join('\n');
  for (const [group, functions] of Object.entries(exported)) {
    const methods = Object.getOwnPropertyNames(Object.getPrototypeOf(hookwright[group])).filter(
      (name) => name !== 'constructor',
    );
    assert.deepEqual(methods.sort(), functions.sort(), group);
    const name = group[0].toUpperCase() + group.slice(1);
    const declared = new RegExp(`export interface ${name} \\{(.*?)\\n\\}`, 's').exec(types)?.[1] ?? '';
    assert.deepEqual(
      methods.filter((method) => !declared.includes(`\n  ${method}(`)),
      [],
      `types of ${group}`,
    );
  }
});
