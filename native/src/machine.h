// Memory of the machine, as far as this process may have it.
#ifndef SHEARLING_MACHINE_MEMORY_H
#define SHEARLING_MACHINE_MEMORY_H

#include <cstdint>
#include <string>

namespace shell {

// Bytes; -1 where the system does not tell. `root` stands before /proc and /sys; tests have files there.
struct MachineMemory {
    int64_t total = -1;
    int64_t available = -1; // without swapping, and no more than the control groups leave
    int64_t limit = -1; // of the control groups; -1 without one
};

MachineMemory machine_memory(const std::string & root = "");

} // namespace shell

#endif
