// A model on the CPU: loads it, computes one token and renders its chat template.
#include "probe.h"

#include "shearling/shearling.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <string>
#include <vector>

using probe::cannot_tell;
using probe::say;

namespace {

constexpr int32_t LOOKED_AT = 16; // tokens, the fewest that statistics are made of
constexpr rlim_t TEMPLATE_SECONDS = 1; // of the CPU's time
constexpr rlim_t TEMPLATE_BYTES = rlim_t{1} << 30;

bool about_this_machine(shl_status status) {
    return status == SHL_OUT_OF_MEMORY;
}

// A text of every kind of characters to tokens; NULL when all is well.
const char * tokenize(const shl_model * model) {
    constexpr char text[] = "A sheep, 1 \xC3\xA9t\xC3\xA9, \xE7\xBE\x8A \xF0\x9F\x90\x91\n";
    int32_t tokens[64];
    int32_t size = 0;
    const auto status =
        shl_tokenize(model, reinterpret_cast<const uint8_t *>(text), sizeof text - 1, true, true, tokens, 64, &size);
    return status == SHL_OK || status == SHL_UNSUPPORTED ? nullptr : shl_last_error();
}

// What is said of a model whose output is no number: also where that begins, as far as its activations show.
const char * not_finite(shl_model * model, int32_t token) {
    static std::string said = "it computes what is not a number: its weights or its settings are broken";
    shl_statistics_params params;
    shl_statistics_params_default(&params);
    params.chunk_tokens = LOOKED_AT;
    shl_statistics * statistics = nullptr;
    if (shl_statistics_new(model, &params, &statistics) == SHL_OK) {
        const std::vector<int32_t> tokens(LOOKED_AT, token);
        if (shl_statistics_add(statistics, tokens.data(), LOOKED_AT) == SHL_NOT_FINITE) {
            said += std::string(" (") + shl_last_error() + ")";
        }
        shl_statistics_free(statistics);
    }
    return said.c_str();
}

// One token through the whole model; NULL when all is well.
const char * compute(shl_model * model) {
    shl_model_info info;
    shl_vocab_info vocabulary;
    if (shl_model_read(model, &info) != SHL_OK || shl_vocab_read(model, &vocabulary) != SHL_OK) {
        return shl_last_error();
    }
    shl_context_params params;
    shl_context_params_default(&params);
    params.context_tokens = 64;
    params.batch_tokens = 32;
    params.micro_batch_tokens = 32;
    params.embeddings = !info.decoder;
    params.pooling = SHL_POOLING_NONE;
    shl_context * context = nullptr;
    if (const auto status = shl_context_new(model, &params, &context); status != SHL_OK) {
        if (about_this_machine(status)) {
            cannot_tell(shl_last_error());
        }
        // What the core refuses by itself the program will hear too.
        return status == SHL_UNSUPPORTED ? nullptr : shl_last_error();
    }
    const int32_t token = std::clamp(vocabulary.bos, 0, std::max(0, vocabulary.size - 1));
    int32_t index = 0;
    if (shl_batch_add(context, 0, 0, &token, 1, SHL_OUTPUTS_LAST, &index) != SHL_OK) {
        return shl_last_error();
    }
    if (const auto status = shl_context_decode(context); status != SHL_OK) {
        return status == SHL_UNSUPPORTED ? nullptr : shl_last_error();
    }
    std::vector<float> output(static_cast<size_t>(info.decoder ? info.vocabulary_size : info.embedding_length_out));
    const auto size = static_cast<int32_t>(output.size());
    const auto status = info.decoder ? shl_logits(context, index, output.data(), size)
                                     : shl_embedding_token(context, index, output.data(), size);
    if (status != SHL_OK) {
        return shl_last_error();
    }
    if (std::any_of(output.begin(), output.end(), [](float value) { return std::isnan(value); })) {
        return not_finite(model, token);
    }
    shl_context_free(context);
    return nullptr;
}

// From here on little memory and little time are left, as no honest template needs more.
void confine() {
    rlim_t pages = 0;
    std::ifstream("/proc/self/statm") >> pages;
    const rlim_t bytes = pages * static_cast<rlim_t>(sysconf(_SC_PAGESIZE)) + TEMPLATE_BYTES;
    const rlimit limit{bytes, bytes};
    setrlimit(RLIMIT_AS, &limit);
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    const auto seconds = static_cast<rlim_t>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) + 1 + TEMPLATE_SECONDS;
    const rlimit time{seconds, seconds + 1};
    setrlimit(RLIMIT_CPU, &time);
}

// Whether the template hangs or dies or eats memory; what it thinks of the message is no matter here.
bool render(const shl_model * model) {
    confine();
    shl_template * parsed = nullptr;
    const auto status = shl_template_new(model, nullptr, &parsed);
    if (status != SHL_OK) {
        return status != SHL_OUT_OF_MEMORY;
    }
    constexpr char request[] = R"({"messages": [{"role": "user", "content": "sheep"}]})";
    shl_text * prompt = nullptr;
    const auto applied =
        shl_template_apply(parsed, reinterpret_cast<const uint8_t *>(request), sizeof request - 1, &prompt);
    shl_text_free(prompt);
    shl_template_free(parsed);
    return applied != SHL_OUT_OF_MEMORY;
}

} // namespace

void probe::try_model(const char * cpu_plugin, const char * path) {
    if (shl_backend_load(cpu_plugin) != SHL_OK) {
        cannot_tell(shl_last_error());
    }
    shl_model_params params;
    shl_model_params_default(&params);
    params.device_count = 0;
    params.repack = false; // the weights stay mapped
    shl_model * model = nullptr;
    if (const auto status = shl_model_load(path, &params, nullptr, &model); status != SHL_OK) {
        if (about_this_machine(status)) {
            cannot_tell(shl_last_error());
        }
        say("model bad ", shl_last_error());
    } else if (const char * const unread = tokenize(model)) {
        say("model bad its tokenizer does not work: ", unread);
    } else if (const char * const fault = compute(model)) {
        say("model bad ", fault);
    } else {
        say("model ok");
        say(render(model) ? "template ok" : "template bad it takes more than 1 GB of memory");
    }
}
