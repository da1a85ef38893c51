#include "thaw/node/files.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace thaw::node {

TEST(files, missing_directories_are_made_and_what_is_in_the_way_is_named) {
    namespace fs = std::filesystem;
    const fs::path base = fs::path{testing::TempDir()} / "thaw_files_test";
    fs::remove_all(base);
    EXPECT_TRUE(make_directories(base / "a" / "b" / ""));
    EXPECT_TRUE(fs::is_directory(base / "a" / "b"));
    EXPECT_TRUE(make_directories(base / "a" / "b"));
    std::ofstream{base / "file"} << "x";
    const auto made = make_directories(base / "file" / "c");
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error(), "cannot create " + (base / "file").string() + ": File exists");
    EXPECT_FALSE(sync_directory(base / "missing"));
    fs::remove_all(base);
}

}  // namespace thaw::node
