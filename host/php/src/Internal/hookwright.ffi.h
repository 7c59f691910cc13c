typedef struct hookwright hookwright;
typedef struct hookwright_reply hookwright_reply;
typedef struct hookwright_text {
    char *data;
    size_t len;
} hookwright_text;
typedef int32_t (*hookwright_import)(void *context, const uint8_t *name, size_t name_len, const uint8_t *arguments,
                                     size_t arguments_len, hookwright_reply *reply);
const char *hookwright_version(void);
hookwright *hookwright_open(const char *options, size_t options_len, hookwright_import imports, void *context,
                            hookwright_text *error);
hookwright *hookwright_open_bytes(const uint8_t *component, size_t component_len, const char *options,
                                  size_t options_len, hookwright_import imports, void *context, hookwright_text *error);
int32_t hookwright_call(hookwright *handle, const char *name, size_t name_len, const char *arguments,
                        size_t arguments_len, hookwright_text *answer);
void hookwright_answer(hookwright_reply *reply, const char *text, size_t len);
void hookwright_free(hookwright_text *text);
void hookwright_close(hookwright *handle);
void hookwright_unwound(void);
