#include "thaw/base/rare.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace thaw {

TEST(Rare, IsNothingUntilItIsMade) {
    Rare<std::vector<int>> rare;
    EXPECT_FALSE(rare);
    rare.make();
    ASSERT_TRUE(rare);
    EXPECT_TRUE(rare->empty());
}

TEST(Rare, CopiesAreDeep) {
    Rare<std::vector<int>> first;
    const Rare<std::vector<int>> none = first;
    first.make();
    first->push_back(1);
    Rare<std::vector<int>> second = first;
    second->push_back(2);
    EXPECT_EQ(*first, (std::vector{1}));
    EXPECT_EQ(*second, (std::vector{1, 2}));
    second = none;
    EXPECT_FALSE(second);
    EXPECT_TRUE(first);
}

TEST(Rare, MovesAndLetsGoOfWhatItHad) {
    const auto watched = std::make_shared<int>(7);
    Rare<std::shared_ptr<int>> first;
    first.make();
    *first = watched;
    Rare<std::shared_ptr<int>> second = std::move(first);
    EXPECT_EQ(watched.use_count(), 2);
    second.make();
    EXPECT_EQ(watched.use_count(), 1);
    EXPECT_EQ(*second, nullptr);
}

}  // namespace thaw
