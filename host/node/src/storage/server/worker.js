// The thread of a server's driver: takes one batch at a time, and wakes who waits for its answer.

import { workerData } from 'node:worker_threads';

import { StorageError } from '../../errors.js';
import { OwnServer } from './own.js';

const { dialect, url, signal, port } = workerData;
const links = { postgres: './postgres.js', mysql: './mysql.js' };
let own;

port.on('message', async (question) => {
  port.postMessage(await answerTo(question));
  Atomics.store(signal, 0, 1);
  Atomics.notify(signal, 0);
});

async function answerTo({ mode, statements }) {
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
