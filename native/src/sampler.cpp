#include "argmax.h"
#include "capture.h"
#include "deep.h"
#include "handles.h"
#include "inside.h"
#include "shell.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace {

struct FreeSampler {
    void operator()(llama_sampler * sampler) const { llama_sampler_free(sampler); }
};

using SamplerPointer = std::unique_ptr<llama_sampler, FreeSampler>;

} // namespace

struct shl_sampler {
    const shl_model * model;
    SamplerPointer chain;
    SamplerPointer grammar;
    std::vector<llama_token_data> candidates; // one a token of the vocabulary, made once
    std::vector<llama_logit_bias> biases; // of the logit bias steps, in order
    bool plain = true; // nothing but logit bias and greedy
    bool chooses = false; // there is a step that chooses; it is the last one
    bool narrowed = false; // a top-k step leaves few candidates
    bool broken = false; // a step failed half-way: its state is not to be trusted
};

namespace {

using shell::fail;

constexpr float NOTHING = -std::numeric_limits<float>::infinity();
// Upstream sorts logits into buckets by converting them to int; above this the conversion overflows.
constexpr float LARGEST_LOGIT = 1e8f;
constexpr int32_t LONGEST_HISTORY = 1 << 20;
constexpr int32_t MOST_FOR_INFILL = 1024;
constexpr size_t LARGEST_GRAMMAR = 1 << 20;
constexpr int DEEPEST_GRAMMAR = 500;
// What a grammar may do for one token: about a second. An honest one looks at the vocabulary once for each way in which
// it can go on.
constexpr int64_t MOST_GRAMMAR_WORK = int64_t{1} << 28;

bool share(float value) {
    return value >= 0 && value <= 1; // false for NaN
}

shl_status add(shl_sampler * sampler, llama_sampler * step, bool chooses = false) {
    SamplerPointer owned(step);
    if (!owned) {
        return fail(SHL_FAILED, "llama.cpp could not make this sampler");
    }
    llama_sampler_chain_add(sampler->chain.get(), owned.get());
    owned.release();
    sampler->chooses = chooses;
    return SHL_OK;
}

// Runs `body` when the chain can take one more step.
template <typename Body>
shl_status extend(shl_sampler * sampler, bool plain, Body && body) noexcept {
    return shell::guard([&] {
        if (sampler == nullptr) {
            return fail(SHL_INVALID_ARGUMENT, "sampler is NULL");
        }
        if (sampler->chooses) {
            return fail(SHL_INVALID_ARGUMENT, "the chain has chosen already: a step after that would do nothing");
        }
        const shl_status status = body();
        sampler->plain = sampler->plain && (plain || status != SHL_OK);
        return status;
    });
}

shl_status refuse(const char * name, float value, const char * range) {
    return fail(SHL_INVALID_ARGUMENT, "%s is %g; it must be %s", name, static_cast<double>(value), range);
}

shl_status refuse(const char * name, int32_t value, const char * range) {
    return fail(SHL_INVALID_ARGUMENT, "%s is %d; it must be %s", name, value, range);
}

// A step of our own behind those whose arithmetic can give NaN, which the sorts of later steps do not bear.
void clear_nan(llama_sampler *, llama_token_data_array * candidates) {
    for (size_t i = 0; i < candidates->size; ++i) {
        if (std::isnan(candidates->data[i].logit)) {
            candidates->data[i].logit = NOTHING;
        }
    }
}

llama_sampler * new_nan_step() {
    static llama_sampler_i interface = [] {
        llama_sampler_i i{};
        i.name = [](const llama_sampler *) { return "clear-nan"; };
        i.apply = clear_nan;
        return i;
    }();
    return llama_sampler_init(&interface, nullptr);
}

void fill_candidates(shl_sampler & sampler, const float * logits) {
    const auto count = static_cast<size_t>(sampler.model->vocabulary_size());
    sampler.candidates.resize(count);
    for (size_t i = 0; i < count; ++i) {
        const float value = logits[i] > LARGEST_LOGIT ? LARGEST_LOGIT : logits[i];
        sampler.candidates[i] = {static_cast<llama_token>(i), std::isnan(value) ? NOTHING : value, 0};
    }
}

// The chain's choice among the candidates, -1 when it made none.
int32_t run_chain(shl_sampler & sampler) {
    llama_token_data_array array{sampler.candidates.data(), sampler.candidates.size(), -1, false};
    llama_sampler_apply(sampler.chain.get(), &array);
    const bool chosen = array.selected >= 0 && static_cast<size_t>(array.selected) < array.size;
    return chosen ? array.data[array.selected].id : -1;
}

// The largest logit after the biases, without a list of candidates. The logits are put back as they were.
int32_t choose_plain(const shl_sampler & sampler, float * logits) {
    std::vector<float> saved;
    saved.reserve(sampler.biases.size());
    for (const auto & bias : sampler.biases) {
        saved.push_back(logits[bias.token]);
        logits[bias.token] += bias.bias;
    }
    const int32_t token = shell::argmax(logits, sampler.model->vocabulary_size());
    for (size_t i = saved.size(); i-- > 0;) {
        logits[sampler.biases[i].token] = saved[i];
    }
    return token;
}

bool grammar_allows(const shl_sampler & sampler, int32_t token) {
    llama_token_data one{token, 1, 0};
    llama_token_data_array array{&one, 1, -1, false};
    llama_sampler_apply(sampler.grammar.get(), &array);
    return one.logit != NOTHING;
}

shl_status choose(shl_sampler & sampler, float * logits, int32_t * token) {
    if (sampler.plain) {
        *token = choose_plain(sampler, logits);
    } else {
        fill_candidates(sampler, logits);
        *token = run_chain(sampler);
    }
    if (*token >= 0 && sampler.grammar && !grammar_allows(sampler, *token)) {
        // Looking at one token is cheap, at all of them is not: most choices need only the first.
        fill_candidates(sampler, logits);
        llama_token_data_array array{sampler.candidates.data(), sampler.candidates.size(), -1, false};
        llama_sampler_apply(sampler.grammar.get(), &array);
        *token = run_chain(sampler);
        if (*token < 0 || !grammar_allows(sampler, *token)) {
            return fail(SHL_FAILED, "no token is possible that the grammar allows");
        }
    }
    return *token >= 0 ? SHL_OK : fail(SHL_FAILED, "the chain of samplers chose no token");
}

} // namespace

shl_status shl_sampler_new(const shl_model * model, shl_sampler ** out) noexcept {
    return shell::guard([&] {
        if (model == nullptr || out == nullptr) {
            return fail(SHL_INVALID_ARGUMENT, "model or out is NULL");
        }
        *out = nullptr;
        auto sampler = std::make_unique<shl_sampler>();
        sampler->model = model;
        sampler->chain.reset(llama_sampler_chain_init(llama_sampler_chain_default_params()));
        *out = sampler.release();
        shell::counters.samplers.fetch_add(1, std::memory_order_relaxed);
        return SHL_OK;
    });
}

void shl_sampler_free(shl_sampler * sampler) noexcept {
    if (sampler != nullptr) {
        delete sampler;
        shell::counters.samplers.fetch_sub(1, std::memory_order_relaxed);
    }
}

shl_status shl_sampler_add_greedy(shl_sampler * sampler) noexcept {
    return extend(sampler, true, [&] { return add(sampler, llama_sampler_init_greedy(), true); });
}

shl_status shl_sampler_add_dist(shl_sampler * sampler, uint32_t seed) noexcept {
    return extend(sampler, false, [&] { return add(sampler, llama_sampler_init_dist(seed), true); });
}

shl_status shl_sampler_add_top_k(shl_sampler * sampler, int32_t k) noexcept {
    return extend(sampler, false, [&] {
        if (k < 0) {
            return refuse("k", k, "0 (all) or more");
        }
        sampler->narrowed = sampler->narrowed || (k > 0 && k <= MOST_FOR_INFILL);
        return add(sampler, llama_sampler_init_top_k(k));
    });
}

shl_status shl_sampler_add_top_p(shl_sampler * sampler, float p, int32_t min_keep) noexcept {
    return extend(sampler, false, [&] {
        if (!share(p) || min_keep < 0) {
            return !share(p) ? refuse("p", p, "between 0 and 1") : refuse("min_keep", min_keep, "0 or more");
        }
        return add(sampler, llama_sampler_init_top_p(p, static_cast<size_t>(min_keep)));
    });
}

shl_status shl_sampler_add_min_p(shl_sampler * sampler, float p, int32_t min_keep) noexcept {
    return extend(sampler, false, [&] {
        if (!share(p) || min_keep < 0) {
            return !share(p) ? refuse("p", p, "between 0 and 1") : refuse("min_keep", min_keep, "0 or more");
        }
        return add(sampler, llama_sampler_init_min_p(p, static_cast<size_t>(min_keep)));
    });
}

shl_status shl_sampler_add_typical(shl_sampler * sampler, float p, int32_t min_keep) noexcept {
    return extend(sampler, false, [&] {
        if (!share(p) || min_keep < 0) {
            return !share(p) ? refuse("p", p, "between 0 and 1") : refuse("min_keep", min_keep, "0 or more");
        }
        return add(sampler, llama_sampler_init_typical(p, static_cast<size_t>(min_keep)));
    });
}

shl_status shl_sampler_add_temperature(shl_sampler * sampler, float temperature) noexcept {
    return extend(sampler, false, [&] {
        if (!(temperature >= 0) || !std::isfinite(temperature)) {
            return refuse("temperature", temperature, "0 or more");
        }
        // Logits divided by less would be infinite, and the choice among infinities is no choice.
        constexpr float least = 1e-5F;
        const auto status = add(sampler, llama_sampler_init_temp(temperature < least ? 0 : temperature));
        return status == SHL_OK ? add(sampler, new_nan_step()) : status;
    });
}

shl_status shl_sampler_add_dynamic_temperature(
    shl_sampler * sampler, float temperature, float delta, float exponent) noexcept {
    return extend(sampler, false, [&] {
        if (!(temperature >= 0) || !std::isfinite(temperature)) {
            return refuse("temperature", temperature, "0 or more");
        }
        if (!(delta >= 0) || !std::isfinite(delta)) {
            return refuse("delta", delta, "0 or more");
        }
        if (!(exponent >= 0) || !std::isfinite(exponent)) {
            return refuse("exponent", exponent, "0 or more");
        }
        const auto status = add(sampler, llama_sampler_init_temp_ext(temperature, delta, exponent));
        return status == SHL_OK ? add(sampler, new_nan_step()) : status;
    });
}

shl_status shl_sampler_add_xtc(
    shl_sampler * sampler, float probability, float threshold, int32_t min_keep, uint32_t seed) noexcept {
    return extend(sampler, false, [&] {
        if (!share(probability)) {
            return refuse("probability", probability, "between 0 and 1");
        }
        if (!share(threshold) || min_keep < 0) {
            return !share(threshold) ? refuse("threshold", threshold, "between 0 and 1")
                                     : refuse("min_keep", min_keep, "0 or more");
        }
        return add(sampler, llama_sampler_init_xtc(probability, threshold, static_cast<size_t>(min_keep), seed));
    });
}

shl_status shl_sampler_add_top_n_sigma(shl_sampler * sampler, float n) noexcept {
    return extend(sampler, false, [&] {
        if (!(n >= 0) || !std::isfinite(n)) {
            return refuse("n", n, "0 (all) or more");
        }
        return add(sampler, llama_sampler_init_top_n_sigma(n));
    });
}

shl_status shl_sampler_add_mirostat(shl_sampler * sampler, uint32_t seed, float tau, float eta, int32_t m) noexcept {
    return extend(sampler, false, [&] {
        if (!std::isfinite(tau) || !std::isfinite(eta)) {
            return fail(SHL_INVALID_ARGUMENT, "tau or eta is not finite");
        }
        if (m < 2) {
            return refuse("m", m, "2 or more");
        }
        const int32_t vocabulary = sampler->model->vocabulary_size();
        return add(sampler, llama_sampler_init_mirostat(vocabulary, seed, tau, eta, m), true);
    });
}

shl_status shl_sampler_add_mirostat_v2(shl_sampler * sampler, uint32_t seed, float tau, float eta) noexcept {
    return extend(sampler, false, [&] {
        if (!std::isfinite(tau) || !std::isfinite(eta)) {
            return fail(SHL_INVALID_ARGUMENT, "tau or eta is not finite");
        }
        return add(sampler, llama_sampler_init_mirostat_v2(seed, tau, eta), true);
    });
}

shl_status shl_sampler_add_penalties(
    shl_sampler * sampler, int32_t last_n, float repeat, float frequency, float presence) noexcept {
    return extend(sampler, false, [&] {
        if (last_n < 0 || last_n > LONGEST_HISTORY) {
            return refuse("last_n", last_n, "between 0 and 1048576");
        }
        if (!(repeat > 0) || !std::isfinite(repeat)) {
            return refuse("repeat", repeat, "more than 0");
        }
        if (!std::isfinite(frequency) || !std::isfinite(presence)) {
            return fail(SHL_INVALID_ARGUMENT, "frequency or presence is not finite");
        }
        const int32_t vocabulary = sampler->model->vocabulary_size();
        const auto status = add(sampler, llama_sampler_init_penalties(vocabulary, last_n, repeat, frequency, presence));
        return status == SHL_OK ? add(sampler, new_nan_step()) : status;
    });
}

shl_status shl_sampler_add_dry(shl_sampler * sampler, float multiplier, float base, int32_t allowed_length,
    int32_t last_n, const uint8_t * breakers, int64_t breakers_size, int32_t breaker_count) noexcept {
    return extend(sampler, false, [&] {
        if (!std::isfinite(multiplier) || !std::isfinite(base) || multiplier < 0) {
            return fail(SHL_INVALID_ARGUMENT, "multiplier or base is not finite, or multiplier is negative");
        }
        if (allowed_length < 0 || last_n < 0 || last_n > LONGEST_HISTORY) {
            return allowed_length < 0 ? refuse("allowed_length", allowed_length, "0 or more")
                                      : refuse("last_n", last_n, "between 0 and 1048576");
        }
        if (breakers_size < 0 || breaker_count < 0 || (breakers == nullptr && breaker_count > 0)) {
            return fail(SHL_INVALID_ARGUMENT, "breakers is NULL or its size negative");
        }
        if (!sampler->model->has_tokenizer()) {
            return fail(SHL_UNSUPPORTED, "this model has no tokenizer");
        }
        std::vector<std::string> texts;
        const char * at = reinterpret_cast<const char *>(breakers);
        const char * const end = breakers == nullptr ? at : at + breakers_size;
        for (int32_t i = 0; i < breaker_count; ++i) {
            const auto * const zero = static_cast<const char *>(std::memchr(at, 0, static_cast<size_t>(end - at)));
            if (zero == nullptr || zero == at) {
                return fail(SHL_INVALID_ARGUMENT, "breaker %d is empty or has no terminating zero", i);
            }
            texts.emplace_back(at, zero);
            at = zero + 1;
        }
        std::vector<const char *> pointers;
        for (const auto & text : texts) {
            pointers.push_back(text.c_str());
        }
        const auto status = add(sampler,
            llama_sampler_init_dry(
                sampler->model->vocab, multiplier, base, allowed_length, last_n, pointers.data(), pointers.size()));
        return status == SHL_OK ? add(sampler, new_nan_step()) : status;
    });
}

shl_status shl_sampler_add_adaptive_p(shl_sampler * sampler, float target, float decay, uint32_t seed) noexcept {
    return extend(sampler, false, [&] {
        if (!(target <= 1)) {
            return refuse("target", target, "at most 1 (negative: off)");
        }
        if (!(decay >= 0 && decay <= 0.99f)) {
            return refuse("decay", decay, "between 0 and 0.99");
        }
        return add(sampler, llama_sampler_init_adaptive_p(target, decay, seed), true);
    });
}

shl_status shl_sampler_add_logit_bias(
    shl_sampler * sampler, const int32_t * tokens, const float * biases, int32_t count) noexcept {
    return extend(sampler, true, [&] {
        if (count < 0 || (count > 0 && (tokens == nullptr || biases == nullptr))) {
            return fail(SHL_INVALID_ARGUMENT, "tokens or biases is NULL or count negative");
        }
        const int32_t vocabulary = sampler->model->vocabulary_size();
        std::vector<llama_logit_bias> list;
        for (int32_t i = 0; i < count; ++i) {
            if (tokens[i] < 0 || tokens[i] >= vocabulary) {
                return refuse("a token", tokens[i], "in the vocabulary");
            }
            if (!(biases[i] < std::numeric_limits<float>::infinity())) {
                return refuse("a bias", biases[i], "finite, or minus infinity");
            }
            list.push_back({tokens[i], biases[i]});
        }
        const auto status = add(sampler, llama_sampler_init_logit_bias(vocabulary, count, list.data()));
        if (status == SHL_OK) {
            sampler->biases.insert(sampler->biases.end(), list.begin(), list.end());
        }
        return status;
    });
}

shl_status shl_sampler_add_infill(shl_sampler * sampler) noexcept {
    return extend(sampler, false, [&] {
        const auto * const vocab = sampler->model->vocab;
        if (llama_vocab_eot(vocab) < 0 && llama_vocab_eos(vocab) < 0) {
            return fail(SHL_UNSUPPORTED, "the vocabulary has neither an EOT nor an EOS token, which infill needs");
        }
        if (!sampler->narrowed) {
            return fail(SHL_INVALID_ARGUMENT,
                "infill compares all candidates with each other; put a top-k step of at most %d before it",
                MOST_FOR_INFILL);
        }
        return add(sampler, llama_sampler_init_infill(vocab));
    });
}

shl_status shl_sampler_add_grammar(shl_sampler * sampler, const char * grammar, const char * root) noexcept {
    return shell::guard([&] {
        if (sampler == nullptr || grammar == nullptr || root == nullptr) {
            return fail(SHL_INVALID_ARGUMENT, "sampler, grammar or root is NULL");
        }
        if (sampler->grammar) {
            return fail(SHL_INVALID_ARGUMENT, "the chain has a grammar already");
        }
        if (!sampler->model->has_tokenizer()) {
            return fail(SHL_UNSUPPORTED, "this model has no tokenizer");
        }
        const size_t size = strnlen(grammar, LARGEST_GRAMMAR + 1);
        if (size == 0 || size > LARGEST_GRAMMAR) {
            return fail(SHL_BAD_GRAMMAR, size == 0 ? "the grammar is empty" : "the grammar is larger than 1 MB");
        }
        if (shell::grammar_depth({grammar, size}) > DEEPEST_GRAMMAR) {
            return fail(SHL_BAD_GRAMMAR, "the grammar is nested more than %d deep", DEEPEST_GRAMMAR);
        }
        std::string fault;
        shell::run_deep([&] {
            const shell::Capture capture;
            inside::limit_grammars(MOST_GRAMMAR_WORK);
            fault = inside::grammar_fault(sampler->model->vocab, grammar, root);
            if (fault.empty()) {
                try {
                    sampler->grammar.reset(llama_sampler_init_grammar(sampler->model->vocab, grammar, root));
                    fault = sampler->grammar ? "" : capture.reason(nullptr, "llama.cpp refused the grammar");
                } catch (const std::runtime_error & e) {
                    fault = e.what();
                }
            }
        });
        if (fault.empty()) {
            return SHL_OK;
        }
        // The parser quotes what is left of the grammar, which may be nothing.
        constexpr std::string_view where = " at ";
        if (fault.size() > where.size() && fault.compare(fault.size() - where.size(), where.size(), where) == 0) {
            fault += "the end";
        }
        return shell::fail_with(SHL_BAD_GRAMMAR, fault);
    });
}

shl_status shl_sampler_sample(shl_sampler * sampler, shl_context * context, int32_t index, int32_t * token) noexcept {
    return shell::guard([&] {
        if (sampler == nullptr || context == nullptr || token == nullptr) {
            return fail(SHL_INVALID_ARGUMENT, "sampler, context or token is NULL");
        }
        if (!sampler->chooses) {
            return fail(SHL_INVALID_ARGUMENT, "the chain does not end with a step that chooses");
        }
        if (sampler->broken) {
            return fail(SHL_FAILED, "the chain failed before; make a new one");
        }
        if (shell::model_of(context)->vocab != sampler->model->vocab) {
            return fail(SHL_INVALID_ARGUMENT, "the chain belongs to another model");
        }
        auto status = SHL_OK;
        float * const logits = shell::output_logits(context, index, &status);
        if (logits == nullptr) {
            return status;
        }
        sampler->broken = true; // unless all of it works out
        inside::limit_grammars(MOST_GRAMMAR_WORK);
        status = choose(*sampler, logits, token);
        if (status == SHL_OK) {
            if (!sampler->plain) {
                llama_sampler_accept(sampler->chain.get(), *token);
            }
            if (sampler->grammar) {
                llama_sampler_accept(sampler->grammar.get(), *token);
            }
        }
        sampler->broken = false;
        return status;
    });
}

shl_status shl_sampler_accept(shl_sampler * sampler, const int32_t * tokens, int32_t count) noexcept {
    return shell::guard([&] {
        if (sampler == nullptr || count < 0 || (tokens == nullptr && count > 0)) {
            return fail(SHL_INVALID_ARGUMENT, "sampler or tokens is NULL or count negative");
        }
        const int32_t vocabulary = sampler->model->vocabulary_size();
        for (int32_t i = 0; i < count; ++i) {
            if (tokens[i] < 0 || tokens[i] >= vocabulary) {
                return refuse("a token", tokens[i], "in the vocabulary");
            }
        }
        for (int32_t i = 0; i < count; ++i) {
            llama_sampler_accept(sampler->chain.get(), tokens[i]);
        }
        return SHL_OK;
    });
}
