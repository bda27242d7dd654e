// shearling-probe on plug-ins that go wrong. What hangs is tested where somebody waits for it, in Java.
#include "fixture.h"

#include <sys/wait.h>

#include <cstdio>

using namespace fixture;

namespace {

struct Run {
    int status;
    std::string said;
};

Run probe(const std::string & arguments) {
    const auto command = std::string("'") + SHEARLING_TEST_PROBE + "' " + arguments + " 2>&1";
    FILE * const pipe = popen(command.c_str(), "r");
    std::string said;
    for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) {
        said += static_cast<char>(c);
    }
    return {pclose(pipe), said};
}

Run plugin(const std::string & name) {
    return probe(SHEARLING_FAULTY_PLUGINS "/libggml-" + name + ".so");
}

} // namespace

TEST(Probe, plugin_cpuVariant_multiplies) {
    const std::string paths[] = {SHEARLING_TEST_PLUGINS};
    const auto run = probe(paths[0]);
    EXPECT_EQ(run.status, 0);
    EXPECT_EQ(run.said.rfind("device CPU: ", 0), 0U) << run.said;
    EXPECT_NE(run.said.find("\nplugin ok\n"), std::string::npos) << run.said;
}

TEST(Probe, plugin_withoutDevices_good) {
    EXPECT_EQ(plugin("nothing").said, "plugin ok\n");
}

TEST(Probe, plugin_thatCannotBeUsed_saysWhy) {
    const std::pair<const char *, const char *> causes[] = {
        {"refuse", "NULL"},
        {"other-version", "incompatible API version"},
        {"empty", "ggml_backend_init"},
        {"stranger", "undefined symbol: ggml_backend_of_another_release"},
        {"needy", "libabsent.so.7"},
        {"cpu-unfit", "not supported on this system"},
        {"no-such-file", "No such file"},
    };
    for (const auto & [name, cause] : causes) {
        const auto run = plugin(name);
        EXPECT_EQ(run.status, 0) << name;
        EXPECT_EQ(run.said.rfind("plugin bad ", 0), 0U) << run.said;
        EXPECT_NE(run.said.find(cause), std::string::npos) << run.said;
    }
}

TEST(Probe, plugin_thatEndsTheProcess_saysNothingGood) {
    for (const char * const name : {"abort", "crash", "exit", "crash-when-used"}) {
        const auto run = plugin(name);
        EXPECT_EQ(run.said.find("plugin"), std::string::npos) << run.said;
        EXPECT_EQ(WIFSIGNALED(run.status) || WEXITSTATUS(run.status) > 128, std::string(name) != "exit") << name;
    }
}

TEST(Probe, usage_wrong_exitsWith2) {
    const auto run = probe("");
    EXPECT_EQ(WEXITSTATUS(run.status), 2);
    EXPECT_NE(run.said.find("usage"), std::string::npos);
}
