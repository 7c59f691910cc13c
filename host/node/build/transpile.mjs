// Turns the core component into JavaScript and core modules: `dist/hookwright.wasm` → `generated/`, where `hookwright.js`
// answers at once, and `suspending.js`, with the same modules, answers later, because its storage does.
//
// Decides which faults of the transpiler's output are put right here, and fails when the output is not as expected.
// Run with `npm run build`; HOOKWRIGHT_COMPONENT names another component.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync, copyFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const packageRoot = dirname(here);
const output = join(packageRoot, 'generated');
const repository = join(packageRoot, '..', '..');
const component = process.env.HOOKWRIGHT_COMPONENT || join(repository, 'dist', 'hookwright.wasm');

/** What is replaced in the generated code, why, and how often it must be found. */
const SILENT = {
  // 43 % of a warm call went into looking at an environment variable for each line of a debug log.
  find: 'if (!globalThis?.process?.env?.JCO_DEBUG) { return; }\n    console.debug(...args);',
  replace: 'return;',
  times: (count) => count === 1,
};
const ARGUMENTS = {
  // Each call of an import copied its arguments twice.
  find: 'function _lowerImportBackwardsCompat(args) {\n    const params = [...arguments].slice(1);',
  replace: 'function _lowerImportBackwardsCompat(args, ...params) {',
  times: (count) => count === 1,
};
const AT_ONCE = {
  // No import of this form is asynchronous. Where the runtime lacks `promising`, each of these threw, at 12 ms a time.
  find: 'WebAssembly.promising(',
  replace: '((f) => f)(',
  times: (count) => count > 10,
};

function patched(source, patches) {
  return patches.reduce((text, { find, replace, times }) => {
    const parts = text.split(find);
    if (!times(parts.length - 1)) {
      throw new Error(
        `the transpiler's output has changed: ${JSON.stringify(find)} stands there ${parts.length - 1} times`,
      );
    }
    return parts.join(replace);
  }, source);
}

async function main() {
  if (!existsSync(component)) {
    if (existsSync(join(output, 'stamp'))) {
      // A copy of the package, away from the repository: what it holds is what it was built with.
      return;
    }
    throw new Error(`${component} is missing: run \`cargo xtask build-guest\` in the repository first`);
  }
  const bytes = readFileSync(component);
  const stamp = createHash('sha256')
    .update(bytes)
    .update(readFileSync(fileURLToPath(import.meta.url)))
    .digest('hex');
  const stampFile = join(output, 'stamp');
  copyLicences();
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) {
    return;
  }
  const files = await transpiled(bytes, {});
  const modules = Object.entries(files).filter(([name]) => name.endsWith('.wasm'));
  const later = await transpiled(bytes, {
    asyncMode: 'jspi',
    asyncImports: ['hookwright:webhooks/storage#execute'],
    asyncExports: exportsOf(modules),
  });
  if (!modules.every(([name, content]) => Buffer.compare(content, later[name]) === 0)) {
    throw new Error('the two forms of the component have different modules');
  }
  rmSync(output, { recursive: true, force: true });
  mkdirSync(output, { recursive: true });
  modules.forEach(([name, content]) => writeFileSync(join(output, name), content));
  writeFileSync(join(output, 'hookwright.js'), patched(textOf(files), [SILENT, ARGUMENTS, AT_ONCE]));
  writeFileSync(join(output, 'suspending.js'), patched(textOf(later), [SILENT, ARGUMENTS]));
  writeFileSync(stampFile, stamp);
}

async function transpiled(bytes, options) {
  const { transpileBytes } = await import('@bytecodealliance/jco-transpile');
  const form = { name: 'hookwright', instantiation: 'sync', noTypescript: true };
  return (await transpileBytes(bytes, { ...form, ...options })).files;
}

function textOf(files) {
  return Buffer.from(files['hookwright.js']).toString('utf8');
}

/** The functions of the component, each `interface#function`. */
function exportsOf(modules) {
  const core = new WebAssembly.Module(Object.fromEntries(modules)['hookwright.core.wasm']);
  const names = WebAssembly.Module.exports(core).map(({ name }) =>
    /^(hookwright:[a-z]+\/[a-z]+)@[\d.]+(#.+)$/.exec(name),
  );
  return names.filter((found) => found !== null).map(([, name, method]) => name + method);
}

/** npm packs licences only from the package's own folder. */
function copyLicences() {
  for (const name of ['LICENSE', 'LICENSE-APACHE', 'LICENSE-MIT']) {
    const source = join(repository, name);
    if (existsSync(source)) {
      copyFileSync(source, join(packageRoot, name));
    }
  }
}

await main();
