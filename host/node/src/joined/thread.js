// The thread of one instance: serves one call after another, and asks the other thread for whatever it imports.

import { receiveMessageOnPort, workerData } from 'node:worker_threads';

import { instantiated, transpiled } from '../instance.js';

const { signal, port, modules, functions } = workerData;
const form = await transpiled('hookwright');

const imports = Object.fromEntries(
  Object.entries(functions).map(([from, names]) => [
    from,
    Object.fromEntries(names.map((name) => [name, (...args) => ask({ from, name, args })])),
  ]),
);
const instance = instantiated(form, (name) => modules.get(name), imports);

port.on('message', ({ group, name, args }) => {
  try {
    const value = instance.exports[group][name](...args);
    port.postMessage({ answered: { value, memoryBytes: instance.memoryBytes() } });
  } catch (error) {
    const payload = error?.payload ?? error;
    const isDeclared = typeof payload === 'object' && typeof payload?.tag === 'string';
    port.postMessage(isDeclared ? { refused: payload } : { broken: String(error?.message ?? error) });
  }
});

function ask(asked) {
  Atomics.store(signal, 0, 0);
  port.postMessage({ asked });
  // The notice of an answer before may come late, and wakes too.
  while (Atomics.load(signal, 0) === 0) {
    Atomics.wait(signal, 0, 0);
  }
  const { value, payload, broken } = receiveMessageOnPort(port).message;
  if (payload !== undefined) {
    throw { payload };
  }
  if (broken) {
    throw new Error('an import failed');
  }
  return value;
}
