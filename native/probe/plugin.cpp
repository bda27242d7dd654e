// A back end: loads it and has each of its devices multiply two small matrices. A driver that is too old, or kernels
// made for another GPU, show only then.
#include "probe.h"

#include "shearling/shearling.h"

#include "ggml-alloc.h"
#include "ggml-backend.h"
#include "ggml.h"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace {

constexpr int64_t DEPTH = 64;
constexpr int64_t SIDE = 32;

struct FreeContext {
    void operator()(ggml_context * context) const { ggml_free(context); }
};

// Ones times twos; NULL when the device gives 2 * DEPTH everywhere, or does not multiply at all.
const char * multiply(ggml_backend_dev_t device) {
    auto * const backend = ggml_backend_dev_init(device, nullptr);
    if (backend == nullptr) {
        return "it cannot be initialised";
    }
    const std::unique_ptr<ggml_context, FreeContext> context(
        ggml_init({4 * ggml_tensor_overhead() + ggml_graph_overhead(), nullptr, true}));
    auto * const left = ggml_new_tensor_2d(context.get(), GGML_TYPE_F32, DEPTH, SIDE);
    auto * const right = ggml_new_tensor_2d(context.get(), GGML_TYPE_F32, DEPTH, SIDE);
    auto * const product = ggml_mul_mat(context.get(), left, right);
    if (!ggml_backend_supports_op(backend, product)) {
        return nullptr;
    }
    auto * const graph = ggml_new_graph(context.get());
    ggml_build_forward_expand(graph, product);
    if (ggml_backend_alloc_ctx_tensors(context.get(), backend) == nullptr) {
        return "it has no memory for a few kilobytes";
    }
    const std::vector<float> ones(DEPTH * SIDE, 1.0F);
    const std::vector<float> twos(DEPTH * SIDE, 2.0F);
    ggml_backend_tensor_set(left, ones.data(), 0, ggml_nbytes(left));
    ggml_backend_tensor_set(right, twos.data(), 0, ggml_nbytes(right));
    if (ggml_backend_graph_compute(backend, graph) != GGML_STATUS_SUCCESS) {
        return "it cannot compute";
    }
    std::vector<float> result(SIDE * SIDE);
    ggml_backend_tensor_get(product, result.data(), 0, ggml_nbytes(product));
    const bool right_result = std::all_of(result.begin(), result.end(), [](float x) { return x == 2.0F * DEPTH; });
    return right_result ? nullptr : "it computes wrong results";
}

} // namespace

void probe::try_plugin(const char * plugin) {
    if (shl_backend_load(plugin) != SHL_OK) {
        say("plugin bad ", shl_last_error());
        return;
    }
    for (size_t i = 0; i < ggml_backend_dev_count(); ++i) {
        auto * const device = ggml_backend_dev_get(i);
        const std::string name = ggml_backend_dev_name(device);
        if (const char * const fault = multiply(device)) {
            say("plugin bad ", ("its device " + name + " does not work: " + fault).c_str());
            return;
        }
        say("device ", (name + ": " + ggml_backend_dev_description(device)).c_str());
    }
    say("plugin ok");
}
