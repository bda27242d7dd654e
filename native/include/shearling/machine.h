// The machine as this process may use it.
#ifndef SHEARLING_MACHINE_H
#define SHEARLING_MACHINE_H

#include "status.h"

#ifdef __cplusplus
extern "C" {
#endif

struct shl_machine_info {
    int64_t memory_total; // bytes of the machine, or -1 where the system does not tell
    int64_t memory_available; // bytes that can be had without swapping, the limit below kept
    int64_t memory_limit; // bytes that a container or service may use, or -1 without a limit
    int32_t cores; // threads that a context computes with unless it is told otherwise
    int32_t cores_limit; // cores that a container or service may use, rounded up, or 0 without a limit
};

// As it is now.
SHL_API enum shl_status shl_machine_read(struct shl_machine_info * out) SHL_NOEXCEPT;

#ifdef __cplusplus
}
#endif

#endif
