#include "governor.h"

#include <algorithm>

namespace shell {

namespace {

constexpr double starved_share = 0.1; // of a step; a quiet machine takes one or two hundredths
constexpr double hopeless_share = 0.3;
constexpr double hopeless_seconds = 0.008; // two or three time slices
constexpr double slow = 1.5; // times the usual cost
constexpr double hopeless_cost = 2;
constexpr double worth = 0.95; // what another count of threads must cost at most to be kept
constexpr double smoothing = 0.2;
constexpr int32_t trial_steps = 4;

int32_t fewer(int32_t threads) {
    return std::max(1, threads * 2 / 3);
}

int32_t more(int32_t threads, int32_t most) {
    return std::min(most, threads + std::max(1, threads / 2));
}

// Steps of one class differ in their size by less than a half: generation, a few sequences, pieces of prompts.
int32_t class_of(int32_t tokens) {
    int32_t bits = 0;
    for (; tokens > 1; tokens /= 2) {
        ++bits;
    }
    return bits;
}

} // namespace

void Governor::settle(int32_t threads) {
    count = threads;
    trial = {};
    usual = 0;
    slow_steps = starved_steps = calm_steps = 0;
}

void Governor::attempt(int32_t threads) {
    const Trial next{count, 0, usual, 0};
    settle(threads);
    trial = next;
}

void Governor::back() {
    const bool upward = count > trial.from;
    settle(trial.from);
    if (upward) {
        patience = std::min(last_patience, patience * 2);
    } else {
        ++depth;
    }
}

void Governor::attempt_fewer() {
    int32_t threads = count;
    for (int32_t i = 0; i < std::max(1, depth); ++i) {
        threads = fewer(threads);
    }
    depth = threads == 1 ? 0 : depth; // the next begins near again
    attempt(threads);
}

void Governor::judge(double cost, bool starved) {
    const bool upward = count > trial.from;
    trial.cost += cost;
    ++trial.steps;
    if (upward && starved && ++starved_steps == 2) {
        back();
        return;
    }
    if (trial.steps < trial_steps) {
        return;
    }
    if (trial.cost / trial_steps > worth * trial.baseline) {
        back();
        return;
    }
    if (upward) {
        patience = first_patience;
    } else {
        depth = 1;
    }
    settle(count);
}

void Governor::measured(const StepTime & step) {
    if (limit == 1 || step.tokens <= 0 || step.seconds <= 0) {
        return;
    }
    const int32_t now = class_of(step.tokens);
    if (now != size_class) {
        size_class = now;
        settle(trial.from > 0 ? trial.from : count);
    }
    const double cost = step.seconds / step.tokens;
    const bool starved = step.lost > starved_share * step.seconds;
    if (trial.from > 0) {
        judge(cost, starved);
        return;
    }
    slow_steps = usual > 0 && cost > slow * usual ? slow_steps + 1 : 0;
    starved_steps = starved ? starved_steps + 1 : 0;
    calm_steps = starved ? 0 : calm_steps + 1;
    usual = usual > 0 ? usual + smoothing * (cost - usual) : cost;
    if (count > 1 && (starved_steps >= 2 || slow_steps >= 3)) {
        attempt_fewer();
    } else if (count < limit && calm_steps >= patience) {
        attempt(more(count, limit));
    } else if (count > 2 && count == limit && calm_steps >= curiosity) {
        // One neighbour beside many threads keeps a worker from its core and the caller from nothing.
        curiosity = last_patience;
        depth = 1;
        attempt_fewer();
    }
}

bool Governor::hopeless(const StepTime & so_far) const {
    if (count == 1) {
        return false;
    }
    // Before a first step is known, being kept from the cores is all there is to go by.
    const double expected = trial.from > 0 ? trial.baseline : usual;
    const bool late = expected <= 0 || so_far.seconds > hopeless_cost * expected * so_far.tokens;
    return late && so_far.lost > std::max(hopeless_seconds, hopeless_share * so_far.seconds);
}

void Governor::gave_up() {
    if (trial.from > 0 && count > trial.from) {
        back();
    } else {
        settle(fewer(count));
    }
}

} // namespace shell
