#include "argmax.h"
#include "handles.h"
#include "shell.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace {

using shell::fail;

constexpr float NOTHING = -std::numeric_limits<float>::infinity();

struct Ranked {
    float logit;
    int32_t token;

    // Best first: the larger logit, of equal ones the lower token.
    bool operator<(const Ranked & other) const {
        return logit > other.logit || (!(logit < other.logit) && token < other.token);
    }
};

float bounded(float logit) {
    return std::isnan(logit) ? NOTHING : std::min(logit, std::numeric_limits<float>::max());
}

} // namespace

shl_status shl_logprobs(shl_context * context, int32_t index, int32_t token, float * logprob, int32_t * tokens,
    float * logprobs, int32_t count) noexcept {
    return shell::guard([&] {
        auto status = SHL_OK;
        const float * const logits = shell::output_logits(context, index, &status);
        if (logits == nullptr) {
            return status;
        }
        const int32_t vocabulary = shell::model_of(context)->vocabulary_size();
        if (logprob == nullptr || token < 0 || token >= vocabulary) {
            return fail(SHL_INVALID_ARGUMENT, "logprob is NULL or token %d is not in the vocabulary", token);
        }
        if (count < 0 || count > vocabulary || (count > 0 && (tokens == nullptr || logprobs == nullptr))) {
            return fail(SHL_INVALID_ARGUMENT, "tokens or logprobs is NULL or count %d is out of range", count);
        }
        const float most = bounded(logits[shell::argmax(logits, vocabulary)]);
        double sum = 0;
        for (int32_t i = 0; i < vocabulary; ++i) {
            sum += std::exp(bounded(logits[i]) - most);
        }
        const double normal = std::log(sum);
        const auto of = [&](float logit) {
            return sum > 0 ? static_cast<float>(static_cast<double>(logit) - static_cast<double>(most) - normal)
                           : NOTHING;
        };
        *logprob = of(bounded(logits[token]));
        if (count > 0) {
            // A heap of the best so far, the worst of them on top.
            std::vector<Ranked> best;
            best.reserve(static_cast<size_t>(count) + 1);
            for (int32_t i = 0; i < vocabulary; ++i) {
                const Ranked candidate{bounded(logits[i]), i};
                if (best.size() < static_cast<size_t>(count) || candidate < best.front()) {
                    best.push_back(candidate);
                    std::push_heap(best.begin(), best.end());
                    if (best.size() > static_cast<size_t>(count)) {
                        std::pop_heap(best.begin(), best.end());
                        best.pop_back();
                    }
                }
            }
            std::sort_heap(best.begin(), best.end());
            for (size_t i = 0; i < best.size(); ++i) {
                tokens[i] = best[i].token;
                logprobs[i] = of(best[i].logit);
            }
        }
        return SHL_OK;
    });
}
