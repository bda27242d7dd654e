// How many threads compute, chosen from how long the steps take.
//
// ggml's threads meet at a barrier after every node of the graph and spin until the last is there. While another
// program's thread has the core of one of them, the others burn their time slices: with two busy neighbours on two
// cores, two threads are slower than one, by up to a hundred times. So a computation that meets neighbours goes on with
// fewer threads, and comes back when they are gone.
#ifndef SHEARLING_GOVERNOR_H
#define SHEARLING_GOVERNOR_H

#include <cstdint>

namespace shell {

// What a step took. `lost` is the part of `seconds` in which the calling thread was ready to run and did not.
struct StepTime {
    double seconds;
    double lost;
    int32_t tokens;
};

// Not thread-safe. Pure: the same steps give the same choices.
class Governor {
public:
    // Calm steps before more threads are tried, at first, and at most: each vain trial doubles it.
    static constexpr int32_t first_patience = 8;
    static constexpr int32_t last_patience = 512;
    static constexpr int32_t first_curiosity = 16;

    explicit Governor(int32_t most) : limit(most), count(most) {}

    // Threads for the next step, 1 to the most.
    int32_t threads() const { return count; }

    // A step was computed with threads().
    void measured(const StepTime & step);

    // Whether a step that has come this far would be done sooner from its start with fewer threads.
    bool hopeless(const StepTime & so_far) const;

    // A hopeless step was given up: the next is computed with fewer threads.
    void gave_up();

private:
    struct Trial {
        int32_t from = 0; // threads before; 0: no trial
        int32_t steps = 0;
        double baseline = 0; // cost before
        double cost = 0; // of its steps, together
    };

    void settle(int32_t threads);
    void attempt(int32_t threads);
    void judge(double cost, bool starved);
    void back();
    void attempt_fewer();

    int32_t limit;
    int32_t count;
    double usual = 0; // smoothed cost of a step with `count` threads; 0: not known
    int32_t size_class = -1; // steps of very different sizes are not compared
    int32_t slow_steps = 0; // one after the other
    int32_t starved_steps = 0;
    int32_t calm_steps = 0;
    int32_t patience = first_patience;
    int32_t curiosity = first_curiosity; // calm steps with all threads before fewer are tried
    int32_t depth = 1; // how far down the next trial of fewer threads goes: further after one in vain
    Trial trial;
};

} // namespace shell

#endif
