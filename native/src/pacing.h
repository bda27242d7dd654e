// Chooses the threads of each step, and gives up a step that neighbours hold up where it can be begun anew.
#ifndef SHEARLING_PACING_H
#define SHEARLING_PACING_H

#include "governor.h"
#include "threads.h"

namespace shell {

// Belongs to the thread that computes.
class Pacing {
public:
    explicit Pacing(int32_t most) : governor(most) {}

    int32_t threads() const { return governor.threads(); }

    // A step begins; only one that may be begun anew is ever given up.
    void begin(int32_t tokens, bool may_give_up);

    // Asked often while the step is computed.
    bool gives_up();

    // The step was computed.
    void done();

    // Whether the step that was stopped is to be begun anew, with fewer threads.
    bool again();

private:
    Governor governor;
    StepClock clock;
    int32_t tokens = 0;
    double next_look = 0; // seconds into the step
    bool may_give_up = false;
    bool given_up = false;
};

} // namespace shell

#endif
