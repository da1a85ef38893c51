// A node on a real disk that folds after every other block, past the log, and is killed without
// warning, again and again on the same data. Whom it told of a transaction is another process.
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <random>
#include <thread>

#include "thaw/base/text.hpp"
#include "thaw/node/test_world.hpp"

namespace thaw::durability {

namespace {

using node::test::World;

World world_in(const std::filesystem::path& directory) {
    World world;
    world.options.data_dir = directory;
    world.options.checkpoint_blocks = 2;
    world.options.checkpoint_table_bytes = 0;
    world.node = std::make_unique<node::Node>(world.options);
    return world;
}

/// The killed process's part: one transfer after another, and the hash of each that is sealed.
[[noreturn]] void send_until_killed(const std::filesystem::path& directory, int told) {
    World world = world_in(directory);
    for (uint64_t nonce = world.node->pending_nonce(node::test::account(0));; ++nonce) {
        const auto hash =
            world.node->submit(node::test::sign(0, node::test::transfer(nonce, nonce)));
        if (!hash || !world.wait_for(*hash)) std::abort();
        if (::write(told, hash->bytes.data(), sizeof(Hash)) != sizeof(Hash)) std::abort();
    }
}

/// Reads all that a process says until it is killed, `ms` after it was first heard of.
std::vector<Hash> told_until_killed(pid_t process, int from, std::chrono::milliseconds ms) {
    std::vector<Hash> all;
    std::jthread killer;
    for (Hash hash; ::read(from, hash.bytes.data(), sizeof hash) == sizeof hash;) {
        if (all.empty())
            killer = std::jthread{[=] {
                std::this_thread::sleep_for(ms);
                ::kill(process, SIGKILL);
            }};
        all.push_back(hash);
    }
    int how = 0;
    ::waitpid(process, &how, 0);
    EXPECT_TRUE(WIFSIGNALED(how) && WTERMSIG(how) == SIGKILL) << how;
    return all;
}

auto threads() { return std::distance(std::filesystem::directory_iterator{"/proc/self/task"}, {}); }

uint64_t kills_wanted() {
    const char* text = std::getenv("THAW_FOLD_KILLS");
    return text ? static_cast<uint64_t>(parse_decimal(text).value_or(30)) : 30;
}

}  // namespace

TEST(FoldKill, LosesNothingThatWasAcknowledged) {
    // A forked process has none of its parent's threads, and RocksDB's would be missed.
    if (threads() > 1) GTEST_SKIP() << "runs in a process of its own: --gtest_filter='FoldKill*'";
    const auto directory =
        std::filesystem::temp_directory_path() / ("thaw_fold_kill_" + std::to_string(::getpid()));
    std::filesystem::remove_all(directory);
    std::mt19937_64 random{1};
    std::vector<Hash> all;
    const uint64_t kills = kills_wanted();
    for (uint64_t i = 0; i < kills && !testing::Test::HasFailure(); ++i) {
        std::array<int, 2> pipe{};
        ASSERT_EQ(::pipe(pipe.data()), 0);
        std::fflush(stdout);  // or the child says it again
        const pid_t process = ::fork();
        ASSERT_GE(process, 0);
        if (process == 0) send_until_killed(directory, pipe[1]);
        ::close(pipe[1]);
        const auto told =
            told_until_killed(process, pipe[0], std::chrono::milliseconds{random() % 150});
        ::close(pipe[0]);
        all.insert(all.end(), told.begin(), told.end());
    }
    const World world = world_in(directory);
    EXPECT_FALSE(world.node->replay());
    uint64_t last = 0;
    for (const Hash& hash : all) {
        const uint64_t height = node::test::place_of(*world.node, hash).height;
        EXPECT_GT(height, last);  // each in a block of its own, in the order they were told of
        last = height;
    }
    EXPECT_GT(all.size(), kills);
    std::printf("%zu acknowledged transfers, %zu kills\n", all.size(), static_cast<size_t>(kills));
    std::filesystem::remove_all(directory);
}

}  // namespace thaw::durability
