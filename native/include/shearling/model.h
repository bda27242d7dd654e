// A model: weights and vocabulary. A model may be used from any number of threads at once; it must outlive everything
// made from it.
#ifndef SHEARLING_MODEL_H
#define SHEARLING_MODEL_H

#include "status.h"

#ifdef __cplusplus
extern "C" {
#endif

// Progress of a load, and the way to cancel it. May be read and cancelled from any thread while the load runs in
// another.
typedef struct shl_progress shl_progress;

SHL_API enum shl_status shl_progress_new(shl_progress ** out) SHL_NOEXCEPT;

// Share of the work done, 0 to 1.
SHL_API float shl_progress_fraction(const shl_progress * progress) SHL_NOEXCEPT;
SHL_API void shl_progress_cancel(shl_progress * progress) SHL_NOEXCEPT;
SHL_API void shl_progress_free(shl_progress * progress) SHL_NOEXCEPT;

typedef struct shl_model shl_model;

enum shl_load_mode {
    SHL_LOAD_MAP = 0, // map the file; pages come when they are touched and are shared between processes
    SHL_LOAD_READ = 1, // read the file into anonymous memory
    SHL_LOAD_MAP_LOCKED = 2, // map and keep in memory
};

struct shl_model_params {
    int32_t gpu_layers; // layers to keep on GPUs; negative: all
    int32_t load_mode; // enum shl_load_mode
    int32_t split_mode; // 0 none, 1 layers, 2 rows
    int32_t main_device; // index into `devices` when split_mode is 0
    const int32_t * devices; // indices of shl_device_read; NULL: every GPU there is
    int32_t device_count; // -1: `devices` is NULL and every GPU is used; 0: CPU only
    bool vocabulary_only; // no weights: tokenizer and chat template only
    bool check_tensors; // look for NaN and infinities while loading; reads the whole file
    bool repack; // allow weights to be laid out anew for faster kernels, in anonymous memory
};

SHL_API void shl_model_params_default(struct shl_model_params * out) SHL_NOEXCEPT;

// Loads the GGUF file at path (UTF-8); of a split file the first part is named. progress may be NULL. Blocks. A CPU
// back end has to be loaded before; else SHL_UNSUPPORTED. The file must have been checked before: a header that
// upstream refuses is SHL_LOAD_FAILED, with upstream's reason in the message. SHL_CANCELLED when progress was
// cancelled, even before the call.
SHL_API enum shl_status shl_model_load(
    const char * path, const struct shl_model_params * params, shl_progress * progress, shl_model ** out) SHL_NOEXCEPT;

// NULL is allowed.
SHL_API void shl_model_free(shl_model * model) SHL_NOEXCEPT;

// Names of the architectures that can be loaded, as general.architecture spells them, separated by blanks. Caller
// frees.
SHL_API enum shl_status shl_architectures(shl_text ** out) SHL_NOEXCEPT;

// The llama_model inside, for the low-level binding. Borrowed.
SHL_API void * shl_model_native(const shl_model * model) SHL_NOEXCEPT;

enum shl_vocab_type {
    SHL_VOCAB_NONE = 0,
    SHL_VOCAB_SENTENCEPIECE = 1,
    SHL_VOCAB_BPE = 2,
    SHL_VOCAB_WORDPIECE = 3,
    SHL_VOCAB_UNIGRAM = 4,
    SHL_VOCAB_RWKV = 5,
    SHL_VOCAB_PLAMO2 = 6,
    SHL_VOCAB_TEST = 7,
};

struct shl_model_info {
    int64_t size_bytes; // of all tensors
    int64_t parameter_count;
    int32_t vocabulary_size;
    int32_t vocabulary_type; // enum shl_vocab_type
    int32_t context_length; // trained
    int32_t embedding_length;
    int32_t embedding_length_out; // of an embedding this model gives
    int32_t block_count;
    int32_t head_count;
    int32_t head_count_kv;
    int32_t sliding_window; // 0: none
    int32_t class_count; // outputs of the classifier head; 0: none
    bool encoder; // has a part that sees the whole text at once
    bool decoder; // has a part that sees only what came before, or a diffusion model: gives logits
    bool recurrent;
    bool hybrid;
    bool diffusion;
};

// Of a model loaded with vocabulary_only, only size_bytes, parameter_count, the vocabulary and the family flags are
// known.
SHL_API enum shl_status shl_model_read(const shl_model * model, struct shl_model_info * out) SHL_NOEXCEPT;

// One line for people: size class, type mix. Caller frees.
SHL_API enum shl_status shl_model_description(const shl_model * model, shl_text ** out) SHL_NOEXCEPT;

#ifdef __cplusplus
}
#endif

#endif
