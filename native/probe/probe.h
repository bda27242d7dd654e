// What the two trials of shearling-probe share.
#ifndef SHEARLING_PROBE_H
#define SHEARLING_PROBE_H

#include <cstdio>
#include <cstdlib>

namespace probe {

// A finding: one line on stdout, at once, so that what is missing tells where the process died.
inline void say(const char * what, const char * detail = "") {
    if (std::printf("%s%s\n", what, detail) < 0 || std::fflush(stdout) != 0) {
        std::_Exit(3);
    }
}

// Ends the process: nothing is said about the file.
[[noreturn]] inline void cannot_tell(const char * why) {
    std::fprintf(stderr, "shearling-probe: %s\n", why);
    std::exit(2);
}

// Both say what they find.
void try_model(const char * cpu_plugin, const char * model);
void try_plugin(const char * plugin);

} // namespace probe

#endif
