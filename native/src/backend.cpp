#include "allocator.h"
#include "capture.h"
#include "machine.h"
#include "registry.h"
#include "shell.h"

#include "ggml-backend.h"
#include "llama.h"

#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <mutex>

namespace shell {

std::shared_mutex & registry() {
    static auto * const mutex = new std::shared_mutex; // never destroyed: threads may outlive main
    return *mutex;
}

ggml_backend_dev_t cpu_device() {
    return ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU);
}

void prepare_ggml() {
    static std::once_flag once;
    std::call_once(once, [] {
        // What llama_backend_init does, less its search for plug-ins in the current directory.
        ggml_time_init();
        ggml_init_params params{};
        ggml_free(ggml_init(params));
        map_large_blocks();
    });
}

} // namespace shell

namespace {

template <size_t N>
void copy_text(char (&out)[N], const char * text) {
    std::snprintf(out, N, "%s", text == nullptr ? "" : text);
}

int32_t device_type(ggml_backend_dev_t device) {
    switch (ggml_backend_dev_type(device)) {
    case GGML_BACKEND_DEVICE_TYPE_CPU:
        return SHL_DEVICE_CPU;
    case GGML_BACKEND_DEVICE_TYPE_GPU:
        return SHL_DEVICE_GPU;
    case GGML_BACKEND_DEVICE_TYPE_IGPU:
        return SHL_DEVICE_INTEGRATED_GPU;
    default:
        return SHL_DEVICE_ACCELERATOR;
    }
}

// ggml calls all of the machine's memory free, and knows no containers.
void use_machine_memory(shl_device_info & info) {
    const auto memory = shell::machine_memory();
    info.memory_free = memory.available >= 0 ? memory.available : info.memory_free;
    info.memory_total = memory.limit >= 0 ? memory.limit : info.memory_total;
}

struct CloseLibrary {
    void operator()(void * library) const { dlclose(library); }
};

} // namespace

int32_t shl_version(void) noexcept {
    return SHL_VERSION;
}

const char * shl_llama_version(void) noexcept {
    return llama_version();
}

const char * shl_build_info(void) noexcept {
    return SHEARLING_COMPILER ", " SHEARLING_TARGET ", " SHEARLING_BUILD_TYPE;
}

shl_status shl_environment(const char * name, const char * value) noexcept {
    if (name == nullptr || *name == '\0' || std::strchr(name, '=') != nullptr) {
        return shell::fail(SHL_INVALID_ARGUMENT, "the name of an environment variable is missing or holds '='");
    }
    const int failed = value == nullptr ? unsetenv(name) : setenv(name, value, 1);
    return failed == 0 ? SHL_OK : shell::fail(SHL_FAILED, "the environment variable %s could not be set", name);
}

shl_status shl_backend_score(const char * path, int32_t * score) noexcept {
    return shell::guard([&] {
        if (path == nullptr || *path == '\0' || score == nullptr) {
            return shell::fail(SHL_INVALID_ARGUMENT, "path or score is NULL");
        }
        const std::unique_ptr<void, CloseLibrary> library(dlopen(path, RTLD_NOW | RTLD_LOCAL));
        if (!library) {
            return shell::fail(SHL_LOAD_FAILED, "%s", dlerror());
        }
        if (dlsym(library.get(), "ggml_backend_init") == nullptr) {
            return shell::fail(SHL_LOAD_FAILED, "%s is not a back end of ggml", path);
        }
        int (*rate)(void) = nullptr;
        void * const symbol = dlsym(library.get(), "ggml_backend_score");
        std::memcpy(&rate, &symbol, sizeof rate); // POSIX: a function's address fits a void *
        *score = rate == nullptr ? 1 : rate();
        return SHL_OK;
    });
}

shl_status shl_backend_load(const char * path) noexcept {
    return shell::guard([&] {
        if (path == nullptr || *path == '\0') {
            return shell::fail(SHL_INVALID_ARGUMENT, "path is NULL");
        }
        shell::prepare_ggml();
        const std::unique_lock lock(shell::registry());
        const shell::Capture capture;
        if (ggml_backend_load(path) == nullptr) {
            return shell::fail_with(SHL_LOAD_FAILED, capture.reason(nullptr, "the back end cannot be loaded"));
        }
        return SHL_OK;
    });
}

int32_t shl_device_count(void) noexcept {
    return shell::guard_value(int32_t{0}, [] {
        const std::shared_lock lock(shell::registry());
        return static_cast<int32_t>(ggml_backend_dev_count());
    });
}

shl_status shl_device_read(int32_t index, shl_device_info * out) noexcept {
    return shell::guard([&] {
        const std::shared_lock lock(shell::registry());
        const auto count = static_cast<int32_t>(ggml_backend_dev_count());
        if (out == nullptr || index < 0 || index >= count) {
            return shell::fail(SHL_INVALID_ARGUMENT, "there is no device %d: there are %d", index, count);
        }
        auto * const device = ggml_backend_dev_get(static_cast<size_t>(index));
        size_t free = 0;
        size_t total = 0;
        ggml_backend_dev_memory(device, &free, &total);
        *out = {};
        out->type = device_type(device);
        out->memory_free = static_cast<int64_t>(free);
        out->memory_total = static_cast<int64_t>(total);
        if (out->type == SHL_DEVICE_CPU) {
            use_machine_memory(*out);
        }
        copy_text(out->name, ggml_backend_dev_name(device));
        copy_text(out->description, ggml_backend_dev_description(device));
        copy_text(out->backend, ggml_backend_reg_name(ggml_backend_dev_backend_reg(device)));
        return SHL_OK;
    });
}

shl_status shl_cpu_features(shl_text ** out) noexcept {
    return shell::guard([&] {
        if (out == nullptr) {
            return shell::fail(SHL_INVALID_ARGUMENT, "out is NULL");
        }
        const std::shared_lock lock(shell::registry());
        std::string text;
        if (auto * const device = shell::cpu_device()) {
            auto * const reg = ggml_backend_dev_backend_reg(device);
            const auto read = reinterpret_cast<ggml_backend_get_features_t>(
                ggml_backend_reg_get_proc_address(reg, "ggml_backend_get_features"));
            for (const auto * feature = read == nullptr ? nullptr : read(reg);
                feature != nullptr && feature->name != nullptr; ++feature) {
                text += text.empty() ? "" : ", ";
                text += std::string(feature->name) + " = " + feature->value;
            }
        }
        *out = shell::new_text(std::move(text));
        return SHL_OK;
    });
}
