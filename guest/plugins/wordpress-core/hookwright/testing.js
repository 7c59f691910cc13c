// The SDK of this repository, in the place where `hookwright plugins new` puts a copy.
export * from '../../../plugin-sdk-js/src/testing.js';
