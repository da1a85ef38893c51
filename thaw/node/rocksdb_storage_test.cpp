#include "thaw/node/rocksdb_storage.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

namespace thaw::node {

namespace {

Bytes bytes(std::string_view text) {
    const BytesView view = view_of(text);
    return {view.begin(), view.end()};
}

struct Directory {
    std::filesystem::path path =
        std::filesystem::temp_directory_path() / ("thaw_rocksdb_test_" + std::to_string(getpid()));
    Directory() { std::filesystem::remove_all(path); }
    ~Directory() { std::filesystem::remove_all(path); }
};

}  // namespace

TEST(rocksdb_storage, keeps_what_was_written) {
    const Directory directory;
    const Bytes large(100'000, 7);
    {
        const auto storage = open_rocksdb(directory.path);
        ASSERT_TRUE(storage) << storage.error();
        const std::vector<Write> batch{{bytes("b1"), bytes("one")},
                                       {bytes("b2"), large},
                                       {bytes("c"), bytes("else")},
                                       {bytes("b0"), bytes("gone")},
                                       {bytes("b0"), std::nullopt}};
        ASSERT_TRUE((*storage)->write(batch));
        const auto second = open_rocksdb(directory.path);
        ASSERT_FALSE(second);
        EXPECT_EQ(second.error(), "another process is using it: stop that one first");
    }
    const auto storage = open_rocksdb(directory.path);
    ASSERT_TRUE(storage) << storage.error();
    EXPECT_EQ((*storage)->get(bytes("b2"))->value(), large);
    EXPECT_FALSE((*storage)->get(bytes("b0"))->has_value());
    std::vector<Bytes> keys;
    ASSERT_TRUE((*storage)->for_each(bytes("b"), [&](BytesView key, BytesView) {
        keys.emplace_back(key.begin(), key.end());
        return true;
    }));
    EXPECT_EQ(keys, (std::vector{bytes("b1"), bytes("b2")}));
}

}  // namespace thaw::node
