#include "governor.h"

#include <gtest/gtest.h>

#include <cmath>

namespace {

using shell::Governor;
using shell::StepTime;

// A machine that computes a step in 20 ms of work, shared with busy neighbours. As measured: threads that have a core
// each share the work; threads that share cores with neighbours wait for each other at every barrier.
struct Machine {
    int cores = 2;
    int neighbours = 0;
    int given_up = 0;
    double seconds = 0;

    double work(int threads) const { return 0.020 / threads; }

    StepTime step(int threads, int tokens) const {
        const int crowd = threads + neighbours - cores;
        if (crowd <= 0) {
            return {work(threads) * tokens, 0, tokens};
        }
        const double share = static_cast<double>(cores) / (threads + neighbours);
        const double alone = work(threads) * tokens / share;
        const double wall = threads == 1 ? alone : alone * 8;
        return {wall, wall * (1 - share), tokens};
    }

    // One step as a context takes it: given up when that is hopeless, and computed again.
    void run(Governor & governor, int tokens = 1) {
        for (;;) {
            const auto step = this->step(governor.threads(), tokens);
            const double rate = step.lost / step.seconds;
            bool again = false;
            for (double at = 0.002; at < step.seconds; at += 0.002) {
                if (governor.hopeless({at, at * rate, tokens})) {
                    seconds += at;
                    ++given_up;
                    governor.gave_up();
                    again = true;
                    break;
                }
            }
            if (!again) {
                seconds += step.seconds;
                governor.measured(step);
                return;
            }
        }
    }

    double run_many(Governor & governor, int steps) {
        const double before = seconds;
        for (int i = 0; i < steps; ++i) {
            run(governor);
        }
        return seconds - before;
    }
};

TEST(Governor, twoQuietCores_areAlwaysUsed) {
    Governor governor(2);
    Machine machine{2};
    for (int i = 0; i < 5000; ++i) {
        machine.run(governor);
        ASSERT_EQ(governor.threads(), 2) << i;
    }
    EXPECT_EQ(machine.given_up, 0);
}

TEST(Governor, manyQuietCores_areUsedButForARareTrial) {
    Governor governor(16);
    Machine machine{16};
    const double best = machine.step(16, 1).seconds;
    EXPECT_LT(machine.run_many(governor, 5000), 5000 * best * 1.01);
    EXPECT_EQ(governor.threads(), 16);
    EXPECT_EQ(machine.given_up, 0);
}

TEST(Governor, noisyStepsOfAQuietMachine_keepAllThreads) {
    Governor governor(2);
    for (int i = 0; i < 1000; ++i) {
        const double noise = i % 50 == 7 ? 0.004 : 0; // a housekeeping thread took a slice
        const StepTime step{0.010 + noise, noise, 1};
        ASSERT_FALSE(governor.hopeless(step)) << i;
        governor.measured(step);
        ASSERT_EQ(governor.threads(), 2) << i;
    }
}

TEST(Governor, neighbourOnEveryCore_fallsToOneThreadAtOnceAndStays) {
    Governor governor(2);
    Machine machine{2, 2};
    const double alone = machine.step(1, 1).seconds;
    const double taken = machine.run_many(governor, 100);
    EXPECT_EQ(governor.threads(), 1);
    EXPECT_LT(taken, 100 * alone * 1.03);
    EXPECT_EQ(machine.given_up, 1);
}

TEST(Governor, neighboursComeAndGo_threadsFollow) {
    Governor governor(2);
    Machine machine{2};
    machine.run_many(governor, 50);
    machine.neighbours = 2;
    machine.run_many(governor, 50);
    EXPECT_EQ(governor.threads(), 1);
    machine.neighbours = 0;
    machine.run_many(governor, Governor::first_patience + 8);
    EXPECT_EQ(governor.threads(), 2);
}

TEST(Governor, oneNeighbourOnTwoCores_triesMoreThreadsEverMoreRarely) {
    Governor governor(2);
    Machine machine{2, 1};
    const double alone = machine.step(1, 1).seconds;
    machine.run_many(governor, 100);
    EXPECT_EQ(governor.threads(), 1);
    const int before = machine.given_up;
    const double taken = machine.run_many(governor, 2000);
    EXPECT_LT(machine.given_up - before, 8);
    EXPECT_GT(machine.given_up, before) << "else nobody would notice that the neighbour left";
    EXPECT_LT(taken, 2000 * alone * 1.02);
}

TEST(Governor, workersStarvedButNotTheCaller_isSeenInTheTime) {
    Governor governor(2);
    for (int i = 0; i < 20; ++i) {
        governor.measured({0.010, 0, 1});
    }
    int steps = 0;
    for (; governor.threads() == 2 && steps < 10; ++steps) {
        governor.measured({0.040, 0, 1});
    }
    EXPECT_LE(steps, 3);
    for (int i = 0; i < 20; ++i) {
        governor.measured({0.020, 0, 1});
    }
    EXPECT_EQ(governor.threads(), 1) << "20 ms alone are better than 40 ms with a starved helper";
}

TEST(Governor, slowStepsThatFewerThreadsDoNotMend_keepTheThreads) {
    Governor governor(2);
    for (int i = 0; i < 20; ++i) {
        governor.measured({0.010, 0, 1});
    }
    int fewer = 0;
    for (int i = 0; i < 200; ++i) {
        governor.measured({governor.threads() == 2 ? 0.040 : 0.080, 0, 1}); // the machine runs at half its clock
        fewer += governor.threads() == 1 ? 1 : 0;
    }
    EXPECT_EQ(governor.threads(), 2);
    EXPECT_LE(fewer, 4);
}

TEST(Governor, manyCores_oneNeighbour_losesFewThreads) {
    Governor governor(16);
    Machine machine{16, 1};
    machine.run_many(governor, 2000);
    EXPECT_GE(governor.threads(), 10);
    EXPECT_LT(governor.threads(), 16);
}

TEST(Governor, manyCores_allBusy_endsWithOne) {
    Governor governor(16);
    Machine machine{16, 16};
    machine.run_many(governor, 200);
    EXPECT_EQ(governor.threads(), 1);
}

TEST(Governor, promptAmongTokens_isNotTakenForASlowStep) {
    Governor governor(2);
    Machine machine{2};
    for (int i = 0; i < 200; ++i) {
        machine.run(governor, i % 5 == 0 ? 512 : 1);
        ASSERT_EQ(governor.threads(), 2) << i;
    }
}

TEST(Governor, oneThread_hasNoChoice) {
    Governor governor(1);
    Machine machine{2, 2};
    machine.run_many(governor, 100);
    EXPECT_EQ(governor.threads(), 1);
    EXPECT_EQ(machine.given_up, 0);
}

} // namespace
