// Decides how results look: tables and text for people, JSON with the names of the Rust program for programs. Text from
// outside is made harmless before a terminal gets it.

/** Told when nobody reads what is printed: `| head` has enough, or a terminal is closed. */
const closed = [];

/** Lets a closed output be no end of the process, which may be in the middle of something. */
export function surviveClosedOutput() {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error) => {
      if (error.code !== 'EPIPE') {
        throw error;
      }
      if (stream === process.stdout) {
        closed.splice(0).forEach((tell) => tell());
      }
    });
  }
}

/** Calls `tell` once when standard output is closed. */
export function onClosedOutput(tell) {
  closed.push(tell);
}

/** `eventId` as `event_id`, `not-found` as `not_found`. */
export function snake(name) {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`).replaceAll('-', '_');
}

/** The value with the names of its fields in snake_case. */
export function snaked(value) {
  if (Array.isArray(value)) {
    return value.map(snaked);
  }
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([name, field]) => [snake(name), snaked(field)]));
  }
  return typeof value === 'bigint' ? String(value) : value;
}

/** One line of JSON. */
export function printJson(value) {
  process.stdout.write(`${JSON.stringify(snaked(value))}\n`);
}

export function printLine(text) {
  process.stdout.write(`${printable(text)}\n`);
}

/** Something that is not the result. */
export function note(text) {
  process.stderr.write(`${printable(text)}\n`);
}

/** Without control characters, which could act on a terminal. */
export function printable(text) {
  // eslint-disable-next-line no-control-regex
  return String(text).replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
}

/** Columns as wide as their content. */
export function printTable(head, rows) {
  const all = [head, ...rows].map((row) => row.map(printable));
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column].length)));
  for (const row of all) {
    const cells = row.map((cell, column) => cell.padEnd(widths[column]));
    process.stdout.write(`${cells.join('  ').trimEnd()}\n`);
  }
}

/** Tells which part of a list this is, unless it is all of it. */
export function tellPage({ page, perPage }, total, what) {
  const pages = Math.ceil(total / perPage);
  if (total === 0) {
    note(`No ${what}.`);
  } else if (pages > 1) {
    note(`Page ${page} of ${pages}, ${total} ${what}.`);
  }
}
