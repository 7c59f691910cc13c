// A server's database behind the storage contract, on the application's thread.
//
// Decides how a call that must answer at once gets its answer from a driver that does not: the driver lives on a thread
// of its own, and this one waits for it. Refuses to know SQL and drivers.

import { MessageChannel, Worker, receiveMessageOnPort } from 'node:worker_threads';

import { HookwrightError, StorageError } from '../../errors.js';

/** Opening, a lock, and the replays of a batch together stay far below this. */
const LONGEST_WAIT_MS = 120_000;

/** The executor of a PostgreSQL or MySQL database at a URL. */
export class ServerStorage {
  #worker;
  #port;
  #signal = new Int32Array(new SharedArrayBuffer(4));

  constructor(dialect, url) {
    this.dialect = dialect;
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#worker = new Worker(new URL('worker.js', import.meta.url), {
      workerData: { dialect, url, signal: this.#signal, port: port2 },
      transferList: [port2],
      // Options of the program, such as `--test`, are not the thread's.
      execArgv: [],
      stdin: false,
    });
    this.#worker.unref();
    // The connection is made here, so that a wrong URL is told where it is given.
    this.#ask({ open: true });
  }

  execute(mode, statements) {
    return this.#ask({ mode, statements });
  }

  close() {
    void this.#worker.terminate();
  }

  #ask(question) {
    Atomics.store(this.#signal, 0, 0);
    this.#port.postMessage(question);
    // The notice of an answer before may come late, and wakes too.
    while (Atomics.load(this.#signal, 0) === 0) {
      if (Atomics.wait(this.#signal, 0, 0, LONGEST_WAIT_MS) === 'timed-out') {
        throw new StorageError('unavailable', `the database gave no answer within ${LONGEST_WAIT_MS / 1000} s`);
      }
    }
    const { results, failure, missing } = receiveMessageOnPort(this.#port).message;
    if (missing !== undefined) {
      throw new HookwrightError('driver', missing);
    }
    if (failure !== undefined) {
      throw failure.reason === 'expectation-failed'
        ? StorageError.expectationFailed(failure.statement)
        : new StorageError(failure.reason, failure.message);
    }
    return results;
  }
}
