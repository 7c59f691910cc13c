// The Node host under the suite: calls by name on the raw component with the package's own imports, sending through the
// package's dispatcher.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { extensionsOf } from './script.mjs';
import { Values, camel } from './values.mjs';

const SUMMARY = ['attempts', 'delivered', 'retrying', 'exhausted', 'cancelled', 'lost', 'unsettled'];
const ERROR = 'types.error';

let parts;
const modules = new Map();

/** Loads the package in a folder, once for the process. */
export async function load(folder, interfaceFile) {
  const part = (file) => import(pathToFileURL(join(folder, file)));
  const { functions, types } = JSON.parse(readFileSync(interfaceFile, 'utf8'));
  parts = {
    ...(await part('src/index.js')),
    ...(await part('src/extensions.js')),
    ...(await part('src/imports.js')),
    ...(await part('src/storage/storage.js')),
    transpiled: await part('generated/hookwright.js'),
    module: (name) => {
      if (!modules.has(name)) {
        modules.set(name, new WebAssembly.Module(readFileSync(join(folder, 'generated', name))));
      }
      return modules.get(name);
    },
    functions,
    values: new Values(types),
  };
}

export class Host {
  #options;
  #surroundings;
  #storage;
  #component;
  #application;
  #told = [];

  constructor(database, settings, scripts, surroundings) {
    this.#surroundings = surroundings;
    const environment = {
      now: () => surroundings.now,
      randomBytes: (length) => surroundings.randomBytes(length),
    };
    const extensions = extensionsOf(scripts, this.#told);
    const driver = process.env.CONFORMANCE_SQLITE_DRIVER;
    this.#options = { database, driver, settings, extensions, environment, log() {}, migrate: false };
    this.#storage = parts.openStorage({ database, driver });
    const asked = new parts.Extensions(extensions);
    const around = { ...environment, log() {}, config: Object.entries(settings), extensions: asked };
    const imports = parts.createImports(around, { storage: this.#storage });
    const instantiated = (module, given) => new WebAssembly.Instance(module, given);
    this.#component = parts.transpiled.instantiate(parts.module, imports, instantiated);
  }

  /** The result of a step. */
  async result(step, args, requests) {
    if (step.call !== undefined) {
      return this.call(step.call, args);
    }
    let result;
    if (step.deliver) {
      result = { summary: await this.#deliver() };
    } else {
      const answer = this.call(step.send, args);
      if (answer.ok === undefined) {
        return answer;
      }
      result = { outcome: await this.#send(answer.ok) };
    }
    result.requests = await requests();
    if (this.#told.length > 0) {
      result.told = this.#told.splice(0);
    }
    return result;
  }

  /** Calls `interface.function` with arguments as the suite writes them. */
  call(name, args) {
    const { params, result } = parts.functions[name];
    const [group, method] = name.split('.').map(camel);
    const lowered = params.map(([, shape], index) => parts.values.lower(shape, args[index]));
    this.#surroundings.beginCall(name);
    let answer;
    try {
      answer = this.#component[group][method](...lowered);
    } catch (error) {
      const payload = error?.payload ?? error;
      if (typeof payload?.tag !== 'string') {
        throw error;
      }
      return { err: parts.values.lift(ERROR, payload) };
    }
    const [shape] = result.result;
    return { ok: shape === null ? null : parts.values.lift(shape, answer) };
  }

  async close() {
    await this.#application?.close();
    this.#storage.close();
  }

  async #deliver() {
    const dispatcher = this.#opened().start({
      concurrency: 1,
      observe: { claimed: ({ requests }) => requests.length === 0 && void dispatcher.stop() },
    });
    const summary = await dispatcher.done;
    return Object.fromEntries(SUMMARY.map((name) => [name, summary[name]]));
  }

  /** Sends a request as `Hookwright.test` does, whatever function has made it. */
  async #send(request) {
    const application = this.#opened();
    const { timeout, body, ...rest } = request;
    const plain = Object.fromEntries(Object.entries(rest).map(([name, value]) => [camel(name), value]));
    const bytes = new Uint8Array(Buffer.from(body, 'base64'));
    application.deliveries.test = () => ({ ...plain, timeoutMs: timeout, body: bytes });
    const { outcome } = await application.test(request['webhook-id']);
    return outcome.response ? { status: outcome.response.status } : { failure: outcome.failure.kind };
  }

  /** The package as an application opens it, with the names of the calls that it makes by itself. */
  #opened() {
    if (this.#application === undefined) {
      this.#application = new parts.Hookwright(this.#options);
      const { deliveries } = this.#application;
      for (const name of ['claim', 'settle']) {
        const inner = deliveries[name].bind(deliveries);
        deliveries[name] = (...args) => {
          this.#surroundings.beginCall(`deliveries.${name}`);
          return inner(...args);
        };
      }
    }
    return this.#application;
  }
}
