// Makes a component of a project in JavaScript or TypeScript: `node build.mjs STEPS`, where STEPS is a JSON object with
// the paths of the project, of its main file below that, of the packages esbuild and componentize-qjs, of the contract,
// and of what comes out, in a folder that is used for nothing else.
//
// esbuild joins the author's files and packages into one module and takes the types out, componentize-qjs puts that
// into QuickJS and keeps it as it stands after its first run. A table of lines goes with it, so that an exception names
// the author's file. Prints what is wrong for people, and ends with 1; a warning does not end it.

import { existsSync, writeFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const { project, main, tools, wit, out } = JSON.parse(process.argv[2]);
const BUNDLE = 'bundle.js';

class Told extends Error {}

try {
  const { text, table } = await bundled();
  await componentized(`${text}\n;globalThis[Symbol.for('hookwright.lines')] = ${JSON.stringify(table)};\n`, table);
} catch (error) {
  process.stderr.write(error instanceof Told ? `${error.message}\n` : `${error.stack}\n`);
  process.exitCode = 1;
}

/** The author's files as one module, and where its lines come from. */
async function bundled() {
  const esbuild = await tool('esbuild');
  const tsconfig = join(project, 'tsconfig.json');
  const entry = [
    "import { component } from '#hookwright/component';",
    `import plugin from ${JSON.stringify(`./${main}`)};`,
    'export const hooks = component(plugin);',
  ].join('\n');
  const result = await esbuild
    .build({
      stdin: { contents: entry, resolveDir: project, sourcefile: 'package.json' },
      absWorkingDir: project,
      outfile: join(project, BUNDLE),
      write: false,
      bundle: true,
      format: 'esm',
      platform: 'browser',
      target: 'es2023',
      charset: 'utf8',
      legalComments: 'none',
      sourcemap: 'external',
      sourcesContent: false,
      define: { 'process.env.NODE_ENV': '"production"' },
      external: ['hookwright:*'],
      logLevel: 'silent',
      // Not one that lies somewhere above the project.
      ...(existsSync(tsconfig) ? { tsconfig } : { tsconfigRaw: {} }),
    })
    .catch((failure) => {
      throw failure.errors ? new Told(failure.errors.map(toldOf).join('\n')) : failure;
    });
  result.warnings.forEach((warning) => process.stderr.write(`warning: ${toldOf(warning)}\n`));
  const file = (ending) => result.outputFiles.find(({ path }) => path.endsWith(ending)).text;
  return { text: file(BUNDLE), table: tableOf(JSON.parse(file('.map'))) };
}

function toldOf({ text, location }) {
  const place = location ? `${location.file}:${location.line}: ` : '';
  return `${place}${text}${hintFor(text)}`;
}

function hintFor(text) {
  const name = /^Could not resolve "([^"]+)"/.exec(text)?.[1];
  if (!name) return '';
  if (name.startsWith('#hookwright')) {
    const imports = '{ "#hookwright": "./hookwright/index.js", "#hookwright/*": "./hookwright/*.js" }';
    return `\n  package.json needs "imports": ${imports}`;
  }
  if (name.startsWith('.') || name.startsWith('/')) return '';
  return isBuiltin(name)
    ? '\n  a plugin runs without Node.js: take a package that needs none of its modules'
    : '\n  `npm install` in the folder of the plugin brings its packages';
}

/** Where the lines of the bundle come from, as places.js of the SDK reads it. */
function tableOf({ sources, mappings }) {
  const runs = [];
  let [source, line] = [0, 0];
  let [lastSource, lastLine, lastGenerated] = [-2, 0, 0];
  mappings.split(';').forEach((segments, index) => {
    const generated = index + 1;
    let first;
    for (const segment of segments ? segments.split(',') : []) {
      const [, toSource, toLine] = numbersOf(segment);
      if (toSource === undefined) continue;
      [source, line] = [source + toSource, line + toLine];
      first ??= [source, line + 1];
    }
    if (!first) return;
    const [file, number] = first;
    if (file !== lastSource || number - lastLine !== generated - lastGenerated) runs.push(generated, file, number);
    [lastSource, lastLine, lastGenerated] = [file, number, generated];
  });
  return { files: sources, runs };
}

/** The numbers of one segment: base 64, variable length, the sign in the lowest bit (source map, revision 3). */
function numbersOf(segment) {
  const numbers = [];
  let [value, shift] = [0, 0];
  for (const letter of segment) {
    const digit = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'.indexOf(letter);
    value += (digit & 31) << shift;
    shift += 5;
    if (digit & 32) continue;
    numbers.push(value & 1 ? -(value >> 1) : value >> 1);
    [value, shift] = [0, 0];
  }
  return numbers;
}

async function componentized(jsSource, table) {
  const { componentize } = await tool('componentize-qjs');
  const jsPath = join(dirname(out), BUNDLE);
  writeFileSync(jsPath, jsSource);
  const options = { witPath: wit, jsSource, jsPath, world: 'plugin', stubWasi: true, sync: true };
  const { component } = await componentize(options).catch((failure) => {
    throw new Told(atBuild(String(failure.message), table));
  });
  writeFileSync(out, component);
}

/** What the plugin threw while it was built, with the author's places. */
function atBuild(text, { files, runs }) {
  const [message] = text.replace(/^[\s:]*(?:Failed to [^:]*: )+/, '').split(/\n\s*(?:at|\d+:) /);
  const frames = text.matchAll(/at (\S+) \((?:[^()]*\/)?bundle\.js:(\d+)(?::\d+)?\)/g);
  const places = Array.from(frames, ([, name, number]) => {
    const run = runs.findLastIndex((start, at) => at % 3 === 0 && start <= Number(number));
    const place = run < 0 ? BUNDLE : `${files[runs[run + 1]]}:${runs[run + 2] + Number(number) - runs[run]}`;
    return `at ${name} (${place})`;
  }).filter((place) => !/\((?:hookwright\/|.*plugin-sdk-js\/src\/)/.test(place));
  return [message.trim(), ...places].join('\n');
}

/** A package of the tools: the project's own where it has that version, which the caller has seen to. */
async function tool(name) {
  return import(pathToFileURL(createRequire(join(tools[name], 'package.json')).resolve(name)));
}
