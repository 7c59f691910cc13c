// What the author of a plugin uses. The guide is guest/README.md of Hookwright; types and their explanations stand in
// index.d.ts.

export { plugin } from './definition.js';
export { InvalidInput, Refused } from './errors.js';
export { unchanged } from './hooks.js';
export { settings } from './host.js';
