// Nouns that all groups share. Times are unix milliseconds. An integer beyond 2^53 comes as a bigint, so that none is
// rounded; where one goes in, both are taken.

export type UnixMs = number;
export type Integer = number | bigint;
export type Time = Integer | Date;
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json | undefined };
export type Headers = Readonly<Record<string, string>> | readonly (readonly [name: string, value: string])[];

/** Whose objects a call may see: an account's, those of no account, or (default) all. */
export type Scope = { account: string; scope?: never } | { account?: never; scope?: 'all' | 'installation' };
export interface Paging {
  /** From 1; default 1. */
  page?: number;
  /** 1 to 100; default 50. */
  perPage?: number;
}
export interface Page<T> {
  items: T[];
  /** On all pages. */
  total: number;
}
/** One of a batch. */
export type Result<T> = { ok: true; value: T } | { ok: false; error: HookwrightError };

export type ErrorCode =
  'invalid' | 'not-found' | 'conflict' | 'forbidden' | 'storage' | 'extension' | 'component' | 'too-deep' | 'driver';

export class HookwrightError extends Error {
  readonly code: ErrorCode;
}
/** The input is wrong; `fields` names everything that is. */
export class ValidationError extends HookwrightError {
  readonly code: 'invalid';
  readonly fields: { field: string; message: string }[];
}
export class NotFoundError extends HookwrightError {
  readonly code: 'not-found';
}
/** The object has changed, or its state does not allow the call. */
export class ConflictError extends HookwrightError {
  readonly code: 'conflict';
}
export class ForbiddenError extends HookwrightError {
  readonly code: 'forbidden';
}
export class ExtensionError extends HookwrightError {
  readonly code: 'extension';
}
/** The database refused; nothing was written, except where the message says that this is not known. */
export class StorageError extends HookwrightError {
  constructor(reason: StorageReason, message: string, options?: ErrorOptions);
  readonly code: 'storage';
  readonly reason: StorageReason;
}
export type StorageReason =
  | 'retryable'
  | 'transaction-lost'
  | 'transaction-must-restart'
  | 'expectation-failed'
  | 'constraint'
  | 'unavailable'
  | 'other';
/** The core component broke off: a bug, or a limit. */
export class ComponentError extends HookwrightError {
  readonly code: 'component';
  /** A change had been stored already: do not simply repeat the call. */
  readonly committed: boolean;
}
