// What `import … from 'hookwright'` gives.

export { Hookwright } from './hookwright.js';
export { Dispatcher } from './dispatcher/dispatcher.js';
export {
  ComponentError,
  ConflictError,
  ExtensionError,
  ForbiddenError,
  HookwrightError,
  NotFoundError,
  StorageError,
  ValidationError,
} from './errors.js';
