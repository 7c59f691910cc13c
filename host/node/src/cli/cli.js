// Decides what can be typed, and how a failure is told. What a command does stands in commands.js.

import { parseArgs } from 'node:util';

import { HookwrightError, ValidationError } from '../errors.js';
import { Hookwright } from '../hookwright.js';
import { COMMANDS } from './commands.js';
import { printable, snake, surviveClosedOutput } from './output.js';
import { settingsOf } from './settings.js';

const GLOBAL = {
  database: { type: 'string' },
  json: { type: 'boolean' },
  'allow-http': { type: 'boolean' },
  'allow-local': { type: 'boolean' },
  set: { type: 'string', multiple: true },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'V' },
};

const HELP = `Sends webhooks: stores events, signs them, delivers them and retries.

Usage: hookwright [OPTIONS] COMMAND

Commands:
  webhooks create --url URL [--topic TOPIC]…   Create a webhook; prints its secret, this once
  webhooks list                                List webhooks
  publish TOPIC (--data FILE | --sample)       Store an event; its deliveries are then due
  deliver [--watch]                            Send what is due, until nothing is left
  deliveries list                              List deliveries, newest first

Global options:
      --database FILE    SQLite database of the installation [env: HOOKWRIGHT_DATABASE] [default: hookwright.db]
      --json             Print one JSON document instead of tables and text
      --allow-http       Allow webhooks without TLS
      --allow-local      Allow http, and receivers on this machine and in private networks, for development
      --set KEY=VALUE    Setting of the installation; also as variable HOOKWRIGHT_KEY
  -h, --help             Print this, or the options of a command
  -V, --version          Print the version

The program of the Rust host has more commands and works on the same database.`;

/** Runs a command line; gives the exit code. */
export async function run(args) {
  const json = args.includes('--json');
  surviveClosedOutput();
  try {
    return await dispatched(args);
  } catch (error) {
    return failed(error, json);
  }
}

async function dispatched(args) {
  const words = wordsOf(args);
  const name = [words.slice(0, 2).join(' '), words[0]].find((candidate) => Object.hasOwn(COMMANDS, candidate));
  if (name === undefined) {
    return withoutCommand(args, words);
  }
  const command = COMMANDS[name];
  const { values, positionals } = parsed(args, { ...GLOBAL, ...command.options });
  const given = positionals.slice(name.split(' ').length);
  if (values.help) {
    say(
      `${command.usage}\n\nOptions:\n${optionLines(command.options)}\n\nand the global options of \`hookwright --help\`.`,
    );
    return 0;
  }
  if (given.length !== command.arguments) {
    throw new HookwrightError('invalid', `this command takes ${command.arguments} arguments: ${command.usage}`);
  }
  return command.run(given, values, (mustExist) => opened(values, mustExist));
}

/** What is neither an option nor its value, whichever command it will be for. */
function wordsOf(args) {
  const options = Object.assign({}, GLOBAL, ...Object.values(COMMANDS).map((command) => command.options));
  return parseArgs({ args, options, allowPositionals: true, strict: false }).positionals;
}

function withoutCommand(args, words) {
  if (args.includes('--version') || args.includes('-V')) {
    say('hookwright 0.1.0');
    return 0;
  }
  if (words.length > 0) {
    throw new HookwrightError('invalid', `there is no command \`${words.join(' ')}\`; \`hookwright --help\` lists all`);
  }
  say(HELP);
  return args.includes('--help') || args.includes('-h') ? 0 : 2;
}

function parsed(args, options) {
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new HookwrightError('invalid', error.message);
  }
}

function opened(values, mustExist) {
  const database = values.database ?? process.env.HOOKWRIGHT_DATABASE ?? 'hookwright.db';
  return new Hookwright({ database, mustExist, settings: settingsOf(values, process.env) });
}

function optionLines(options) {
  return Object.entries(options)
    .map(([name, { type, about }]) => `  --${name}${type === 'string' ? ' VALUE' : ''}`.padEnd(28) + about)
    .join('\n');
}

function failed(error, json) {
  if (!(error instanceof HookwrightError)) {
    throw error;
  }
  const fields =
    error instanceof ValidationError
      ? error.fields.map(({ field, message }) => ({ field: snake(field), message }))
      : [];
  if (json) {
    process.stderr.write(`${JSON.stringify({ error: { kind: snake(error.code), message: error.message, fields } })}\n`);
  } else {
    const lines =
      fields.length > 0 ? error.fields.map(({ field, message }) => `${field}: ${message}`) : [error.message];
    process.stderr.write(`${lines.map((line) => `error: ${printable(line)}`).join('\n')}\n`);
  }
  return 1;
}

function say(text) {
  process.stdout.write(`${text}\n`);
}
