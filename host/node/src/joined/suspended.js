// An instance that is suspended while its SQL runs: WebAssembly's promise integration, in Node 24 and newer.

import { coreModule, instantiated, transpiled } from '../instance.js';

const form = await transpiled('suspending');

export function instantiate(imports) {
  const { exports, memoryBytes } = instantiated(form, coreModule, imports);
  return { call: (group, name, args) => exports[group][name](...args), memoryBytes, drop() {} };
}
