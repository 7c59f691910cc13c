// The thread of a server's driver: takes one batch at a time, and wakes who waits for its answer.

import { workerData } from 'node:worker_threads';

const { dialect, url, shared, port } = workerData;
/** As remote.js has them. */
const [ANSWERS, BEATS, ENDED] = [0, 1, 2];
const BEAT_MS = 500;

process.on('exit', () => {
  Atomics.store(shared, ENDED, 1);
  wake();
});
// Loaded when who waits would be told of a failure.
const { StorageError } = await import('../../errors.js');
const { OwnServer } = await import('./own.js');
const links = { postgres: './postgres.js', mysql: './mysql.js' };
let own;

port.on('message', async ({ id, mode, statements }) => {
  const beating = setInterval(() => Atomics.add(shared, BEATS, 1), BEAT_MS);
  const answer = await answerTo(mode, statements);
  clearInterval(beating);
  port.postMessage({ id, ...answer });
  wake();
});

function wake() {
  Atomics.add(shared, ANSWERS, 1);
  Atomics.notify(shared, ANSWERS);
}

async function answerTo(mode, statements) {
  try {
    if (own === undefined) {
      const { connect } = await import(links[dialect]);
      own = await OwnServer.open(() => connect(url));
    }
    return { results: mode === undefined ? [] : await own.execute(mode, statements) };
  } catch (error) {
    if (error?.code === 'driver') {
      return { missing: error.message };
    }
    const { reason, message, statement } =
      error instanceof StorageError ? error : new StorageError('other', String(error?.message ?? error));
    return { failure: { reason, message, statement } };
  }
}
