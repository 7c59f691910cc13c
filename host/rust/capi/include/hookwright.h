/* Hookwright's core component for C and every language that can call C.
 *
 * Five things: open a handle, call an exported function by name with JSON, answer the component's imports from one
 * callback with JSON, free texts, close. Names, arguments and answers are those of wit/webhooks; how a value is written
 * in JSON stands in host/rust/runtime/src/dynamic.rs:
 *
 *   bool, string: the same. Integers: exact. list<u8>: base64. Other lists, tuples: arrays. Records: objects with the
 *   names of the WIT. option: null or the value. enum: its name. variant: its name or {"name": payload}.
 *   result: {"ok": ...} or {"err": ...}.
 *
 * Rules:
 *   - Texts are UTF-8 and need no NUL at the end; their length is always passed.
 *   - A handle serves one call at a time, from one thread at a time. In a callback, the same handle answers with the
 *     error "busy"; open another, up to four calls deep.
 *   - After fork() a handle of the parent answers with the error "forked": open again in the child.
 *   - The callback returns normally. A longjmp out of it (as PHP's exit does) leaves its handle unusable; call
 *     hookwright_unwound() then, before anything else on that thread.
 */
#ifndef HOOKWRIGHT_H
#define HOOKWRIGHT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One instance of the component. */
typedef struct hookwright hookwright;

/* Where a callback puts its answer. Valid until it returns. */
typedef struct hookwright_reply hookwright_reply;

/* A text of this library. Give it back with hookwright_free. */
typedef struct hookwright_text {
    char *data;
    size_t len;
} hookwright_text;

/* Answers an import, for example "storage.execute", whose arguments are a JSON array: passes the result in JSON to
 * hookwright_answer and returns 0. Any other return value says that it has failed; what was passed then is the reason
 * for the log. Runs on the thread that called. */
typedef int32_t (*hookwright_import)(void *context, const uint8_t *name, size_t name_len, const uint8_t *arguments,
                                     size_t arguments_len, hookwright_reply *reply);

/* The version of this library, for example "0.1.0". Lives for ever; has a NUL at its end. */
const char *hookwright_version(void);

/* Opens the component. `options` is a JSON object:
 *   "path"   the component's file; absent or null: the one that is built into this library
 *   "cache"  folder for compiled code, which must be this user's alone; absent or null: none, compile in each process
 * A process compiles or loads each component once. Returns NULL on failure, and the error as with hookwright_call. */
hookwright *hookwright_open(const char *options, size_t options_len, hookwright_import imports, void *context,
                            hookwright_text *error);

/* As hookwright_open, for a component that the caller has in memory; "path" is not read. */
hookwright *hookwright_open_bytes(const uint8_t *component, size_t component_len, const char *options,
                                  size_t options_len, hookwright_import imports, void *context, hookwright_text *error);

/* Calls an exported function, for example "events.publish"; `arguments` is a JSON array, one item for each parameter.
 * Returns 0 and the result in JSON, null for a function without one. A function that fails as its interface declares it
 * has answered too: {"err": ...}. Returns another number and {"kind": "...", "message": "..."} when there is no answer:
 *   unknown-function, invalid-utf8, invalid-json, argument, options   the caller's mistake; nothing has run
 *   busy, too-deep, forked, closed                                    not now, or not with this handle; nothing has run
 *   load                                                              the component is missing, or none for this library
 *   import                                                            the callback failed
 *   trap, panic                                                       a bug, or a limit of time or memory
 * After "import", "trap" and "panic" the handle has made itself a fresh instance, and may be called again. */
int32_t hookwright_call(hookwright *handle, const char *name, size_t name_len, const char *arguments,
                        size_t arguments_len, hookwright_text *answer);

/* Takes a callback's answer, or its reason for failing. The text is copied; the last call counts. */
void hookwright_answer(hookwright_reply *reply, const char *text, size_t len);

/* Gives a text back. A text that was given back already, or never filled, is left alone. */
void hookwright_free(hookwright_text *text);

/* Closes a handle. NULL, and a handle whose call is under way, are left alone. */
void hookwright_close(hookwright *handle);

/* Says that no call is under way on this thread any more, although some have not returned: a callback was left by
 * longjmp. From then on calls of this thread run on helper threads, their callbacks still here. No effect otherwise. */
void hookwright_unwound(void);

#ifdef __cplusplus
}
#endif

#endif
