#include "thaw/rpc/patience.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace thaw::rpc::test {

namespace {

using std::chrono::milliseconds;

struct Guest final : Patience::Waiter {
    bool served() const override { return is_served; }
    void give_up() override { ++given_up; }
    bool is_served = false;
    int given_up = 0;
};

/// Timers that run out when the test says so.
struct Timers {
    struct Timer {
        milliseconds delay;
        std::function<void()> work;
    };
    std::vector<Timer> set;
    Patience::After after = [this](milliseconds delay, std::function<void()> work) {
        set.push_back({delay, std::move(work)});
    };
    void run_out() {
        std::this_thread::sleep_for(set.front().delay);
        const auto work = std::move(set.front().work);
        set.erase(set.begin());
        work();
    }
};

}  // namespace

TEST(patience, ends_for_those_who_were_not_served_and_one_timer_does) {
    Timers timers;
    Patience patience{milliseconds{20}};
    const auto early = std::make_shared<Guest>();
    const auto served = std::make_shared<Guest>();
    const auto late = std::make_shared<Guest>();
    patience.wait(early, timers.after);
    patience.wait(served, timers.after);
    patience.wait(std::make_shared<Guest>(), timers.after);  // gone at once
    std::this_thread::sleep_for(milliseconds{5});
    patience.wait(late, timers.after);
    ASSERT_EQ(timers.set.size(), 1u);
    EXPECT_EQ(timers.set[0].delay, milliseconds{20});
    served->is_served = true;
    timers.run_out();
    EXPECT_EQ(early->given_up, 1);
    EXPECT_EQ(served->given_up, 0);
    while (!timers.set.empty()) timers.run_out();
    EXPECT_EQ(late->given_up, 1);
    EXPECT_EQ(early->given_up, 1);
}

TEST(patience, sets_a_timer_again_when_somebody_comes_after_all_have_left) {
    Timers timers;
    Patience patience{milliseconds{1}};
    for (int round = 0; round < 3; ++round) {
        const auto guest = std::make_shared<Guest>();
        patience.wait(guest, timers.after);
        ASSERT_EQ(timers.set.size(), 1u);
        timers.run_out();
        EXPECT_EQ(guest->given_up, 1);
        EXPECT_TRUE(timers.set.empty());
    }
}

}  // namespace thaw::rpc::test
