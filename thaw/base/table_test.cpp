// A table against std::map: rollback to any checkpoint, edits, history, forks.
#include "thaw/base/table.hpp"

#include <gtest/gtest.h>

#include <map>

#include "tests/scenario/random.hpp"

namespace thaw {
namespace {

struct Row {
    uint64_t value = 0;
};
using Rows = std::map<uint64_t, uint64_t>;

Rows content_of(const Table<uint64_t, Row>& table) {
    Rows rows;
    table.for_each_unordered([&](uint64_t key, const Row& row) { rows[key] = row.value; });
    return rows;
}
void put(Rows& rows, uint64_t key, uint64_t value) {
    if (value == 0)
        rows.erase(key);
    else
        rows[key] = value;
}

TEST(Table, FollowsAMapThroughPutsErasuresAndRollbacks) {
    scenario::Random random{7};
    for (int round = 0; round < 200; ++round) {
        Journal journal;
        Table<uint64_t, Row> table;
        table.attach(journal, 3);
        Rows rows;
        std::vector<std::pair<size_t, Rows>> marks{{0, rows}};
        for (int i = 0; i < 200; ++i) {
            const uint64_t key = random.below(20);
            const uint64_t value = random.below(4);
            if (random.chance(10)) {
                marks.resize(1 + random.below(marks.size()));
                for (; journal.size() > marks.back().first; journal.pop_back()) table.undo();
                rows = marks.back().second;
            } else {
                table.put(key, {value});
                put(rows, key, value);
            }
            if (random.chance(8)) marks.push_back({journal.size(), rows});
            ASSERT_EQ(content_of(table), rows);
            ASSERT_EQ(table.size(), rows.size());
        }
        EXPECT_TRUE(std::ranges::all_of(journal, [](uint8_t number) { return number == 3; }));
        // The edits turn what is into what was.
        Rows before = rows;
        for (const auto& edit : table.edits()) {
            EXPECT_EQ(edit.after.value, table.get(edit.key).value);
            put(before, edit.key, edit.before.value);
        }
        EXPECT_EQ(before, Rows{});
    }
}

TEST(Table, RemembersThePastOfEachKeyUntilToldToForget) {
    scenario::Random random{9};
    Table<uint64_t, Row> table;
    std::vector<Rows> past{Rows{}};
    std::vector<std::vector<Edit<uint64_t, Row>>> blocks{{}};
    for (uint64_t height = 1; height <= 50; ++height) {
        Rows rows = past.back();
        Rows touched;
        for (int i = 0; i < 5; ++i) touched[random.below(12)] = random.below(3);
        blocks.emplace_back();
        for (const auto& [key, value] : touched) {
            const Row was = table.get(key);
            table.remember(height, key, was, {value});
            blocks.back().push_back({key, was, {value}});
            put(rows, key, value);
        }
        past.push_back(rows);
        for (uint64_t h = height > 20 ? height - 20 : 0; h <= height; ++h)
            for (uint64_t key = 0; key < 12; ++key) {
                const auto at = past[h].find(key);
                ASSERT_EQ(table.get_at(key, h).value, at == past[h].end() ? 0 : at->second);
            }
        if (height > 20) table.forget(height - 20);
    }
    // Back through what is remembered, and on through what was forgotten; what is left of the past
    // stays readable.
    for (uint64_t height = 50; height > 20; --height) {
        for (const auto& edit : blocks[height]) table.unremember(height, edit.key, edit.before);
        EXPECT_EQ(content_of(table), past[height - 1]);
        for (uint64_t h = 30; h < height; ++h)
            for (uint64_t key = 0; key < 12; ++key) {
                const auto at = past[h].find(key);
                ASSERT_EQ(table.get_at(key, h).value, at == past[h].end() ? 0 : at->second);
            }
    }
}

TEST(Table, AForkSeesTheBaseAtItsHeightAndKeepsItsEditsToItself) {
    Table<uint64_t, Row> base;
    base.remember(1, 5, {}, {10});
    base.remember(2, 5, {10}, {20});
    Table<uint64_t, Row> fork;
    fork.fork_from(base, 1);
    EXPECT_EQ(fork.get(5).value, 10u);
    fork.put(5, {99});
    fork.erase(5);
    EXPECT_EQ(fork.get(5).value, 0u);  // erased here, whatever the base says
    fork.undo();
    EXPECT_EQ(fork.get(5).value, 99u);
    fork.undo();
    EXPECT_EQ(fork.get(5).value, 10u);
    EXPECT_EQ(base.get(5).value, 20u);
}

}  // namespace
}  // namespace thaw
