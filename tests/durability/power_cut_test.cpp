// The node on a disk that loses, tears and reorders what was not synced. A client's
// acknowledgements are the measure: after any power cut the chain is the one it was told of, or
// that with the one thing more that was under way.
#include <chrono>
#include <cstdlib>
#include <functional>
#include <random>
#include <set>

#include "tests/durability/simulated_disk.hpp"
#include "thaw/base/result.hpp"
#include "thaw/base/text.hpp"
#include "thaw/node/recovery.hpp"
#include "thaw/node/rocksdb_storage.hpp"
#include "thaw/node/test_world.hpp"

namespace thaw::durability {

namespace {

using node::test::World;
using Hashes = std::vector<Hash>;  ///< of a chain's blocks, by height

constexpr const char* directory = "/chain";
constexpr node::PastLimits past{.blocks = 2};

/// What a client was told, and when: the chain as it stood after `operations` on the disk.
struct Told {
    size_t operations = 0;
    Hashes chain;
};
struct Recording {
    Image before;
    std::vector<Operation> operations;
    std::vector<Told> told;
};

node::IoResult<std::shared_ptr<node::Storage>> open(const std::shared_ptr<SimulatedDisk>& disk) {
    return node::open_rocksdb(directory, disk);
}

Hashes chain_of(const node::Node& node) {
    Hashes chain;
    for (uint64_t height = 0; const node::BlockPtr block = node.block(height); ++height)
        chain.push_back(block->hash);
    return chain;
}

/// Whatever writes to the disk.
enum class Act : uint8_t { transfer, checkpoint, restart, revert };
constexpr size_t acts_at_once = 5;
using Acts = std::array<Act, acts_at_once>;
constexpr uint64_t sequences = 1'024;  ///< 4^5

/// Each of all sequences once in 1,024 numbers, and soon different ones.
Acts sequence_of(uint64_t number) {
    uint64_t left = number * 389 % sequences;
    Acts acts{};
    for (Act& act : acts) {
        act = static_cast<Act>(left % 4);
        left /= 4;
    }
    return acts;
}

/// A client at work on a node: one thing after another, each acknowledged before the next.
class Client {
  public:
    Client(std::shared_ptr<SimulatedDisk> disk, uint64_t seed)
        : disk_{std::move(disk)}, random_{seed} {
        world_.options.checkpoint_blocks = 2;
        world_.options.past = past;
        if (random_() % 4 == 0) disk_->refuse_direct_writes();
        restart();
    }
    /// Returns false when the node has stopped, and so was nothing acknowledged.
    bool act(Act what) {
        switch (what) {
            case Act::checkpoint:
                world_.node->checkpoint();
                return !world_.node->stopped();
            case Act::restart:
                restart();
                return true;
            case Act::revert:
                if (head() > 0) return world_.node->revert_to(head() - 1);
                [[fallthrough]];
            case Act::transfer:
                return transfer();
        }
        return false;
    }
    bool transfer() {
        const auto from = static_cast<uint32_t>(random_() % 4);
        const uint64_t nonce = world_.node->pending_nonce(node::test::account(from));
        auto draft = node::test::transfer(nonce, 1 + random_() % node::test::gwei, 7);
        if (random_() % 4 == 0) {  // what the log then has looks like sectors that are missing
            draft.data = Bytes(1'100);
            draft.gas_limit = 50'000;
        }
        const auto hash = world_.node->submit(node::test::sign(from, draft));
        return hash && world_.wait_for(*hash);
    }
    /// Transfers that wait together and get a block each, so that each block is put together while
    /// the one before is written. Returns what was told after each.
    std::vector<Told> transfers_in_a_row(uint64_t count) {
        world_.options.block_transactions_max = 1;
        restart();
        node::Node& node = *world_.node;
        node.set_automine(false);
        const uint64_t first = node.pending_nonce(node::test::account(0));
        Hash last;
        for (uint64_t nonce = first; nonce < first + count; ++nonce)
            last = *node.submit(node::test::sign(0, node::test::transfer(nonce)));
        std::vector<Told> all;
        const uint64_t id = node.on_block([&](const node::BlockPtr&) { all.push_back(told()); });
        node.set_automine(true);
        EXPECT_TRUE(world_.wait_for(last));
        node.set_automine(false);  // comes after the last block's subscribers
        node.unsubscribe(id);
        return all;
    }
    void restart() {
        world_.node.reset();
        world_.options.storage.reset();
        // What folds past the log, and what goes through it.
        world_.options.checkpoint_table_bytes = random_() % 2 == 0 ? 0 : 1u << 20;
        auto storage = open(disk_);
        if (!storage) throw std::runtime_error(storage.error());
        world_.options.storage = std::move(*storage);
        world_.node = std::make_unique<node::Node>(world_.options);
    }
    Told told() const { return {disk_->done(), chain_of(*world_.node)}; }
    std::optional<std::string> stopped() const { return world_.node->stopped(); }

  private:
    uint64_t head() const { return world_.node->view().head()->header.number; }
    std::shared_ptr<SimulatedDisk> disk_;
    std::mt19937_64 random_;
    World world_;
};

Recording record(Image before, uint64_t seed, const Acts& acts) {
    const auto disk = std::make_shared<SimulatedDisk>(before);
    disk->refuse_options_files();
    Recording all{.before = std::move(before), .operations = {}, .told = {}};
    {
        Client client{disk, seed};
        if (!all.before.empty()) all.told.push_back({0, client.told().chain});
        all.told.push_back(client.told());
        for (const Act act : acts) {
            if (!client.act(act)) throw std::runtime_error("a sound disk failed");
            all.told.push_back(client.told());
        }
    }
    all.operations = disk->operations();
    return all;
}

/// Recovers as the node does, digest and all; what stands there then, or what is wrong.
node::IoResult<Hashes> recovered(const std::shared_ptr<SimulatedDisk>& disk) {
    node::Store store{TRY(open(disk))};
    if (!TRY(store.open())) return Hashes{};
    protocol::State state;
    node::Chain chain{store, past};
    TRY_VOID(node::recover(store, past, state, chain));
    Hashes hashes;
    for (uint64_t height = 0; height <= chain.head()->header.number; ++height)
        hashes.push_back(TRY(store.block(height)).hash);
    return hashes;
}

/// The last thing the client was told by then, and what was under way.
std::pair<const Told*, const Told*> around(const Recording& all, size_t operations) {
    const Told* last = nullptr;
    for (const Told& one : all.told) {
        if (one.operations > operations) return {last, &one};
        last = &one;
    }
    return {last, nullptr};
}

bool is_right(const Recording& all, size_t operations, const Hashes& chain) {
    const auto [last, next] = around(all, operations);
    return chain == (last ? last->chain : Hashes{}) || (next && chain == next->chain);
}

std::string shown(const Tear& tear) {
    return "tear " + std::to_string(int(tear.kind)) + ", bytes " + std::to_string(tear.bytes) +
           ", seed " + std::to_string(tear.seed) + ", renames " + std::to_string(tear.renames);
}

Tear tear_of(std::mt19937_64& random, const Loose& loose) {
    Tear tear;
    tear.kind = static_cast<Tear::Kind>(random() % 4);
    tear.bytes = random() % (loose.bytes + 1);
    tear.seed = random();
    tear.renames = random() % (loose.renames + 1);
    return tear;
}

/// Recovers from a cut, cuts again in the middle of that, up to three times in a row. Returns how
/// many cuts there were.
uint64_t try_image(const Recording& all, size_t at, const Tear& tear, Image image,
                   std::mt19937_64& random) {
    for (uint64_t cuts = 1;; ++cuts) {
        const auto disk = std::make_shared<SimulatedDisk>(image);
        disk->refuse_options_files();
        const auto chain = recovered(disk);
        const bool right = chain && is_right(all, at, *chain);
        EXPECT_TRUE(right) << (chain ? "another chain" : chain.error()) << "; after " << at
                           << " operations, " << shown(tear) << ", cut " << cuts;
        if (!right || cuts == 4 || random() % 8 != 0) return cuts;
        const auto operations = disk->operations();
        const Power power = power_after(image, operations, random() % (operations.size() + 1));
        image = power.cut(tear_of(random, power.loose()));
    }
}

/// The power goes after each operation on the disk, once with each end that directory and files may
/// have, and with each length of what was not synced, in steps; until `goes_on` says no more.
uint64_t try_everywhere(const Recording& all, uint64_t step, std::mt19937_64& random,
                        const std::function<bool()>& goes_on) {
    uint64_t cuts = 0;
    Power power{all.before};
    for (size_t at = 0;; ++at) {
        const auto with = [&](const Tear& tear) {
            if (goes_on()) cuts += try_image(all, at, tear, power.cut(tear), random);
        };
        const Loose loose = power.loose();
        for (uint64_t renames = 0; renames <= std::min<uint64_t>(loose.renames, 2); ++renames)
            for (const auto kind : {Tear::Kind::keep, Tear::Kind::lose, Tear::Kind::sectors})
                with({kind, 0, random(), renames});
        for (uint64_t bytes = 1 + random() % step; bytes < loose.bytes; bytes += step)
            with({Tear::Kind::cut, bytes, 0, loose.renames});
        if (at == all.operations.size() || testing::Test::HasFailure()) return cuts;
        power.pass(all.operations[at]);
    }
}

uint64_t number_from(const char* variable, uint64_t otherwise) {
    const char* text = std::getenv(variable);
    return text ? static_cast<uint64_t>(parse_decimal(text).value_or(otherwise)) : otherwise;
}

}  // namespace

TEST(PowerCut, AfterEachOperationWithEachEndOfTheLogLosesNothingThatWasAcknowledged) {
    // Nightly: all 1,024 sequences of five things that write, and for five of them, one of which
    // creates the chain, each single byte of what was not synced.
    const uint64_t wanted = number_from("THAW_POWER_CUTS", 1'500);
    const uint64_t seed = number_from("THAW_SEED", 1);
    const auto minutes = std::chrono::minutes{number_from("THAW_POWER_MINUTES", 10'000)};
    const auto end = std::chrono::steady_clock::now() + minutes;  // what was done then counts
    const bool thorough = wanted > 100'000;
    std::mt19937_64 random{seed};
    const Recording creation = record({}, seed, {});
    const Image created = after_power_cut({}, creation.operations, creation.told.front().operations,
                                          {Tear::Kind::keep, 0, 0, 99});
    uint64_t cuts = 0;
    uint64_t round = 0;
    const auto goes_on = [&] { return std::chrono::steady_clock::now() < end; };
    const auto enough = [&] { return cuts >= wanted && (!thorough || round >= sequences); };
    for (; !enough() && goes_on() && !HasFailure(); ++round) {
        const uint64_t step = !thorough ? 150 : round < 5 ? 1 : 24;
        const Recording all =
            record(round == 0 ? Image{} : created, seed * 1'000'000 + round, sequence_of(round));
        cuts += try_everywhere(all, step, random, goes_on);
    }
    std::printf("%llu power cuts in %llu sequences of five, seed %llu\n",
                static_cast<unsigned long long>(cuts), static_cast<unsigned long long>(round),
                static_cast<unsigned long long>(seed));
}

TEST(PowerCut, WhileBlocksFollowEachOtherLosesNothingThatWasAcknowledged) {
    constexpr uint64_t count = 8;
    const auto disk = std::make_shared<SimulatedDisk>();
    disk->refuse_options_files();
    Recording all;
    {
        Client client{disk, 1};
        all.told.push_back(client.told());
        for (Told& one : client.transfers_in_a_row(count)) all.told.push_back(std::move(one));
    }
    ASSERT_EQ(all.told.size(), 1 + count);
    EXPECT_EQ(all.told.back().chain.size(), 1 + count);
    all.operations = disk->operations();
    std::mt19937_64 random{number_from("THAW_SEED", 1)};
    try_everywhere(all, 100, random, [] { return true; });
}

TEST(PowerCut, WithinTheListOfTablesLosesNothingThatWasAcknowledged) {
    std::mt19937_64 random{number_from("THAW_SEED", 1)};
    uint64_t cuts = 0;
    for (uint64_t seed = 0; seed < 8 && !HasFailure(); ++seed) {
        // Without a restart that begins a new one, the list grows over many sectors.
        const auto disk = std::make_shared<SimulatedDisk>();
        disk->refuse_options_files();
        Recording all;
        {
            Client client{disk, seed};
            all.told.push_back(client.told());
            for (int i = 0; i < 24; ++i) {
                ASSERT_TRUE(client.act(i % 2 == 0 ? Act::transfer : Act::checkpoint));
                all.told.push_back(client.told());
            }
        }
        all.operations = disk->operations();
        std::set<uint64_t> lists;
        Power power{all.before};
        for (size_t at = 0; at < all.operations.size() && !HasFailure(); ++at) {
            const Operation& one = all.operations[at];
            power.pass(one);
            if (one.kind == Operation::Kind::create && one.name.find("/MANIFEST-") != one.name.npos)
                lists.insert(one.file);
            if (one.kind != Operation::Kind::append || !lists.contains(one.file)) continue;
            for (int i = 0; i < 8; ++i) {
                const Tear tear{Tear::Kind::sectors, 0, random(), power.loose().renames};
                cuts += try_image(all, at + 1, tear, power.cut(tear), random);
            }
        }
    }
    EXPECT_GT(cuts, 300u);
}

TEST(PowerCut, TablesAreWrittenDirectlyWhereTheDiskTakesThat) {
    for (const bool takes : {true, false}) {
        const auto disk = std::make_shared<SimulatedDisk>();
        if (!takes) disk->refuse_direct_writes();
        Client client{disk, 3};  // which refuses nothing by itself
        ASSERT_TRUE(client.transfer());
        client.restart();  // what was in the log becomes a table
        ASSERT_TRUE(client.transfer());
        const auto is_direct = [](const Operation& one) {
            return one.kind == Operation::Kind::write;
        };
        EXPECT_EQ(std::ranges::any_of(disk->operations(), is_direct), takes);
        EXPECT_EQ(client.told().chain.size(), 3u);
    }
}

/// A chain of which the first half lies in tables and the rest in the log.
struct HalfFolded {
    Image image;
    Hashes told;
    HalfFolded() {
        const auto disk = std::make_shared<SimulatedDisk>();
        Client client{disk, 7};
        for (int i = 0; i < 4; ++i) EXPECT_TRUE(client.transfer());
        client.restart();  // what the log had becomes tables
        for (int i = 0; i < 4; ++i) EXPECT_TRUE(client.transfer());
        told = client.told().chain;
        const auto operations = disk->operations();
        image = after_power_cut({}, operations, operations.size(), {Tear::Kind::keep, 0, 0, 99});
    }
    void expect_seen(const std::string& name, size_t at, unsigned bit) const {
        Image flipped = image;
        flipped[name][at] = static_cast<char>(flipped[name][at] ^ (1 << bit));
        const auto chain = recovered(std::make_shared<SimulatedDisk>(std::move(flipped)));
        // What a flip in RocksDB's own notes does not change is as good as repaired.
        const bool same = chain && !name.ends_with(".log") && *chain == told;
        EXPECT_TRUE(!chain || same) << "bit " << bit << " of byte " << at << " of " << name;
    }
};

TEST(Damage, OfAnyBitIsSeen) {
    const HalfFolded sound;
    ASSERT_EQ(*recovered(std::make_shared<SimulatedDisk>(sound.image)), sound.told);
    std::mt19937_64 random{7};
    uint64_t tried = 0;
    for (const auto& [name, data] : sound.image) {
        if (data.empty()) continue;
        for (uint64_t i = 0; i < number_from("THAW_FLIPS", 200); ++i, ++tried) {
            const size_t at = random() % data.size();
            sound.expect_seen(name, at, random() % 8);
        }
    }
    EXPECT_GT(tried, 0u);
}

TEST(Damage, OfTheNotesATableEndsInIsSeen) {
    // One of these bits, and no other, has RocksDB end the process if it is let at the table.
    const HalfFolded sound;
    uint64_t tables = 0;
    for (const auto& [name, data] : sound.image) {
        if (!name.ends_with(".sst")) continue;
        ++tables;
        for (size_t back = 1; back <= std::min<size_t>(data.size(), 400); ++back)
            sound.expect_seen(name, data.size() - back, 7);
    }
    EXPECT_GT(tables, 0u);
}

TEST(FailedSync, StopsTheNodeAndLosesNothingThatWasAcknowledged) {
    constexpr uint64_t transfers = 12;
    for (uint64_t number = 0; number < 80; ++number) {
        const uint64_t sync = number / 2;
        const auto disk = std::make_shared<SimulatedDisk>();
        disk->refuse_options_files();
        Recording all;
        {
            Client client{disk, sync};
            if (number % 2 == 1) client.restart();  // the first transfer is its first write
            all.told.push_back(client.told());
            disk->fail_sync_after(sync);
            for (uint64_t i = 0; i < transfers; ++i) {
                if (!client.transfer()) break;
                all.told.push_back(client.told());
            }
            EXPECT_TRUE(client.stopped() || sync >= transfers) << "sync " << sync;
            if (const auto why = client.stopped()) {
                EXPECT_NE(why->find("input/output error"), std::string::npos) << *why;
            }
        }
        all.operations = disk->operations();
        for (const auto kind : {Tear::Kind::keep, Tear::Kind::lose, Tear::Kind::sectors}) {
            const Image image =
                after_power_cut({}, all.operations, all.operations.size(), {kind, 0, sync, 99});
            const auto chain = recovered(std::make_shared<SimulatedDisk>(image));
            ASSERT_TRUE(chain) << chain.error() << "; sync " << sync;
            const Hashes& told = all.told.back().chain;
            ASSERT_GE(chain->size(), told.size()) << "sync " << sync;
            EXPECT_TRUE(std::equal(told.begin(), told.end(), chain->begin())) << "sync " << sync;
        }
    }
}

TEST(FullDisk, StopsTheNodeAndLosesNothingThatWasAcknowledged) {
    for (uint64_t room = 0; room < 6'000; room += 250) {
        const auto disk = std::make_shared<SimulatedDisk>();
        Hashes told;
        {
            Client client{disk, room};
            told = client.told().chain;
            disk->fill_after(room);
            while (client.transfer()) told = client.told().chain;
            ASSERT_TRUE(client.stopped());
            EXPECT_NE(client.stopped()->find("no space left on device"), std::string::npos)
                << *client.stopped();
        }
        const auto operations = disk->operations();
        const Image image =
            after_power_cut({}, operations, operations.size(), {Tear::Kind::lose, 0, room, 99});
        const auto chain = recovered(std::make_shared<SimulatedDisk>(image));
        ASSERT_TRUE(chain) << chain.error() << "; room " << room;
        ASSERT_GE(chain->size(), told.size());
        EXPECT_TRUE(std::equal(told.begin(), told.end(), chain->begin())) << "room " << room;
    }
}

}  // namespace thaw::durability
