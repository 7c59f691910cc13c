// An instance on a thread of its own, for runtimes that cannot suspend one: the thread waits while the SQL runs here.
//
// Decides what goes between the threads: a call and its answer one way, the imports' calls and their answers the other.

import { MessageChannel, Worker } from 'node:worker_threads';

import { coreModule } from '../instance.js';

const MODULES = ['hookwright.core.wasm', 'hookwright.core2.wasm', 'hookwright.core3.wasm'];

export function instantiate(imports) {
  return new Threaded(imports);
}

class Threaded {
  #imports;
  #thread;
  #port;
  #signal = new Int32Array(new SharedArrayBuffer(4));
  #memoryBytes = 0;
  #end;
  #resolve;
  #reject;

  constructor(imports) {
    this.#imports = imports;
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#thread = new Worker(new URL('thread.js', import.meta.url), {
      workerData: {
        signal: this.#signal,
        port: port2,
        modules: new Map(MODULES.map((name) => [name, coreModule(name)])),
        functions: Object.fromEntries(Object.entries(imports).map(([name, found]) => [name, Object.keys(found)])),
      },
      transferList: [port2],
      // Options of the program, such as `--test`, are not the thread's.
      execArgv: [],
      stdin: false,
    });
    this.#thread.on('error', (error) => this.#ended(error));
    this.#thread.on('exit', () => this.#ended(new Error('its thread has ended')));
    this.#port.on('message', (told) => void this.#heard(told));
    this.#release();
  }

  call(group, name, args) {
    if (this.#end !== undefined) {
      return Promise.reject(this.#end);
    }
    // Until it has answered, the process goes on.
    this.#thread.ref();
    this.#port.ref();
    return new Promise((resolve, reject) => {
      [this.#resolve, this.#reject] = [resolve, reject];
      this.#port.postMessage({ group, name, args });
    }).finally(() => this.#release());
  }

  memoryBytes() {
    return this.#memoryBytes;
  }

  drop() {
    void this.#thread.terminate();
  }

  async #heard({ asked, answered, refused, broken }) {
    if (asked !== undefined) {
      this.#port.postMessage(await this.#import(asked));
      Atomics.store(this.#signal, 0, 1);
      Atomics.notify(this.#signal, 0);
    } else if (answered !== undefined) {
      this.#memoryBytes = answered.memoryBytes;
      this.#resolve(answered.value);
    } else {
      this.#reject(refused ?? new Error(broken));
    }
  }

  async #import({ from, name, args }) {
    try {
      return { value: await this.#imports[from][name](...args) };
    } catch (error) {
      // What was not declared has been set aside; the thread only has to end its call.
      return error?.payload === undefined ? { broken: true } : { payload: error.payload };
    }
  }

  #ended(why) {
    this.#end ??= why;
    this.#reject?.(this.#end);
  }

  #release() {
    this.#thread.unref();
    this.#port.unref();
    [this.#resolve, this.#reject] = [];
  }
}
