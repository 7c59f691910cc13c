// A process of its own on the same file: `node worker.js FILE DRIVER TASK …`. Tells its parent by lines on stdout.

import { createRequire } from 'node:module';

import { Hookwright } from '../../src/index.js';

const require = createRequire(import.meta.url);
const [file, driver, task, count = '0'] = process.argv.slice(2);
const hookwright = new Hookwright({
  database: file,
  driver,
  settings: {
    allowHttp: true,
    allowAddresses: ['loopback'],
    ping: false,
    // Leases that end soon, for the one that dies holding some.
    ...(task === 'die' || task === 'exitSending' ? { leastLeaseMarginMs: 1_000, requestTimeoutMs: 1_000 } : {}),
  },
});

const tasks = {
  /** Publishes one after the other, and says so of each as soon as it is stored. */
  publish() {
    for (let id = 0; id < Number(count); id += 1) {
      const { eventId } = hookwright.publish('order.created', { id, pid: process.pid });
      process.stdout.write(`${eventId}\n`);
    }
    return hookwright.close();
  },
  /** Ends like a process that is killed, as soon as a request is under way. */
  async die() {
    hookwright.start({
      observe: {
        claimed: ({ requests }) => requests.length > 0 && setImmediate(() => process.kill(process.pid, 'SIGKILL')),
      },
      leaseMs: 2_500,
    });
  },
  /** Ends by itself, inside the application's transaction: after a publish that was not committed. */
  exit() {
    const database = new (
      driver === 'better-sqlite3' ? require('better-sqlite3') : require('node:sqlite').DatabaseSync
    )(file);
    database.exec('BEGIN IMMEDIATE');
    const { deliveries } = hookwright.joined(database).publish('order.created', { id: 'gone' });
    process.stdout.write(`${deliveries}\n`, () => process.exit(7));
  },
  /** Ends by itself between an answer and its record. */
  async exitSending() {
    hookwright.start({ observe: { sent: () => process.exit(7) }, leaseMs: 2_500 });
  },
  async deliver() {
    const summary = await hookwright.deliver({ waitMs: 5_000 });
    process.stdout.write(`${JSON.stringify(summary)}\n`);
    await hookwright.close();
  },
};

await tasks[task]();
