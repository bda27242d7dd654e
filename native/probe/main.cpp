// shearling-probe tries a file in a process that may die of it. ggml ends the process when an assertion fails, a
// plug-in brings its driver along, and no check of a file can foresee it all.
//
//   shearling-probe CPU_PLUGIN MODEL    model ok | model bad REASON, then template ok | template bad REASON
//   shearling-probe PLUGIN              device NAME: PRODUCT for each, then plugin ok | plugin bad REASON
//
// Exit code 0: all was said. 2: wrong usage, or this machine cannot tell (no memory, a broken installation). 3: there
// is no space for what it says.
#include "probe.h"

#include <sys/resource.h>
#include <unistd.h>

namespace {

constexpr unsigned LONGEST_PLUGIN_SECONDS = 3600; // whoever asked may have gone

} // namespace

int main(int count, char ** arguments) {
    const rlimit no_core{0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    if (count == 3) {
        probe::try_model(arguments[1], arguments[2]);
    } else if (count == 2) {
        alarm(LONGEST_PLUGIN_SECONDS);
        probe::try_plugin(arguments[1]);
    } else {
        probe::cannot_tell("usage: shearling-probe CPU_PLUGIN MODEL, or shearling-probe PLUGIN");
    }
    // Weights and devices go with the process; no driver has a say in how it ends.
    std::_Exit(0);
}
