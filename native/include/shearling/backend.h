// Back ends (plug-ins of ggml) and the devices they bring.
#ifndef SHEARLING_BACKEND_H
#define SHEARLING_BACKEND_H

#include "log.h"
#include "status.h"

#ifdef __cplusplus
extern "C" {
#endif

// Version of this header. Grows when something is added; nothing is ever removed or renumbered.
#define SHL_VERSION 1

SHL_API int32_t shl_version(void) SHL_NOEXCEPT;

// Version of the llama.cpp inside, for example "0.5.0". Static memory.
SHL_API const char * shl_llama_version(void) SHL_NOEXCEPT;

// Compiler and target of this build. Static memory.
SHL_API const char * shl_build_info(void) SHL_NOEXCEPT;

// Sets an environment variable of the process for back ends that read their settings so; a NULL value unsets it. Call
// it before the back end is loaded. Not thread-safe, as setenv is not.
SHL_API enum shl_status shl_environment(const char * name, const char * value) SHL_NOEXCEPT;

// How well the plug-in in the file at path (UTF-8) suits this machine's CPU: 0 when it cannot run here, else the higher
// the better. A plug-in without a score has 1. The file is opened and closed again.
SHL_API enum shl_status shl_backend_score(const char * path, int32_t * score) SHL_NOEXCEPT;

// Loads a plug-in for the life of the process. Its devices join the list. Refused with SHL_LOAD_FAILED when the file
// cannot be loaded or speaks another version of ggml's interface. Thread-safe.
SHL_API enum shl_status shl_backend_load(const char * path) SHL_NOEXCEPT;

enum shl_device_type {
    SHL_DEVICE_CPU = 0,
    SHL_DEVICE_GPU = 1,
    SHL_DEVICE_INTEGRATED_GPU = 2,
    SHL_DEVICE_ACCELERATOR = 3,
};

struct shl_device_info {
    int32_t type; // enum shl_device_type
    int64_t memory_free; // bytes; of a CPU what the system can hand out without swapping, a container's limit kept
    int64_t memory_total; // bytes; of a CPU in a container its limit
    char name[64]; // "CPU", "CUDA0"
    char description[128]; // the product's name
    char backend[32]; // "CPU", "CUDA"
};

SHL_API int32_t shl_device_count(void) SHL_NOEXCEPT;
SHL_API enum shl_status shl_device_read(int32_t index, struct shl_device_info * out) SHL_NOEXCEPT;

// Instruction sets and settings of the CPU back end as "AVX2 = 1, ...", empty before one is loaded. Caller frees.
SHL_API enum shl_status shl_cpu_features(shl_text ** out) SHL_NOEXCEPT;

#ifdef __cplusplus
}
#endif

#endif
