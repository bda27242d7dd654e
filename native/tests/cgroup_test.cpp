#include "cgroup.h"
#include "fixture.h"

#include <filesystem>
#include <fstream>

using namespace fixture;

namespace {

constexpr int64_t GIB = int64_t{1} << 30;

// Files as the kernel shows them, below a folder of this test's own.
class Tree {
public:
    Tree() : root(own_file("cgroup")) { std::filesystem::remove_all(root); }
    ~Tree() { std::filesystem::remove_all(root); }
    Tree(const Tree &) = delete;
    Tree & operator=(const Tree &) = delete;

    Tree & file(const std::string & path, const std::string & text) {
        const std::filesystem::path file = root + path;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file) << text;
        return *this;
    }

    // Version 2, with this process in /web/app of what is mounted.
    Tree & unified() {
        return file("/proc/self/cgroup", "0::/web/app\n")
            .file("/proc/self/mountinfo",
                "22 1 8:1 / / rw - ext4 /dev/sda rw\n31 23 0:28 / /sys/fs/cgroup rw shared:4 - cgroup2 cgroup2 rw\n");
    }

    // Version 1 in a container that sees the names of its host.
    Tree & legacy() {
        return file("/proc/self/cgroup", "9:memory:/docker/7f\n4:cpu,cpuacct:/docker/7f\n1:name=systemd:/docker/7f\n")
            .file("/proc/self/mountinfo",
                "32 31 0:29 /docker/7f /sys/fs/cgroup/cpu,cpuacct ro - cgroup cgroup rw,cpu,cpuacct\n"
                "35 31 0:32 /docker/7f /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n");
    }

    std::string root;
};

void expect_memory(const Tree & tree, int64_t limit, int64_t available) {
    const auto memory = shell::cgroup_memory(tree.root);
    EXPECT_EQ(memory.limit, limit);
    EXPECT_EQ(memory.available, available);
}

} // namespace

TEST(Cgroup, cores_noFiles_noLimit) {
    const Tree tree;
    EXPECT_EQ(shell::cgroup_cores(tree.root), 0);
    expect_memory(tree, -1, -1);
}

TEST(Cgroup, cores_version2_leastOfAllLevelsRoundedUp) {
    Tree tree;
    tree.unified().file("/sys/fs/cgroup/web/app/cpu.max", "max 100000\n");
    EXPECT_EQ(shell::cgroup_cores(tree.root), 0);
    tree.file("/sys/fs/cgroup/web/cpu.max", "250000 100000\n");
    EXPECT_EQ(shell::cgroup_cores(tree.root), 3);
    tree.file("/sys/fs/cgroup/web/app/cpu.max", "50000 100000\n");
    EXPECT_EQ(shell::cgroup_cores(tree.root), 1);
    tree.file("/sys/fs/cgroup/cpu.max", "10000 0\n");
    EXPECT_EQ(shell::cgroup_cores(tree.root), 1) << "a period of nothing is no limit";
}

TEST(Cgroup, cores_version1_quotaByPeriod) {
    Tree tree;
    tree.legacy()
        .file("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "-1\n")
        .file("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n");
    EXPECT_EQ(shell::cgroup_cores(tree.root), 0);
    tree.file("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "150000\n");
    EXPECT_EQ(shell::cgroup_cores(tree.root), 2);
}

TEST(Cgroup, memory_version2_cachedFilesAreFree) {
    Tree tree;
    tree.unified()
        .file("/sys/fs/cgroup/web/app/memory.max", "4294967296\n")
        .file("/sys/fs/cgroup/web/app/memory.current", "3221225472\n")
        .file("/sys/fs/cgroup/web/app/memory.stat",
            "anon 1\nfile 7\ninactive_file 1073741824\nactive_file 536870912\nshmem 5\n");
    expect_memory(tree, 4 * GIB, 4 * GIB - 3 * GIB + GIB + GIB / 2);
}

TEST(Cgroup, memory_version2_theTightestLevelDecides) {
    Tree tree;
    tree.unified()
        .file("/sys/fs/cgroup/web/app/memory.max", "max\n")
        .file("/sys/fs/cgroup/web/app/memory.high", "2147483648\n")
        .file("/sys/fs/cgroup/web/app/memory.current", "0\n")
        .file("/sys/fs/cgroup/web/memory.max", "8589934592\n")
        .file("/sys/fs/cgroup/web/memory.current", "8053063680\n");
    expect_memory(tree, 2 * GIB, GIB / 2);
}

TEST(Cgroup, memory_version1_inAContainerUnderItsHostsName) {
    Tree tree;
    tree.legacy().file("/sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
    expect_memory(tree, -1, -1);
    tree.file("/sys/fs/cgroup/memory/memory.limit_in_bytes", "1073741824\n")
        .file("/sys/fs/cgroup/memory/memory.usage_in_bytes", "2147483648\n")
        .file("/sys/fs/cgroup/memory/memory.stat", "inactive_file 9\ntotal_inactive_file 4096\ntotal_active_file 0\n");
    expect_memory(tree, GIB, 0);
    tree.file("/sys/fs/cgroup/memory/memory.usage_in_bytes", "1073741824\n");
    expect_memory(tree, GIB, 4096);
}

TEST(Cgroup, memory_brokenFiles_noLimit) {
    Tree tree;
    tree.file("/proc/self/cgroup", "wool\n0\n::\n0::\n")
        .file("/proc/self/mountinfo", "\n- - -\n31 23 0:28 / /sys/fs/cgroup rw - cgroup2\n")
        .file("/sys/fs/cgroup/memory.max", "-5\n");
    expect_memory(tree, -1, -1);
}

TEST(Machine, read_here_hasCoresAndMemory) {
    shl_machine_info info;
    ASSERT_EQ(shl_machine_read(&info), SHL_OK);
    EXPECT_GT(info.memory_total, 0);
    EXPECT_GT(info.memory_available, 0);
    EXPECT_LT(info.memory_available, info.memory_total);
    EXPECT_GE(info.cores, 1);
    EXPECT_GE(info.cores_limit, 0);
    EXPECT_EQ(shl_machine_read(nullptr), SHL_INVALID_ARGUMENT);
}
