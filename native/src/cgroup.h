// What the control groups of this process leave it of the machine: containers and services are limited so. Versions 1
// and 2 of Linux; without groups nothing is limited.
#ifndef SHEARLING_CGROUP_H
#define SHEARLING_CGROUP_H

#include <cstdint>
#include <string>

namespace shell {

// A group can have less than it is allowed: those it lies in are limited too. So every figure is the least of the group
// and all above it. `root` stands before /proc and /sys; tests have files there.

// Share of CPU time in cores, rounded up; 0 without a limit.
int32_t cgroup_cores(const std::string & root = "");

struct CgroupMemory {
    int64_t limit = -1; // bytes; -1 without a limit
    int64_t available = -1; // bytes below the limit; cached files count, because the kernel drops them first
};

CgroupMemory cgroup_memory(const std::string & root = "");

} // namespace shell

#endif
