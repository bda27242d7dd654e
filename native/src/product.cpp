#include "machine.h"
#include "registry.h"
#include "shell.h"
#include "threads.h"

#include "ggml-cpp.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <random>
#include <vector>

namespace {

using shell::fail;
using Clock = std::chrono::steady_clock;

constexpr int32_t POLL = 2; // as contexts have by default
constexpr int64_t MOST_COPIES = 8192;
constexpr int64_t MOST_ELEMENTS = int64_t{1} << 40; // of the weights; so no product of sizes overflows
constexpr int32_t MOST_TOKENS = 1 << 16;
constexpr int32_t MOST_MATRICES = 1 << 14;
constexpr int64_t PATTERN_ROWS = 4; // rows of their own; what is in the others does not change the time
constexpr size_t LEAST_ROUNDS = 3;

ggml_type type_of(const shl_product & p) {
    return static_cast<ggml_type>(p.type);
}

shl_status check_product(const shl_product & p) {
    const auto within = [](const char * name, int64_t value, int64_t low, int64_t high) {
        return value >= low && value <= high
            ? SHL_OK
            : fail(SHL_INVALID_ARGUMENT, "%s is %lld; it must be between %lld and %lld", name,
                  static_cast<long long>(value), static_cast<long long>(low), static_cast<long long>(high));
    };
    shl_type_info type{};
    if (shl_type_read(p.type, &type) != SHL_OK || !type.quantizes) {
        return fail(SHL_INVALID_ARGUMENT, "tensor type %d is none that weights are multiplied in", p.type);
    }
    constexpr int64_t MOST = int64_t{1} << 31;
    for (const auto status : {within("columns", p.columns, 1, MOST), within("rows", p.rows, 1, MOST),
             within("matrices", p.matrices, 1, MOST_MATRICES), within("used", p.used, 1, p.matrices),
             within("tokens", p.tokens, 1, MOST_TOKENS)}) {
        if (status != SHL_OK) {
            return status;
        }
    }
    if (p.columns % ggml_blck_size(type_of(p)) != 0) {
        return fail(SHL_INVALID_ARGUMENT, "rows of %lld columns are no whole number of the %lld of a block of %s",
            static_cast<long long>(p.columns), static_cast<long long>(ggml_blck_size(type_of(p))),
            ggml_type_name(type_of(p)));
    }
    return p.columns <= MOST_ELEMENTS / p.rows / p.matrices
        ? SHL_OK
        : fail(SHL_INVALID_ARGUMENT, "%lld x %lld x %d are more weights than a model has",
              static_cast<long long>(p.columns), static_cast<long long>(p.rows), p.matrices);
}

shl_status check_params(const shl_product_params & p) {
    if (p.threads < 0 || p.threads > GGML_MAX_N_THREADS) {
        return fail(SHL_INVALID_ARGUMENT, "threads is %d; it must be between 0 and %d", p.threads, GGML_MAX_N_THREADS);
    }
    if (p.span_bytes < 0 || !(p.seconds >= 0 && p.seconds <= 3600)) {
        return fail(SHL_INVALID_ARGUMENT, "span_bytes or seconds is below 0 or beyond an hour");
    }
    return SHL_OK;
}

// Normal numbers, so that no kernel meets values that are slower than others.
std::vector<float> normal(int64_t count) {
    std::mt19937 random(1);
    std::normal_distribution<float> next;
    std::vector<float> out(static_cast<size_t>(count));
    std::generate(out.begin(), out.end(), [&] { return next(random); });
    return out;
}

// A graph of one product after the other, each with weights of its own, the same activations, and one place for what
// comes out.
class Products {
public:
    Products(ggml_backend_dev_t cpu_, const shl_product & product_, const shl_product_params & params_)
        : cpu(cpu_), product(product_), params(params_), threads(params_.threads) {
        threads = threads == 0 ? shell::usable_cores() : threads;
        const auto bytes = ggml_row_size(type_of(product), product.columns) * static_cast<size_t>(product.rows)
            * static_cast<size_t>(product.matrices);
        copies = std::clamp((params.span_bytes + static_cast<int64_t>(bytes) - 1) / static_cast<int64_t>(bytes),
            int64_t{1}, MOST_COPIES);
        weight_bytes = static_cast<int64_t>(bytes);
    }

    shl_status prepare() {
        const auto available = shell::machine_memory().available;
        // While the first is laid out its rows are there once more.
        if (available >= 0 && weight_bytes > available / (copies + 1)) {
            return fail(SHL_OUT_OF_MEMORY, "%lld bytes of weights do not fit the %lld that are free",
                static_cast<long long>(weight_bytes * (copies + 1)), static_cast<long long>(available));
        }
        backend.reset(ggml_backend_dev_init(cpu, nullptr));
        if (!backend) {
            return fail(SHL_FAILED, "the CPU back end does not start");
        }
        lay_out();
        if (!place_weights()) {
            return fail(SHL_UNSUPPORTED, "the CPU back end has no product for weights of type %s",
                ggml_type_name(type_of(product)));
        }
        if (!allocate()) {
            return fail(SHL_OUT_OF_MEMORY, "there is no memory for %lld bytes of weights",
                static_cast<long long>(weight_bytes * copies));
        }
        if (const auto status = fill_weights(); status != SHL_OK) {
            return status;
        }
        fill_activations();
        return use_threads();
    }

    // Seconds of all products, one after the other; negative when the back end fails.
    double round() {
        const auto begin = Clock::now();
        if (ggml_backend_graph_compute(backend.get(), graph) != GGML_STATUS_SUCCESS) {
            return -1;
        }
        return std::chrono::duration<double>(Clock::now() - begin).count();
    }

    double count() const { return static_cast<double>(copies); }

private:
    static ggml_context * context(size_t tensors, size_t graph_bytes) {
        const ggml_init_params params{tensors * ggml_tensor_overhead() + graph_bytes, nullptr, true};
        auto * const made = ggml_init(params);
        if (made == nullptr) {
            throw std::bad_alloc();
        }
        return made;
    }

    void lay_out() {
        const auto nodes = static_cast<size_t>(copies) + 2; // as many as there are leaves, which count apart
        weight_context.reset(context(nodes, 0));
        state_context.reset(context(2, 0));
        node_context.reset(context(nodes, ggml_graph_overhead_custom(nodes, false)));
        if (product.matrices == 1) {
            activations = ggml_new_tensor_2d(state_context.get(), GGML_TYPE_F32, product.columns, product.tokens);
        } else {
            activations = ggml_new_tensor_3d(state_context.get(), GGML_TYPE_F32, product.columns, 1, product.tokens);
            chosen = ggml_new_tensor_2d(state_context.get(), GGML_TYPE_I32, product.used, product.tokens);
        }
        graph = ggml_new_graph_custom(node_context.get(), nodes, false);
        for (int64_t i = 0; i < copies; ++i) {
            auto * const weights = ggml_new_tensor_3d(
                weight_context.get(), type_of(product), product.columns, product.rows, product.matrices);
            results.push_back(chosen == nullptr ? ggml_mul_mat(node_context.get(), weights, activations)
                                                : ggml_mul_mat_id(node_context.get(), weights, activations, chosen));
            ggml_build_forward_expand(graph, results.back());
        }
    }

    // The first kind of memory for which the back end takes the product, in llama.cpp's order.
    bool place_weights() {
        std::vector<ggml_backend_buffer_type_t> kinds;
        const auto extra = reinterpret_cast<ggml_backend_dev_get_extra_bufts_t>(
            ggml_backend_reg_get_proc_address(ggml_backend_dev_backend_reg(cpu), "ggml_backend_dev_get_extra_bufts"));
        if (params.repack && extra != nullptr) {
            for (auto * kind = extra(cpu); kind != nullptr && *kind != nullptr; ++kind) {
                kinds.push_back(*kind);
            }
        }
        kinds.push_back(ggml_backend_dev_buffer_type(cpu));
        auto * const weights = results.front()->src[0];
        for (auto * const kind : kinds) {
            const ggml_backend_buffer_ptr empty(ggml_backend_buft_alloc_buffer(kind, 0));
            weights->buffer = empty.get();
            const bool takes = ggml_backend_dev_supports_op(cpu, results.front());
            weights->buffer = nullptr;
            if (takes) {
                place = kind;
                return true;
            }
        }
        return false;
    }

    bool allocate() {
        weight_memory.reset(ggml_backend_alloc_ctx_tensors_from_buft(weight_context.get(), place));
        state_memory.reset(ggml_backend_alloc_ctx_tensors(state_context.get(), backend.get()));
        result_memory.reset(ggml_backend_alloc_buffer(backend.get(), ggml_nbytes(results.front())));
        if (!weight_memory || !state_memory || !result_memory) {
            return false;
        }
        auto * const place_of_result = ggml_backend_buffer_get_base(result_memory.get());
        return std::all_of(results.begin(), results.end(), [&](ggml_tensor * result) {
            return ggml_backend_tensor_alloc(result_memory.get(), result, place_of_result) == GGML_STATUS_SUCCESS;
        });
    }

    shl_status fill_weights() {
        const auto row_bytes = ggml_row_size(type_of(product), product.columns);
        const auto own_rows = std::min(PATTERN_ROWS, product.rows);
        const auto values = normal(own_rows * product.columns);
        const std::vector<float> importance(static_cast<size_t>(product.columns), 1.0f);
        std::vector<uint8_t> whole(static_cast<size_t>(weight_bytes));
        const auto pattern = static_cast<int64_t>(row_bytes) * own_rows;
        const auto status = shl_rows_quantize(product.type, values.data(), static_cast<int64_t>(values.size()),
            whole.data(), pattern, own_rows, product.columns, importance.data());
        if (status != SHL_OK) {
            return status;
        }
        for (auto at = static_cast<size_t>(pattern); at < whole.size();) {
            const auto piece = std::min(at, whole.size() - at);
            std::copy_n(whole.data(), piece, whole.data() + at);
            at += piece;
        }
        auto * const first = results.front()->src[0];
        ggml_backend_tensor_set(first, whole.data(), 0, whole.size());
        // In the layout that the first has got: laying out anew would take most of the time.
        const auto bytes = ggml_backend_buft_get_alloc_size(place, first);
        for (auto * const result : results) {
            if (result->src[0] != first) {
                std::memcpy(result->src[0]->data, first->data, bytes);
            }
        }
        return SHL_OK;
    }

    void fill_activations() {
        const auto values = normal(product.columns * product.tokens);
        ggml_backend_tensor_set(activations, values.data(), 0, values.size() * sizeof(float));
        if (chosen == nullptr) {
            return;
        }
        std::mt19937 random(1);
        std::vector<int32_t> all(static_cast<size_t>(product.matrices));
        std::vector<int32_t> ids;
        for (size_t i = 0; i < all.size(); ++i) {
            all[i] = static_cast<int32_t>(i);
        }
        for (int32_t token = 0; token < product.tokens; ++token) {
            std::shuffle(all.begin(), all.end(), random);
            ids.insert(ids.end(), all.begin(), all.begin() + product.used);
        }
        ggml_backend_tensor_set(chosen, ids.data(), 0, ids.size() * sizeof(int32_t));
    }

    shl_status use_threads() {
        auto * const reg = ggml_backend_dev_backend_reg(cpu);
        const auto set_count = reinterpret_cast<ggml_backend_set_n_threads_t>(
            ggml_backend_reg_get_proc_address(reg, "ggml_backend_set_n_threads"));
        const auto set_pool = reinterpret_cast<void (*)(ggml_backend_t, ggml_threadpool *)>(
            ggml_backend_reg_get_proc_address(reg, "ggml_backend_cpu_set_threadpool"));
        pools = std::make_unique<shell::ThreadPools>(cpu, POLL, GGML_SCHED_PRIO_NORMAL);
        if (const auto fault = pools->make(threads); !fault.empty()) {
            return shell::fail_with(SHL_UNSUPPORTED, fault);
        }
        if (set_count != nullptr) {
            set_count(backend.get(), threads);
        }
        if (auto * const pool = pools->of(threads); set_pool != nullptr && pool != nullptr) {
            set_pool(backend.get(), pool);
        }
        return SHL_OK;
    }

    ggml_backend_dev_t cpu;
    shl_product product;
    shl_product_params params;
    int32_t threads;
    int64_t copies;
    int64_t weight_bytes;
    ggml_backend_buffer_type_t place = nullptr;
    ggml_tensor * activations = nullptr;
    ggml_tensor * chosen = nullptr; // [used, tokens]: the matrices of each token
    ggml_cgraph * graph = nullptr;
    std::vector<ggml_tensor *> results;
    // The pools outlive the back end that computes with them.
    std::unique_ptr<shell::ThreadPools> pools;
    ggml_context_ptr weight_context;
    ggml_context_ptr state_context;
    ggml_context_ptr node_context;
    ggml_backend_buffer_ptr weight_memory;
    ggml_backend_buffer_ptr state_memory;
    ggml_backend_buffer_ptr result_memory;
    ggml_backend_ptr backend;
};

shl_status measure(const shl_product & product, const shl_product_params & params, double * seconds) {
    const std::shared_lock lock(shell::registry());
    auto * const cpu = shell::cpu_device();
    if (cpu == nullptr) {
        return fail(SHL_UNSUPPORTED, "no CPU back end is loaded");
    }
    Products products(cpu, product, params);
    if (const auto status = products.prepare(); status != SHL_OK) {
        return status;
    }
    double spent = products.round(); // the first touch of the copies does not count
    bool computed = spent >= 0;
    std::vector<double> rounds;
    spent = 0;
    while (computed && (rounds.size() < LEAST_ROUNDS || spent < params.seconds)) {
        rounds.push_back(products.round());
        computed = rounds.back() >= 0;
        spent += rounds.back();
    }
    if (!computed) {
        return fail(SHL_FAILED, "the CPU back end could not compute the product");
    }
    const auto middle = rounds.begin() + static_cast<std::ptrdiff_t>(rounds.size() / 2);
    std::nth_element(rounds.begin(), middle, rounds.end());
    *seconds = *middle / products.count();
    return SHL_OK;
}

} // namespace

void shl_product_params_default(shl_product_params * out) noexcept {
    if (out != nullptr) {
        *out = {};
        out->repack = true;
        out->span_bytes = int64_t{1} << 26;
        out->seconds = 0.05;
    }
}

shl_status shl_product_time(const shl_product * product, const shl_product_params * params, double * seconds) noexcept {
    return shell::guard([&] {
        if (product == nullptr || params == nullptr || seconds == nullptr) {
            return fail(SHL_INVALID_ARGUMENT, "product, params or seconds is NULL");
        }
        auto status = check_product(*product);
        status = status == SHL_OK ? check_params(*params) : status;
        return status == SHL_OK ? measure(*product, *params, seconds) : status;
    });
}
