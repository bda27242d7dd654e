// Chat templates: the model's own Jinja, rendered by llama.cpp's engine.
#ifndef SHEARLING_CHAT_H
#define SHEARLING_CHAT_H

#include "model.h"

#ifdef __cplusplus
extern "C" {
#endif

// A parsed template. Immutable, thread-safe (one thread at a time renders). It keeps no reference to the model.
typedef struct shl_template shl_template;

// source: Jinja text in UTF-8, or NULL for the model's own. SHL_UNSUPPORTED when NULL and the model has none;
// SHL_BAD_TEMPLATE when it does not parse.
SHL_API enum shl_status shl_template_new(
    const shl_model * model, const char * source, shl_template ** out) SHL_NOEXCEPT;
SHL_API void shl_template_free(shl_template * template_) SHL_NOEXCEPT;

// The Jinja text. Caller frees.
SHL_API enum shl_status shl_template_source(const shl_template * template_, shl_text ** out) SHL_NOEXCEPT;

// Renders messages to the text of a prompt. request and *out are JSON in UTF-8:
//   request {"messages": [{"role": "user", "content": "..."}, ...], "tools": [...], "add_generation_prompt": true,
//            "enable_thinking": true, "kwargs": {"name": "JSON text"}}    (OpenAI's shapes; only messages is required)
//   out     {"prompt": "...", "stops": ["..."], "thinking": false}
// The prompt is what llama-server's /apply-template gives. It has no BOS at its start where the tokenizer adds one, so
// tokenize it with add_special and parse_special. When the last message is the assistant's, the prompt ends inside of
// it, for the model to go on. `thinking`: the reply may begin with the model's reasoning. A request that is not of this
// shape is SHL_INVALID_ARGUMENT; SHL_BAD_TEMPLATE when the template refuses the messages, with its reason. Caller frees
// *out.
SHL_API enum shl_status shl_template_apply(
    const shl_template * template_, const uint8_t * request, int64_t size, shl_text ** out) SHL_NOEXCEPT;

#ifdef __cplusplus
}
#endif

#endif
