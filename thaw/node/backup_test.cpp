// A backup of a chain on a real disk: what comes back, and what is refused.
#include "thaw/node/backup.hpp"

#include <unistd.h>

#include <fstream>

#include "thaw/base/text.hpp"
#include "thaw/node/rocksdb_storage.hpp"
#include "thaw/node/test_world.hpp"

namespace thaw::node::test {

namespace {

namespace fs = std::filesystem;

struct Place {
    fs::path path = fs::temp_directory_path() / ("thaw_backup_test_" + std::to_string(getpid()));
    Place() {
        fs::remove_all(path);
        fs::create_directories(path);
    }
    ~Place() { fs::remove_all(path); }
    fs::path operator/(const char* name) const { return path / name; }
};

void seal(World& world, uint64_t count) {
    for (uint64_t i = 0; i < count; ++i) {
        const uint64_t nonce = world.node->pending_nonce(account(0));
        ASSERT_TRUE(world.settle(sign(0, transfer(nonce, gwei, 3))));
    }
}

/// A chain of some blocks, a checkpoint in their middle, and a backup of it taken while it runs.
struct Backup : testing::Test {
    Place place;
    fs::path made = place / "backup";
    Manifest manifest;
    std::map<std::string, std::string> before;

    void SetUp() override {
        const std::shared_ptr<Database> database = *open_rocksdb(place / "live" / "chain");
        World world;
        world.options.storage = database;
        world.options.checkpoint_blocks = 4;
        world.node = std::make_unique<Node>(world.options);
        seal(world, 9);
        fs::create_directories(place / "snapshot");
        ASSERT_TRUE(database->snapshot(place / "snapshot" / "chain"));
        std::ofstream{place / "snapshot" / "worlds.bin"} << "what the hosts are";
        const BlockPtr head = world.node->view().head();
        seal(world, 3);  // goes on, and is not in it
        const auto written = write_backup(place / "snapshot", made, {});
        ASSERT_TRUE(written) << written.error();
        manifest = *written;
        EXPECT_EQ(manifest.chain_id, test_chain_id);
        EXPECT_EQ(manifest.height, 9u);
        EXPECT_EQ(manifest.block, head->hash);
        EXPECT_EQ(manifest.digest, head->header.state_root);
        before = contents();
    }
    /// All files of the backup.
    std::map<std::string, std::string> contents() const {
        std::map<std::string, std::string> all;
        for (const auto& entry : fs::recursive_directory_iterator{made}) {
            if (entry.is_directory()) continue;
            std::ifstream file{entry.path(), std::ios::binary};
            all[entry.path().lexically_relative(made).string()] = {
                std::istreambuf_iterator<char>{file}, {}};
        }
        return all;
    }
    void put(const std::string& name, const std::string& data) const {
        std::ofstream{made / name, std::ios::binary} << data;
    }
    std::string refusal() const {
        const auto checked = check_backup(made, {});
        const auto restored = restore_backup(made, place / "restored", {});
        EXPECT_FALSE(restored);
        EXPECT_FALSE(fs::exists(place / "restored"));
        EXPECT_FALSE(fs::exists(place / "restored.restoring"));
        if (checked || restored) return "";
        EXPECT_EQ(checked.error(), restored.error());
        return checked.error();
    }
};

}  // namespace

TEST_F(Backup, IsRestoredWithItsDigestAndGoesOn) {
    ASSERT_TRUE(check_backup(made, {}));
    EXPECT_EQ(contents(), before);  // looking changes nothing
    const auto restored = restore_backup(made, place / "restored", {});
    ASSERT_TRUE(restored) << restored.error();
    EXPECT_EQ(contents(), before);
    World world;
    world.options.storage = *open_rocksdb(place / "restored" / "chain");
    world.node = std::make_unique<Node>(world.options);
    EXPECT_EQ(world.node->view().head()->hash, manifest.block);
    EXPECT_FALSE(world.node->replay());
    seal(world, 2);
    EXPECT_EQ(world.node->view().head()->header.number, 11u);
    std::ifstream worlds{place / "restored" / "worlds.bin"};
    EXPECT_EQ((std::string{std::istreambuf_iterator<char>{worlds}, {}}), "what the hosts are");
}

TEST_F(Backup, WithAnyFileDamagedCutMissingOrAddedIsRefused) {
    for (const auto& [name, data] : before) {
        if (!data.empty()) {
            std::string flipped = data;
            flipped[data.size() / 2] = static_cast<char>(flipped[data.size() / 2] ^ 4);
            put(name, flipped);
            EXPECT_NE(refusal().find(name), std::string::npos) << name;
            put(name, data.substr(0, data.size() - 1));
            EXPECT_NE(refusal().find(name), std::string::npos) << name;
        }
        fs::remove(made / name);
        EXPECT_NE(refusal().find(name), std::string::npos) << name;
        put(name, data);
    }
    put("more", "");
    EXPECT_EQ(refusal(), "more is not in its manifest");
    fs::remove(made / "more");
    EXPECT_EQ(contents(), before);
    EXPECT_TRUE(check_backup(made, {}));
}

TEST_F(Backup, WithAFlippedBitAnywhereInItsManifestIsRefused) {
    const std::string text = before.at(manifest_name);
    for (size_t at = 0; at < text.size(); ++at)
        for (const char bit : {1, 32}) {
            std::string flipped = text;
            flipped[at] = static_cast<char>(flipped[at] ^ bit);
            EXPECT_FALSE(parse_manifest(flipped)) << at;
        }
    for (size_t size = 0; size < text.size(); ++size)
        EXPECT_FALSE(parse_manifest(text.substr(0, size))) << size;
    const auto parsed = parse_manifest(text);
    ASSERT_TRUE(parsed) << parsed.error();
    EXPECT_EQ(print_manifest(*parsed), text);
}

TEST_F(Backup, WhoseManifestSaysAnotherDigestOrPathIsRefusedThoughItsSealFits) {
    Manifest other = manifest;
    other.digest.bytes[5] ^= 1;
    put(manifest_name, print_manifest(other));
    EXPECT_NE(refusal().find("is not what its manifest says"), std::string::npos);
    other = manifest;
    --other.height;
    put(manifest_name, print_manifest(other));
    EXPECT_NE(refusal().find("is not what its manifest says"), std::string::npos);
    for (const auto path : {"../live/chain/CURRENT", "/etc/passwd", "chain/../../x"}) {
        other = manifest;
        other.files.front().path = path;
        put(manifest_name, print_manifest(other));
        EXPECT_EQ(refusal(), "manifest.txt names a file in no form that is known") << path;
    }
}

TEST_F(Backup, ReplacesNothing) {
    const auto again = write_backup(place / "snapshot", made, {});
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error(), made.string() + " is there already");
    const auto over = restore_backup(made, place / "live", {});
    ASSERT_FALSE(over);
    EXPECT_EQ(over.error(), (place / "live").string() +
                                " is not empty: a restore never replaces anything, choose a new "
                                "directory");
    EXPECT_TRUE(fs::exists(place / "live" / "chain" / "CURRENT"));
}

TEST_F(Backup, ThatIsStoppedLeavesNothing) {
    uint64_t pieces = 0;
    const auto stopped = write_backup(place / "snapshot", place / "second",
                                      [&](std::string_view, uint64_t done, uint64_t total) {
                                          EXPECT_LE(done, total);
                                          return ++pieces < 3;
                                      });
    ASSERT_FALSE(stopped);
    EXPECT_EQ(stopped.error(), "it was stopped before its end");
    EXPECT_EQ(pieces, 3u);
    EXPECT_FALSE(fs::exists(place / "second"));
    EXPECT_FALSE(fs::exists(place / "second.unfinished"));
}

}  // namespace thaw::node::test
