// A server's database behind the storage contract, on the application's thread.
//
// Decides how a call that must answer at once gets its answer from a driver that does not: the driver lives on a thread
// of its own, and this one waits for it. A thread that answers too late, or has ended, is replaced with all that it
// held. Refuses to know SQL and drivers.

import { MessageChannel, Worker, receiveMessageOnPort } from 'node:worker_threads';

import { HookwrightError, StorageError } from '../../errors.js';

const THREAD = new URL('worker.js', import.meta.url);
/** Opening, a lock, and the replays of a batch together stay far below this. */
const LONGEST_WAIT_MS = 120_000;
/** A thread at work is heard twice a second. After two such times without, it is gone; one may be ours, stopped. */
const SILENCE_MS = 5_000;
/** What the threads share: how many answers there were, how often the driver's was heard, whether it has ended. */
const [ANSWERS, BEATS, ENDED, CELLS] = [0, 1, 2, 3];

/** The executor of a PostgreSQL or MySQL database at a URL. */
export class ServerStorage {
  #start;
  #thread;

  /** A test has other times, and a thread of its own. */
  constructor(dialect, url, { longestWaitMs = LONGEST_WAIT_MS, silenceMs = SILENCE_MS, thread = THREAD } = {}) {
    this.dialect = dialect;
    this.#start = () => new DriverThread(thread, { dialect, url }, { longestWaitMs, silenceMs });
    try {
      // The connection is made here, so that a wrong URL is told where it is given.
      this.#ask({});
    } catch (error) {
      this.close();
      throw error;
    }
  }

  execute(mode, statements) {
    return this.#ask({ mode, statements });
  }

  close() {
    this.#thread?.end();
    this.#thread = undefined;
  }

  #ask(question) {
    if (this.#thread?.hasEnded ?? true) {
      this.#thread = this.#start();
    }
    const { results, failure, missing } = this.#thread.ask(question);
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

/** A driver's thread, as the one sees it that waits for it. */
class DriverThread {
  #isLeft = false;
  #worker;
  #port;
  #times;
  #asked = 0;
  #shared = new Int32Array(new SharedArrayBuffer(4 * CELLS));

  constructor(script, place, times) {
    this.#times = times;
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#worker = new Worker(script, {
      workerData: { ...place, shared: this.#shared, port: port2 },
      transferList: [port2],
      // Options of the program, such as `--test`, are not the thread's.
      execArgv: [],
      stdin: false,
    });
    // What ends the thread is told by the call that meets it, and must not end the process.
    this.#worker.on('error', () => this.end()).on('exit', () => this.end());
    this.#worker.unref();
  }

  get hasEnded() {
    return this.#isLeft || Atomics.load(this.#shared, ENDED) !== 0;
  }

  /** What the thread answers. Throws when it will not, and is of no more use then. */
  ask(question) {
    const id = (this.#asked += 1);
    this.#port.postMessage({ id, ...question });
    const end = performance.now() + this.#times.longestWaitMs;
    let beats = Atomics.load(this.#shared, BEATS);
    for (let silences = 0; silences < 2;) {
      const answers = Atomics.load(this.#shared, ANSWERS);
      const answer = this.#received(id);
      if (answer !== undefined) {
        return answer;
      }
      if (this.hasEnded) {
        break;
      }
      const left = end - performance.now();
      if (left <= 0) {
        throw this.#lost(`the database gave no answer within ${this.#times.longestWaitMs / 1000} s`);
      }
      if (Atomics.wait(this.#shared, ANSWERS, answers, Math.min(left, this.#times.silenceMs)) === 'timed-out') {
        const heard = Atomics.load(this.#shared, BEATS);
        silences = heard === beats ? silences + 1 : 0;
        beats = heard;
      }
    }
    throw this.#lost("the thread of the database's driver has ended");
  }

  end() {
    this.#isLeft = true;
    this.#port.close();
    void this.#worker.terminate();
  }

  /** The answer to this question; what is left of others is thrown away. */
  #received(id) {
    for (;;) {
      const received = receiveMessageOnPort(this.#port);
      if (received === undefined || received.message.id === id) {
        return received?.message;
      }
    }
  }

  #lost(why) {
    this.end();
    const words = `${why}; whether it has stored what it was to store is not known, look before you repeat it`;
    return new StorageError('unavailable', words);
  }
}
