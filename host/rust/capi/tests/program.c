/* A C program against hookwright.h: what the header says, step by step. Any step that is not so ends it with a message. */
#include "hookwright.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct host {
    const char *cache;
    hookwright *handle;
    int calls;
    int fail;
    int escape;
    char reentry[256];
};

static jmp_buf outside;

static void check(int holds, const char *what, const char *seen)
{
    if (!holds) {
        fprintf(stderr, "not so: %s\nseen: %s\n", what, seen);
        exit(1);
    }
}

static int is(const uint8_t *text, size_t len, const char *expected)
{
    return len == strlen(expected) && memcmp(text, expected, len) == 0;
}

static void answer(hookwright_reply *reply, const char *text)
{
    hookwright_answer(reply, text, strlen(text));
}

static int32_t imports(void *context, const uint8_t *name, size_t name_len, const uint8_t *arguments,
                       size_t arguments_len, hookwright_reply *reply)
{
    struct host *host = context;
    (void)arguments;
    (void)arguments_len;
    host->calls++;
    if (host->escape)
        longjmp(outside, 1);
    if (host->fail) {
        answer(reply, "the program does not want to");
        return 1;
    }
    if (is(name, name_len, "environment.config"))
        answer(reply, "[]");
    else if (is(name, name_len, "environment.now"))
        answer(reply, "1750000000000");
    else if (is(name, name_len, "environment.random-bytes")) {
        hookwright_text text;
        if (hookwright_call(host->handle, "signing.generate-secret", 23, "[24]", 4, &text) != 0 && text.len < 256)
            memcpy(host->reentry, text.data, text.len);
        hookwright_free(&text);
        answer(reply, "\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYX\"");
    } else if (is(name, name_len, "environment.log"))
        answer(reply, "");
    else {
        answer(reply, "not in this program");
        return 1;
    }
    return 0;
}

/* Calls, checks the code, and copies the answer into `copy`. */
static const char *call(hookwright *handle, const char *name, const char *arguments, int expected)
{
    static char copy[4096];
    hookwright_text text;
    int code = hookwright_call(handle, name, strlen(name), arguments, strlen(arguments), &text);
    size_t len = text.len < sizeof copy - 1 ? text.len : sizeof copy - 1;
    memcpy(copy, text.data, len);
    copy[len] = 0;
    hookwright_free(&text);
    check(text.data == NULL && text.len == 0, "a text is empty after it was given back", copy);
    hookwright_free(&text);
    check((code != 0) == expected, name, copy);
    return copy;
}

static hookwright *open_with(struct host *host, const char *options)
{
    hookwright_text error;
    hookwright *handle = hookwright_open(options, strlen(options), imports, host, &error);
    if (handle == NULL)
        fprintf(stderr, "%.*s\n", (int)error.len, error.data);
    hookwright_free(&error);
    return handle;
}

static void refuses(const char *options, const char *kind)
{
    hookwright_text error;
    hookwright *handle = hookwright_open(options, strlen(options), imports, NULL, &error);
    char text[1024] = {0};
    memcpy(text, error.data, error.len < 1023 ? error.len : 1023);
    check(handle == NULL && strstr(text, kind) != NULL, kind, text);
    hookwright_free(&error);
}

int main(int argc, char **argv)
{
    check(argc == 4, "three arguments: component, folder for the cache, version", "");
    struct host host = {.cache = argv[2]};
    char options[1024];
    snprintf(options, sizeof options, "{\"path\":\"%s\",\"cache\":\"%s\"}", argv[1], argv[2]);

    check(strcmp(hookwright_version(), argv[3]) == 0, "the version is the crate's", hookwright_version());
    refuses("{\"path\":\"/nowhere/hookwright.wasm\"}", "\"load\"");
    refuses("{\"pfad\":1}", "\"options\"");
    refuses("\xff", "\"invalid-utf8\"");

    hookwright *handle = open_with(&host, options);
    check(handle != NULL, "the component opens", "NULL");
    host.handle = handle;

    const char *seen = call(handle, "lifecycle.check-config", "[]", 0);
    check(strcmp(seen, "{\"ok\":null}") == 0, "the configuration is good", seen);
    seen = call(handle, "signing.generate-secret", "[24]", 0);
    check(strcmp(seen, "{\"ok\":\"whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX\"}") == 0, "random bytes reach the core", seen);
    check(strstr(host.reentry, "\"busy\"") != NULL, "re-entry is refused as busy", host.reentry);
    seen = call(handle, "signing.generate-secret", "[5]", 0);
    check(strncmp(seen, "{\"err\":{\"invalid\":", 18) == 0, "a declared error is an answer", seen);

    seen = call(handle, "signing.generate", "[]", 1);
    check(strstr(seen, "\"unknown-function\"") != NULL, "an unknown function is named", seen);
    seen = call(handle, "signing.generate-secret", "[]", 1);
    check(strstr(seen, "\"argument\"") != NULL && strstr(seen, "len") != NULL, "a missing argument is named", seen);
    seen = call(handle, "signing.generate-secret", "[-1]", 1);
    check(strstr(seen, "0 to 4294967295") != NULL, "a wrong argument is named", seen);
    seen = call(handle, "signing.generate-secret", "[", 1);
    check(strstr(seen, "\"invalid-json\"") != NULL, "broken JSON is named", seen);
    seen = call(handle, "guard.check-url", "[\"\xc3\"]", 1);
    check(strstr(seen, "\"invalid-utf8\"") != NULL, "invalid UTF-8 is named", seen);
    seen = call(handle, "guard.check-address", "[\"127.0.0.1\"]", 0);
    check(strstr(seen, "loopback") != NULL, "the guard answers", seen);
    seen = call(NULL, "guard.check-address", "[\"::1\"]", 1);
    check(strstr(seen, "\"closed\"") != NULL, "no handle is an error", seen);

    host.fail = 1;
    seen = call(handle, "signing.generate-secret", "[24]", 1);
    check(strstr(seen, "\"import\"") != NULL && strstr(seen, "does not want") != NULL, "a failed callback", seen);
    host.fail = 0;
    seen = call(handle, "signing.generate-secret", "[24]", 0);
    check(strncmp(seen, "{\"ok\"", 5) == 0, "the handle lives after it", seen);

    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        seen = call(handle, "guard.check-address", "[\"::1\"]", 1);
        check(strstr(seen, "\"forked\"") != NULL, "a forked handle says so", seen);
        hookwright_close(handle);
        hookwright *fresh = open_with(&host, options);
        check(fresh != NULL, "a child opens its own", "NULL");
        seen = call(fresh, "guard.check-address", "[\"::1\"]", 0);
        hookwright_close(fresh);
        _exit(0);
    }
    int status = 1;
    waitpid(child, &status, 0);
    check(WIFEXITED(status) && WEXITSTATUS(status) == 0, "the child ends well", "see above");

    FILE *file = fopen(argv[1], "rb");
    check(file != NULL, "the component's file", argv[1]);
    static uint8_t bytes[8 << 20];
    size_t len = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    hookwright_text error;
    char folder[1024];
    snprintf(folder, sizeof folder, "{\"cache\":\"%s\"}", argv[2]);
    hookwright *other = hookwright_open_bytes(bytes, len, folder, strlen(folder), imports, &host, &error);
    check(other != NULL, "the component opens from memory", "NULL");
    seen = call(other, "guard.check-address", "[\"8.8.8.8\"]", 0);
    check(strcmp(seen, "{\"ok\":{\"ok\":null}}") == 0, "a second handle answers", seen);
    hookwright_close(other);

    hookwright *left = open_with(&host, options);
    host.escape = 1;
    if (setjmp(outside) == 0)
        call(left, "signing.generate-secret", "[24]", 0);
    host.escape = 0;
    hookwright_unwound();
    seen = call(left, "guard.check-address", "[\"::1\"]", 1);
    check(strstr(seen, "\"busy\"") != NULL, "a handle that was left is unusable", seen);
    hookwright_close(left);
    seen = call(handle, "signing.generate-secret", "[24]", 0);
    check(strncmp(seen, "{\"ok\"", 5) == 0, "other handles go on, on a helper thread", seen);
    host.fail = 1;
    seen = call(handle, "signing.generate-secret", "[24]", 1);
    check(strstr(seen, "does not want") != NULL, "and so do the failures of their callbacks", seen);
    hookwright_close(handle);
    hookwright_close(NULL);
    printf("%d imports answered\n", host.calls);
    return 0;
}
