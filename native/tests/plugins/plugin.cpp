// Plug-ins that go wrong, each in the way that PLUGIN_DOES names, and one that is good and has no device.
#include "ggml-backend-impl.h"

#include <csignal>
#include <cstdlib>

namespace {

enum Behaviour { NOTHING, ABORT, CRASH, EXIT, LOOP, REFUSE, OTHER_VERSION, CRASH_WHEN_USED };

const char * name(ggml_backend_reg_t) {
    return "Wool";
}

size_t device_count(ggml_backend_reg_t) {
    return PLUGIN_DOES == CRASH_WHEN_USED ? 1 : 0;
}

const char * device_text(ggml_backend_dev_t) {
    return "Wool0";
}

// Only this one is ever asked of the device, and it dies.
ggml_backend_t begin(ggml_backend_dev_t, const char *) {
    std::abort();
}

ggml_backend_dev_t device(ggml_backend_reg_t reg, size_t) {
    static ggml_backend_device device = [reg] {
        ggml_backend_device made{};
        made.iface.get_name = device_text;
        made.iface.get_description = device_text;
        made.iface.init_backend = begin;
        made.reg = reg;
        return made;
    }();
    return &device;
}

ggml_backend_reg wool{
    PLUGIN_DOES == OTHER_VERSION ? GGML_BACKEND_API_VERSION + 1 : GGML_BACKEND_API_VERSION,
    {name, device_count, device, nullptr},
    nullptr,
};

ggml_backend_reg_t make() {
    volatile bool forever = true;
    switch (PLUGIN_DOES) {
    case ABORT:
        std::abort();
    case CRASH:
        std::raise(SIGSEGV);
        break;
    case EXIT:
        std::exit(0);
    case LOOP:
        while (forever) {
        }
        break;
    case REFUSE:
        return nullptr;
    default:
        break;
    }
    return &wool;
}

} // namespace

GGML_BACKEND_DL_IMPL(make)
