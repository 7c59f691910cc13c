#!/usr/bin/env node
// `npx hookwright`: the common calls of the command line, under the names that the Rust program has.

import { run } from '../src/cli/cli.js';

process.exitCode = await run(process.argv.slice(2));
