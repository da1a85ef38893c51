#include "thaw/rpc/books_check.hpp"

#include "thaw/rpc/door_test.hpp"

namespace thaw::rpc::test {

namespace {

json::value block_of(BooksCheck& check) { return check.answer().at("block"); }

}  // namespace

TEST(books_check, what_is_soon_done_is_done_for_everybody) {
    const Door door;
    BooksCheck check{door.service->backend(), std::chrono::hours{1}};
    EXPECT_EQ(block_of(check), "0x0");
    door.text("evm_mine");
    EXPECT_EQ(block_of(check), "0x1");
    for (const json::value& one : check.answer().at("invariants").as_array()) {
        EXPECT_EQ(one.at("holds"), true) << one.at("says");
        EXPECT_EQ(one.at("block"), "0x1");
    }
}

TEST(books_check, what_takes_long_is_done_now_and_then) {
    const Door door;
    BooksCheck check{door.service->backend(), std::chrono::seconds{0}, 1'000'000};
    EXPECT_EQ(block_of(check), "0x0");
    door.text("evm_mine");
    EXPECT_EQ(block_of(check), "0x0");
    BooksCheck restless{door.service->backend(), std::chrono::seconds{0}, 0};
    EXPECT_EQ(block_of(restless), "0x1");
    door.text("evm_mine");
    EXPECT_EQ(block_of(restless), "0x2");
}

}  // namespace thaw::rpc::test
