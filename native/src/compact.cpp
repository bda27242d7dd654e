#include "compact.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>

namespace compact {

namespace {

constexpr int64_t SHARE = 20; // of llama-perplexity's bytes
constexpr int64_t TEXT = 12; // bytes of the text's own tokens, of which there are two and a bit for a scored one
constexpr int32_t SAMPLE = 4; // one token in so many is of the sample

// What single precision may have changed of a logarithm above -64.
constexpr double ROUNDING = 4e-6;

struct Header {
    float nll;
    float tail; // its mass
    float tail_logs; // the sum of p ln p over it
    float zero;
};

// The parts of a row.
struct Parts {
    int64_t likeliest_tokens = sizeof(Header);
    int64_t likeliest_logs;
    int64_t sampled_tokens;
    int64_t sampled_logs;

    explicit Parts(const Shape & shape)
        : likeliest_logs(likeliest_tokens + int64_t{shape.likeliest} * shape.token_bytes),
          sampled_tokens(likeliest_logs + int64_t{shape.likeliest} * 4),
          sampled_logs(sampled_tokens + int64_t{shape.sampled} * shape.token_bytes) {}
};

void put_token(uint8_t * place, int32_t index, int32_t token, int32_t bytes) {
    std::memcpy(place + int64_t{index} * bytes, &token, static_cast<size_t>(bytes)); // little endian
}

int64_t token_at(const uint8_t * place, int32_t index, int32_t bytes) {
    uint32_t token = 0;
    std::memcpy(&token, place + int64_t{index} * bytes, static_cast<size_t>(bytes));
    return token;
}

void put_log(uint8_t * place, int32_t index, double log) {
    const auto value = static_cast<float>(log);
    std::memcpy(place + int64_t{index} * 4, &value, sizeof value);
}

double log_at(const uint8_t * place, int32_t index) {
    float value = 0;
    std::memcpy(&value, place + int64_t{index} * 4, sizeof value);
    return static_cast<double>(value);
}

// Between 0 and 1, the same for the same number (splitmix64).
double share_of(uint64_t number) {
    uint64_t bits = number + 0x9e3779b97f4a7c15;
    bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9;
    bits = (bits ^ (bits >> 27)) * 0x94d049bb133111eb;
    bits ^= bits >> 31;
    return static_cast<double>(bits >> 11) * 0x1p-53;
}

} // namespace

Shape Shape::of(int32_t vocabulary) {
    const int32_t token_bytes = vocabulary <= 1 << 16 ? 2 : 4;
    const int64_t room = score::stored_words(vocabulary) * 2 / SHARE - static_cast<int64_t>(sizeof(Header)) - TEXT;
    const auto tokens = static_cast<int32_t>(std::max<int64_t>(2, room / (token_bytes + 4)));
    const int32_t sampled = std::max(1, std::min(tokens, vocabulary) / SAMPLE);
    return {vocabulary, std::max(1, std::min(tokens, vocabulary) - sampled), sampled, token_bytes};
}

int64_t Shape::bytes() const {
    return Parts(*this).sampled_logs + int64_t{sampled} * 4;
}

void store(
    const score::Row & row, const Shape & shape, int32_t token, uint64_t number, Scratch & scratch, uint8_t * out) {
    const Parts parts(shape);
    const double whole = static_cast<double>(row.largest) + row.log_sum;
    const auto log = [&](int32_t i) { return static_cast<double>(row.logits[i]) - whole; };
    auto & order = scratch.order;
    std::iota(order.begin(), order.end(), 0);
    const auto better = [&](int32_t a, int32_t b) {
        return row.logits[a] > row.logits[b] || (!(row.logits[a] < row.logits[b]) && a < b);
    };
    const auto end = order.begin() + shape.likeliest;
    std::nth_element(order.begin(), end - 1, order.end(), better);
    std::sort(order.begin(), end, better);
    auto & in_head = scratch.in_head;
    std::fill(in_head.begin(), in_head.end(), uint8_t{0});
    for (int32_t i = 0; i < shape.likeliest; ++i) {
        const int32_t likely = order[static_cast<size_t>(i)];
        in_head[static_cast<size_t>(likely)] = 1;
        put_token(out + parts.likeliest_tokens, i, likely, shape.token_bytes);
        put_log(out + parts.likeliest_logs, i, log(likely));
    }
    double mass = 0;
    double logs = 0;
    for (int32_t i = 0; i < shape.vocabulary; ++i) {
        const double p = in_head[static_cast<size_t>(i)] != 0 ? 0 : std::exp(log(i));
        mass += p;
        logs += p > 0 ? p * log(i) : 0;
    }
    // Every mass / sampled along the tail one token, from a place of chance on.
    const double stride = mass / shape.sampled;
    double next = share_of(number) * stride;
    double passed = 0;
    int32_t taken = 0;
    int32_t last = order.front();
    for (int32_t i = 0; i < shape.vocabulary && taken < shape.sampled; ++i) {
        const double p = in_head[static_cast<size_t>(i)] != 0 ? 0 : std::exp(log(i));
        passed += p;
        last = p > 0 ? i : last;
        for (; p > 0 && taken < shape.sampled && next < passed; next += stride) {
            put_token(out + parts.sampled_tokens, taken, i, shape.token_bytes);
            put_log(out + parts.sampled_logs, taken++, log(i));
        }
    }
    for (; taken < shape.sampled; ++taken) { // what rounding left over, or a tail of nothing
        put_token(out + parts.sampled_tokens, taken, last, shape.token_bytes);
        put_log(out + parts.sampled_logs, taken, log(last));
    }
    const Header header{static_cast<float>(-log(token)), static_cast<float>(mass), static_cast<float>(logs), 0};
    std::memcpy(out, &header, sizeof header);
}

bool compare(const uint8_t * base, const Shape & shape, const score::Row & candidate, Compared & out) {
    const Parts parts(shape);
    Header header;
    std::memcpy(&header, base, sizeof header);
    const double whole = static_cast<double>(candidate.largest) + candidate.log_sum;
    const auto log = [&](int64_t i) { return static_cast<double>(candidate.logits[i]) - whole; };
    double head = 0;
    double head_apart = 0;
    double head_mass = 0; // the candidate's
    for (int32_t i = 0; i < shape.likeliest; ++i) {
        const auto token = token_at(base + parts.likeliest_tokens, i, shape.token_bytes);
        if (token >= shape.vocabulary) {
            return false;
        }
        const double p = log_at(base + parts.likeliest_logs, i);
        const double q = log(token);
        head += std::exp(p) * (p - q);
        head_apart += std::exp(p) * std::fabs(p - q);
        head_mass += std::exp(q);
    }
    double sum = 0;
    double squares = 0;
    for (int32_t i = 0; i < shape.sampled; ++i) {
        const auto token = token_at(base + parts.sampled_tokens, i, shape.token_bytes);
        if (token >= shape.vocabulary) {
            return false;
        }
        const double apart = log_at(base + parts.sampled_logs, i) - log(token);
        sum += apart;
        squares += apart * apart;
    }
    const double mass = static_cast<double>(header.tail);
    const double mean = sum / shape.sampled;
    // Of all tails with these masses the one in the candidate's own proportions is nearest to it; and none is farther
    // than one that lies on the candidate's least likely token.
    const double other_mass = std::max(1 - head_mass, 0.0) + 1e-12; // that much rounding may have taken
    const double least = mass > 0 ? mass * std::log(mass / other_mass) : 0;
    const double smallest = static_cast<double>(candidate.smallest) - whole;
    const double most = static_cast<double>(header.tail_logs) - mass * smallest;
    const double tail = std::clamp(mass * mean, std::min(least, most), most);
    const double slack = ROUNDING * (1 + head_apart + mass * (1 - smallest));
    out.base_nll = static_cast<double>(header.nll);
    out.kl = std::max(head + tail, 0.0);
    out.bound = std::max(tail - least, most - tail) + slack;
    out.variance = mass * mass * std::max(squares / shape.sampled - mean * mean, 0.0) / shape.sampled;
    out.same_top = token_at(base + parts.likeliest_tokens, 0, shape.token_bytes) == candidate.top;
    return std::isfinite(out.kl) && std::isfinite(out.bound) && std::isfinite(out.base_nll);
}

} // namespace compact
