#include "thaw/node/writers_first.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

namespace thaw::node {

namespace {

using std::chrono::milliseconds;

}  // namespace

TEST(writers_first, readers_who_follow_each_other_keep_no_writer_out) {
    WritersFirst mutex;
    std::atomic<int> inside = 0;
    std::atomic<int> rounds = 0;
    std::atomic<bool> written = false;
    constexpr int rounds_max = 1'000'000;
    // Each stays until another is inside, too, so that there is always one: until somebody else has
    // to wait.
    const auto read = [&] {
        while (!written && rounds < rounds_max) {
            const std::shared_lock lock{mutex};
            ++inside;
            const auto long_enough = std::chrono::steady_clock::now() + milliseconds{5};
            while (inside < 2 && std::chrono::steady_clock::now() < long_enough)
                std::this_thread::yield();
            ++rounds;
            --inside;
        }
    };
    std::vector<std::jthread> readers;
    for (int i = 0; i < 3; ++i) readers.emplace_back(read);
    while (rounds < 10) std::this_thread::yield();
    {
        const std::unique_lock lock{mutex};
        EXPECT_EQ(inside, 0);
        EXPECT_LT(rounds, rounds_max);
        written = true;
    }
}

TEST(writers_first, who_reads_may_read_once_more_while_a_writer_waits) {
    WritersFirst mutex;
    std::atomic<bool> coming = false;
    std::jthread writer;
    {
        const std::shared_lock outer{mutex};
        writer = std::jthread{[&] {
            coming = true;
            const std::unique_lock lock{mutex};
        }};
        while (!coming) std::this_thread::yield();
        std::this_thread::sleep_for(milliseconds{5});  // most likely it waits by now
        const std::shared_lock inner{mutex};
    }
    writer.join();
    const std::shared_lock again{mutex};
}

}  // namespace thaw::node
