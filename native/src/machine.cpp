#include "machine.h"

#include "cgroup.h"
#include "shell.h"
#include "threads.h"

#include <algorithm>
#include <fstream>

namespace shell {

MachineMemory machine_memory(const std::string & root) {
    MachineMemory memory;
    std::ifstream meminfo(root + "/proc/meminfo");
    std::string name;
    for (int64_t kibibytes = 0; meminfo >> name >> kibibytes; meminfo.ignore(64, '\n')) {
        if (name == "MemTotal:") {
            memory.total = kibibytes * 1024;
        } else if (name == "MemAvailable:") {
            memory.available = kibibytes * 1024;
        }
    }
    const auto group = cgroup_memory(root);
    // Some write the machine's own size, or more, where they mean no limit.
    if (group.limit >= 0 && (memory.total < 0 || group.limit < memory.total)) {
        memory.limit = group.limit;
        memory.available = memory.available < 0 ? group.available : std::min(memory.available, group.available);
    }
    return memory;
}

} // namespace shell

shl_status shl_machine_read(shl_machine_info * out) noexcept {
    return shell::guard([&] {
        if (out == nullptr) {
            return shell::fail(SHL_INVALID_ARGUMENT, "out is NULL");
        }
        const auto memory = shell::machine_memory();
        *out = {};
        out->memory_total = memory.total;
        out->memory_available = memory.available;
        out->memory_limit = memory.limit;
        out->cores = shell::usable_cores();
        out->cores_limit = shell::cgroup_cores();
        return SHL_OK;
    });
}
