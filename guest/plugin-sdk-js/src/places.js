// Where in the author's files something happened. A component knows the lines of one bundle; its builder leaves a
// table of the files and lines that these come from.

/** Set by the builder: `{ files, runs }`, where `runs` is flat: line of the bundle, number of the file, its line. */
const TABLE = Symbol.for('hookwright.lines');

/** A frame as QuickJS and Node write it: `at name (file:line:column)` or `at file:line:column`. */
const FRAME = /^\s*at (?:(.*?) \()?(.+?):(\d+)(?::\d+)?\)?\s*$/;

/** The most places that are told. */
const MOST = 12;

/** The places of a stack that are the author's, as `name (src/plugin.js:14)`. */
export function placed(stack) {
  const table = globalThis[TABLE];
  const places = [];
  for (const line of String(stack ?? '').split('\n')) {
    const frame = FRAME.exec(line);
    if (!frame) continue;
    const [, name, file, number] = frame;
    const place = table ? original(table, Number(number)) : `${file}:${number}`;
    if (place && !isOfTheSdk(place)) places.push(name && name !== '<anonymous>' ? `${name} (${place})` : place);
    if (places.length === MOST) break;
  }
  return places;
}

function original({ files, runs }, line) {
  let [low, high] = [0, runs.length / 3];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (runs[middle * 3] <= line) low = middle + 1;
    else high = middle;
  }
  if (low === 0) return undefined;
  const [start, file, first] = runs.slice(low * 3 - 3, low * 3);
  return file < 0 ? undefined : `${files[file]}:${first + line - start}`;
}

/** The SDK lies in the folder `hookwright` of a project. */
function isOfTheSdk(place) {
  return /^(?:hookwright\/|.*plugin-sdk-js\/src\/|node:)/.test(place);
}
