#include "cgroup.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <sstream>
#include <vector>

namespace shell {

namespace {

// A folder with the files of a group, of this process's own or of one above it.
struct Group {
    std::string folder;
    bool unified; // version 2
};

bool lists(const std::string & names, const std::string & name) {
    return ("," + names + ",").find("," + name + ",") != std::string::npos;
}

// The path of this process's group, as /proc/self/cgroup has it ("4:memory:/web"); empty where there is none.
std::string path_of_process(const std::string & root, const std::string & controller, bool unified) {
    std::ifstream file(root + "/proc/self/cgroup");
    for (std::string line; std::getline(file, line);) {
        const auto first = line.find(':');
        const auto second = line.find(':', first + 1);
        if (second == std::string::npos) {
            continue;
        }
        const auto controllers = line.substr(first + 1, second - first - 1);
        if (unified ? line.compare(0, first, "0") == 0 && controllers.empty() : lists(controllers, controller)) {
            return line.substr(second + 1);
        }
    }
    return "";
}

// The part of a group's path that lies below what is mounted. A container sees its own group as the top.
std::string below(const std::string & path, const std::string & mounted) {
    if (mounted == "/") {
        return path == "/" ? "" : path;
    }
    return path.compare(0, mounted.size() + 1, mounted + "/") == 0 ? path.substr(mounted.size()) : "";
}

// The group of this process and all above it, for one controller. Both versions may be mounted at once.
std::vector<Group> groups(const std::string & root, const std::string & controller) {
    std::vector<Group> found;
    std::ifstream mounts(root + "/proc/self/mountinfo");
    for (std::string line; std::getline(mounts, line);) {
        std::istringstream words(line);
        std::string skipped;
        std::string mounted;
        std::string point;
        words >> skipped >> skipped >> skipped >> mounted >> point;
        while (words >> skipped && skipped != "-") {
        }
        std::string type;
        std::string options;
        words >> type >> skipped >> options;
        const bool unified = type == "cgroup2";
        if (!unified && !(type == "cgroup" && lists(options, controller))) {
            continue;
        }
        const auto path = path_of_process(root, controller, unified);
        if (path.empty()) {
            continue;
        }
        const auto top = root + point;
        for (auto folder = top + below(path, mounted); folder.size() >= top.size(); folder.resize(folder.rfind('/'))) {
            found.push_back({folder, unified});
        }
    }
    return found;
}

constexpr int64_t NONE = std::numeric_limits<int64_t>::max();

// Version 1 writes "none" as the largest multiple of a page, version 2 as "max".
int64_t read_limit(const std::string & path) {
    int64_t bytes = 0;
    return std::ifstream(path) >> bytes && bytes >= 0 && bytes < (NONE >> 1) ? bytes : NONE;
}

// Bytes that are charged to the group although the kernel would drop them before it refuses memory: cached files,
// mapped weights among them.
int64_t droppable(const Group & group) {
    const std::string prefix = group.unified ? "" : "total_";
    std::ifstream file(group.folder + "/memory.stat");
    int64_t sum = 0;
    std::string name;
    for (int64_t bytes = 0; file >> name >> bytes;) {
        if (name == prefix + "inactive_file" || name == prefix + "active_file") {
            sum += bytes;
        }
    }
    return sum;
}

// Cores' worth of time, 0 without a limit.
double quota(const Group & group) {
    double share = 0;
    double period = 0;
    if (group.unified) {
        std::ifstream(group.folder + "/cpu.max") >> share >> period; // "max 100000" or "150000 100000"
    } else {
        std::ifstream(group.folder + "/cpu.cfs_quota_us") >> share; // -1 without a limit
        std::ifstream(group.folder + "/cpu.cfs_period_us") >> period;
    }
    return share > 0 && period > 0 ? share / period : 0;
}

} // namespace

int32_t cgroup_cores(const std::string & root) {
    double least = 0;
    for (const auto & group : groups(root, "cpu")) {
        const double cores = quota(group);
        least = cores > 0 && (least == 0 || cores < least) ? cores : least;
    }
    return static_cast<int32_t>(std::ceil(std::min(least, 1e6)));
}

CgroupMemory cgroup_memory(const std::string & root) {
    CgroupMemory memory;
    for (const auto & group : groups(root, "memory")) {
        const auto file = [&](const char * name) { return group.folder + "/" + name; };
        const auto limit = group.unified ? std::min(read_limit(file("memory.max")), read_limit(file("memory.high")))
                                         : read_limit(file("memory.limit_in_bytes"));
        if (limit == NONE) {
            continue;
        }
        int64_t used = 0;
        std::ifstream(file(group.unified ? "memory.current" : "memory.usage_in_bytes")) >> used;
        const auto available = std::clamp(limit - used + droppable(group), int64_t{0}, limit);
        memory.limit = memory.limit < 0 ? limit : std::min(memory.limit, limit);
        memory.available = memory.available < 0 ? available : std::min(memory.available, available);
    }
    return memory;
}

} // namespace shell
