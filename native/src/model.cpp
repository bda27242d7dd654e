#include "allocator.h"
#include "capture.h"
#include "handles.h"
#include "inside.h"
#include "registry.h"
#include "shell.h"

#include "llama.h"

#include <memory>
#include <vector>

struct shl_progress {
    std::atomic<float> fraction{0};
    std::atomic<bool> cancelled{false};
};

namespace {

using shell::fail;

struct FreeModel {
    void operator()(llama_model * model) const { llama_model_free(model); }
};

bool on_progress(float fraction, void * data) {
    auto * const progress = static_cast<shl_progress *>(data);
    progress->fraction.store(fraction, std::memory_order_relaxed);
    return !progress->cancelled.load(std::memory_order_relaxed);
}

shl_status check(const shl_model_params & params) {
    if (params.load_mode < SHL_LOAD_MAP || params.load_mode > SHL_LOAD_MAP_LOCKED) {
        return fail(SHL_INVALID_ARGUMENT, "load_mode %d is not one of shl_load_mode", params.load_mode);
    }
    if (params.split_mode < 0 || params.split_mode > 2) {
        return fail(SHL_INVALID_ARGUMENT, "split_mode %d is not 0, 1 or 2", params.split_mode);
    }
    const auto most = static_cast<int32_t>(llama_max_devices());
    if (params.device_count < -1 || params.device_count > most) {
        return fail(SHL_INVALID_ARGUMENT, "device_count %d is not between -1 and %d", params.device_count, most);
    }
    if (params.device_count > 0 && params.devices == nullptr) {
        return fail(SHL_INVALID_ARGUMENT, "devices is NULL, device_count is %d", params.device_count);
    }
    if (params.main_device < 0 || (params.device_count > 0 && params.main_device >= params.device_count)) {
        return fail(SHL_INVALID_ARGUMENT, "main_device %d is not an index into the devices", params.main_device);
    }
    return SHL_OK;
}

// The devices as upstream wants them: a list that ends with NULL.
shl_status list_devices(const shl_model_params & params, std::vector<ggml_backend_dev_t> & out) {
    const auto count = static_cast<int32_t>(ggml_backend_dev_count());
    for (int32_t i = 0; i < params.device_count; ++i) {
        const int32_t index = params.devices[i];
        if (index < 0 || index >= count) {
            return fail(SHL_INVALID_ARGUMENT, "there is no device %d: there are %d", index, count);
        }
        auto * const device = ggml_backend_dev_get(static_cast<size_t>(index));
        const auto type = ggml_backend_dev_type(device);
        if (type != GGML_BACKEND_DEVICE_TYPE_GPU && type != GGML_BACKEND_DEVICE_TYPE_IGPU) {
            return fail(SHL_INVALID_ARGUMENT, "device %d (%s) is not a GPU; for the CPU alone give no devices", index,
                ggml_backend_dev_name(device));
        }
        out.push_back(device);
    }
    out.push_back(nullptr);
    return SHL_OK;
}

llama_load_mode load_mode(int32_t mode) {
    switch (mode) {
    case SHL_LOAD_READ:
        return LLAMA_LOAD_MODE_NONE;
    case SHL_LOAD_MAP_LOCKED:
        return LLAMA_LOAD_MODE_MMAP_MLOCK;
    default:
        return LLAMA_LOAD_MODE_MMAP;
    }
}

shl_status load(const char * path, const shl_model_params & params, shl_progress * progress, shl_model ** out) {
    const std::shared_lock lock(shell::registry());
    if (shell::cpu_device() == nullptr) {
        return fail(SHL_UNSUPPORTED, "no CPU back end is loaded; load one with shl_backend_load first");
    }
    std::vector<ggml_backend_dev_t> devices;
    if (const auto status = list_devices(params, devices); status != SHL_OK) {
        return status;
    }
    shl_progress unwatched;
    auto * const watched = progress == nullptr ? &unwatched : progress;
    if (watched->cancelled.load(std::memory_order_relaxed)) {
        return fail(SHL_CANCELLED, "the load of %s was cancelled", path);
    }

    auto native = llama_model_default_params();
    native.devices = params.device_count < 0 ? nullptr : devices.data();
    native.n_gpu_layers = params.device_count == 0 ? 0 : params.gpu_layers;
    native.split_mode = static_cast<llama_split_mode>(params.split_mode);
    native.main_gpu = params.main_device;
    native.load_mode = load_mode(params.load_mode);
    native.vocab_only = params.vocabulary_only;
    native.check_tensors = params.check_tensors;
    native.use_extra_bufts = params.repack;
    native.progress_callback = on_progress;
    native.progress_callback_user_data = watched;

    const shell::Capture capture;
    std::unique_ptr<llama_model, FreeModel> model(llama_model_load_from_file(path, native));
    if (watched->cancelled.load(std::memory_order_relaxed)) {
        return fail(SHL_CANCELLED, "the load of %s was cancelled", path);
    }
    if (!model) {
        return shell::fail_with(SHL_LOAD_FAILED,
            std::string(path) + ": " + capture.reason("error loading model: ", "llama.cpp gave no reason"));
    }
    if (const auto fault = inside::model_fault(model.get()); !fault.empty()) {
        return shell::fail_with(SHL_LOAD_FAILED, std::string(path) + ": " + fault);
    }
    watched->fraction.store(1, std::memory_order_relaxed);

    const int64_t bytes = params.vocabulary_only ? 0 : static_cast<int64_t>(llama_model_size(model.get()));
    *out = new shl_model{model.get(), llama_model_get_vocab(model.get()), bytes, params.vocabulary_only};
    model.release();
    shell::counters.models.fetch_add(1, std::memory_order_relaxed);
    shell::counters.model_bytes.fetch_add(bytes, std::memory_order_relaxed);
    return SHL_OK;
}

} // namespace

shl_status shl_progress_new(shl_progress ** out) noexcept {
    return shell::guard([&] {
        if (out == nullptr) {
            return fail(SHL_INVALID_ARGUMENT, "out is NULL");
        }
        *out = new shl_progress;
        shell::counters.progresses.fetch_add(1, std::memory_order_relaxed);
        return SHL_OK;
    });
}

float shl_progress_fraction(const shl_progress * progress) noexcept {
    return progress == nullptr ? 0 : progress->fraction.load(std::memory_order_relaxed);
}

void shl_progress_cancel(shl_progress * progress) noexcept {
    if (progress != nullptr) {
        progress->cancelled.store(true, std::memory_order_relaxed);
    }
}

void shl_progress_free(shl_progress * progress) noexcept {
    if (progress != nullptr) {
        delete progress;
        shell::counters.progresses.fetch_sub(1, std::memory_order_relaxed);
    }
}

void shl_model_params_default(shl_model_params * out) noexcept {
    if (out != nullptr) {
        *out = {};
        out->gpu_layers = -1;
        out->load_mode = SHL_LOAD_MAP;
        out->split_mode = 1;
        out->device_count = -1;
        out->repack = true;
    }
}

shl_status shl_model_load(
    const char * path, const shl_model_params * params, shl_progress * progress, shl_model ** out) noexcept {
    return shell::guard([&] {
        if (path == nullptr || *path == '\0' || params == nullptr || out == nullptr) {
            return fail(SHL_INVALID_ARGUMENT, "path, params or out is NULL");
        }
        *out = nullptr;
        if (const auto status = check(*params); status != SHL_OK) {
            return status;
        }
        shell::prepare_ggml();
        return load(path, *params, progress, out);
    });
}

void shl_model_free(shl_model * model) noexcept {
    if (model == nullptr) {
        return;
    }
    shell::counters.models.fetch_sub(1, std::memory_order_relaxed);
    shell::counters.model_bytes.fetch_sub(model->bytes, std::memory_order_relaxed);
    llama_model_free(model->model);
    delete model;
    shell::give_back();
}

void * shl_model_native(const shl_model * model) noexcept {
    return model == nullptr ? nullptr : model->model;
}

shl_status shl_model_read(const shl_model * model, shl_model_info * out) noexcept {
    return shell::guard([&] {
        if (model == nullptr || out == nullptr) {
            return fail(SHL_INVALID_ARGUMENT, "model or out is NULL");
        }
        const auto * const native = model->model;
        *out = {};
        out->size_bytes = static_cast<int64_t>(llama_model_size(native));
        out->parameter_count = static_cast<int64_t>(llama_model_n_params(native));
        out->vocabulary_size = model->vocabulary_size();
        out->vocabulary_type = static_cast<int32_t>(llama_vocab_type(model->vocab));
        out->diffusion = llama_model_is_diffusion(native);
        out->recurrent = llama_model_is_recurrent(native);
        out->hybrid = llama_model_is_hybrid(native);
        if (model->vocabulary_only) {
            return SHL_OK; // nothing else was read from the file
        }
        out->context_length = llama_model_n_ctx_train(native);
        out->embedding_length = llama_model_n_embd(native);
        out->embedding_length_out = llama_model_n_embd_out(native);
        out->block_count = llama_model_n_layer(native);
        out->head_count = llama_model_n_head(native);
        out->head_count_kv = llama_model_n_head_kv(native);
        out->sliding_window = llama_model_n_swa(native);
        out->class_count = inside::classifier(native) ? static_cast<int32_t>(llama_model_n_cls_out(native)) : 0;
        const bool bidirectional = !inside::causal(native) && !out->diffusion;
        out->encoder = llama_model_has_encoder(native) || bidirectional;
        out->decoder = llama_model_has_decoder(native) && !bidirectional;
        return SHL_OK;
    });
}

shl_status shl_architectures(shl_text ** out) noexcept {
    return shell::guard([&] {
        if (out == nullptr) {
            return fail(SHL_INVALID_ARGUMENT, "out is NULL");
        }
        *out = shell::new_text(inside::architectures());
        return SHL_OK;
    });
}

shl_status shl_model_description(const shl_model * model, shl_text ** out) noexcept {
    return shell::guard([&] {
        if (model == nullptr || out == nullptr) {
            return fail(SHL_INVALID_ARGUMENT, "model or out is NULL");
        }
        char text[256];
        llama_model_desc(model->model, text, sizeof text);
        *out = shell::new_text(text);
        return SHL_OK;
    });
}
