#include "thaw/node/sorted_writes.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace thaw::node {

namespace {

/// Of few different bytes, so that many are alike, begin alike, or are the beginning of another.
Bytes some_bytes(std::mt19937_64& random, size_t size_max) {
    Bytes made(random() % (size_max + 1));
    for (uint8_t& byte : made) byte = random() % 8 == 0 ? 0 : static_cast<uint8_t>(random() % 2);
    return made;
}

}  // namespace

TEST(sorted_writes, are_what_a_map_makes_of_them) {
    std::mt19937_64 random{1};
    for (const size_t count : {0u, 1u, 2u, 30u, 3'000u, 20'000u}) {
        SortedWrites writes{count / 2, 64};  // room is a guess
        std::map<Bytes, Bytes> model;
        for (size_t i = 0; i < count; ++i) {
            const auto byte = [&] { return static_cast<uint8_t>(random() % 2); };
            const SortedWrites::Head head{byte(),
                                          random() % 2 ? std::optional{byte()} : std::nullopt};
            Bytes key{head.first};
            if (head.second) key.push_back(*head.second);
            const Bytes rest = some_bytes(random, count < 100 ? 3 : 14);
            const Bytes value = some_bytes(random, 5);
            writes.add(head, rest, value);
            append(key, rest);
            model[key] = value;
        }
        const auto sorted = writes.sorted();
        ASSERT_EQ(sorted.size(), model.size());
        auto expected = model.begin();
        for (const auto& [key, value] : sorted) {
            EXPECT_EQ((Bytes{key.begin(), key.end()}), expected->first);
            EXPECT_EQ(value.has_value(), !expected->second.empty());
            if (value) {
                EXPECT_EQ((Bytes{value->begin(), value->end()}), expected->second);
            }
            ++expected;
        }
    }
}

}  // namespace thaw::node
