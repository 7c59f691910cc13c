// In the place of a server driver's thread: what its URL names happens to the batch that is asked for.

import { workerData } from 'node:worker_threads';

const { url, shared, port } = workerData;
const [ANSWERS, BEATS, ENDED] = [0, 1, 2];

if (url === 'breaks') {
  await import('../../src/storage/server/worker.js');
  port.prependOnceListener('message', () => {
    throw new Error('a bug of the driver');
  });
} else {
  let held;
  port.on('message', ({ id, mode }) => {
    if (mode === 'held') {
      held = id;
      setInterval(() => Atomics.add(shared, BEATS, 1), 50);
    } else if (mode === 'mute') {
      process.exit();
    } else if (mode === 'ends later') {
      process.on('exit', () => Atomics.store(shared, ENDED, 1));
      setImmediate(() => process.exit());
      answer(id, 'told');
    } else {
      answer(id - 1, 'stale');
      answer(held ?? -1, 'held');
      answer(id, 'its own');
    }
  });
}

function answer(id, results) {
  port.postMessage({ id, results });
  Atomics.add(shared, ANSWERS, 1);
  Atomics.notify(shared, ANSWERS);
}
