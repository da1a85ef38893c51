#include "thaw/node/clock.hpp"

#include <gtest/gtest.h>

namespace thaw::node {

// With speed 0 the clock stands still, so every value is exact.
TEST(dev_clock, moves_only_as_told) {
    DevClock clock{1000, 0};
    EXPECT_EQ(clock.now_s(), 1000u);
    clock.advance(50);
    EXPECT_EQ(clock.block_s(), 1050u);
    EXPECT_FALSE(clock.jump_to(1049));
    EXPECT_TRUE(clock.jump_to(1050));
    clock.reset(900);
    EXPECT_EQ(clock.now_s(), 900u);
}

TEST(dev_clock, the_next_block_has_exactly_the_time_that_was_set) {
    DevClock clock{1000, 1'000'000'000};  // a million seconds a second
    const uint64_t at = clock.now_s() + 1'000'000'000;
    ASSERT_TRUE(clock.jump_to(at));
    EXPECT_EQ(clock.now_s(), at);
    EXPECT_EQ(clock.block_s(), at);
    EXPECT_GE(clock.now_s(), at);
}

}  // namespace thaw::node
