// The core with and without its durable store, and what the machine underneath allows.
//   bench_ledger durable transfers|hot|stakes DIR ACCOUNTS COUNT BLOCK   blocks of BLOCK, synced
//   bench_ledger core transfers|hot|stakes ACCOUNTS COUNT BLOCK          applied and sealed, in
//                                                                        memory, on one core
//   bench_ledger recovery|together COUNT [THREADS]   one libsecp256k1 recovery, or one of ours 16
//                                       together, CPU time, by so many threads at once
//   bench_ledger commit DIR COUNT       a block of one transfer made durable, beside one fdatasync
//                                       of the same bytes
//   bench_ledger grow DIR ACCOUNTS BLOCKS   adds accounts to a stored chain, then single transfers
#include <fcntl.h>
#include <secp256k1_recovery.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstring>
#include <numeric>
#include <thread>

#include "bench/ledger.hpp"
#include "thaw/crypto/secp256k1.hpp"

namespace thaw::bench {
namespace {

using WallClock = std::chrono::steady_clock;

double seconds_since(WallClock::time_point start) {
    return std::chrono::duration<double>(WallClock::now() - start).count();
}

std::span<const node::Opened> piece(const std::vector<node::Opened>& all, uint64_t from,
                                    uint64_t size) {
    return std::span{all}.subspan(from, std::min<uint64_t>(size, all.size() - from));
}

void durable(Load load, const char* directory, uint64_t accounts, uint64_t count, uint64_t block) {
    Ledger ledger{directory};
    ledger.grow(0, accounts);
    const auto all = commands(load, accounts, count, ledger.chain_id());
    ledger.wait();
    const double cpu = cpu_seconds(CLOCK_PROCESS_CPUTIME_ID);
    const auto start = WallClock::now();
    for (uint64_t i = 0; i < count; i += block) ledger.seal(piece(all, i, block));
    ledger.wait();
    std::printf("{\"count\":%zu,\"seconds\":%.4f,\"cpu_seconds\":%.4f}\n", all.size(),
                seconds_since(start), cpu_seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu);
}

void core(Load load, uint64_t accounts, uint64_t count, uint64_t block) {
    State state = make_state(roomy_genesis());
    const auto chain_id = node::hub_of(state).chain_id;
    for (uint64_t done = 0; done < accounts; done += filled_per_block) {
        fill(state, done, std::min(filled_per_block, accounts - done));
        state.seal();
    }
    std::vector<Command> all;
    for (const node::Opened& one : commands(load, accounts, count, chain_id)) {
        const auto& tx = *one.transaction;
        all.push_back({.sender = one.sender,
                       .nonce = tx.nonce,
                       .to = *tx.to,
                       .data = tx.data,
                       .gas_limit = tx.gas_limit,
                       .gas_price = 1});
    }
    Block now{.chain_id = chain_id, .height = 1, .now_s = node::hub_of(state).genesis_s};
    double applied = 0;
    double sealed = 0;
    for (uint64_t i = 0; i < count; ++now.height) {
        const double start = cpu_seconds();
        for (const uint64_t end = std::min(i + block, count); i < end; ++i)
            if (!apply(state, now, all[i]).success) std::abort();
        const double middle = cpu_seconds();
        state.seal();
        applied += middle - start;
        sealed += cpu_seconds() - middle;
    }
    std::printf("{\"count\":%zu,\"apply_ns\":%.1f,\"seal_ns\":%.1f}\n", all.size(),
                1e9 * applied / static_cast<double>(count),
                1e9 * sealed / static_cast<double>(count));
}

/// Signatures of as many signers, each met once, as the node meets them: of a few that return, the
/// processor knows the way.
struct Signed {
    std::vector<Hash> digests;
    std::vector<crypto::Signature> signatures;
    explicit Signed(size_t count) {
        for (size_t i = 0; i < count; ++i) {
            crypto::PrivateKey key;
            key.bytes.fill(0x42);
            std::memcpy(key.bytes.data(), &i, sizeof i);
            digests.push_back(crypto::keccak256(view_of(uint64_t{i})));
            signatures.push_back(crypto::sign(digests.back(), key));
        }
    }
};

/// CPU time of a recovery in microseconds.
double recover_alone(uint64_t count) {
    secp256k1_context* const context = secp256k1_context_create(SECP256K1_CONTEXT_VERIFY);
    const Signed cases{count};
    std::vector<secp256k1_ecdsa_recoverable_signature> parsed(count);
    for (size_t i = 0; i < count; ++i) {
        const crypto::Signature& made = cases.signatures[i];
        std::array<uint8_t, 64> compact;
        std::copy(made.r.bytes.begin(), made.r.bytes.end(), compact.begin());
        std::copy(made.s.bytes.begin(), made.s.bytes.end(), compact.begin() + 32);
        if (!secp256k1_ecdsa_recoverable_signature_parse_compact(context, &parsed[i],
                                                                 compact.data(), made.y_parity))
            std::abort();
    }
    const double start = cpu_seconds();
    for (size_t i = 0; i < count; ++i) {
        secp256k1_pubkey point;
        if (!secp256k1_ecdsa_recover(context, &point, &parsed[i], cases.digests[i].bytes.data()))
            std::abort();
    }
    const double taken = cpu_seconds() - start;
    secp256k1_context_destroy(context);
    return 1e6 * taken / static_cast<double>(count);
}

/// The same of ours, 16 at a time, with the tables made before.
double recover_together(uint64_t count) {
    const Signed cases{count};
    std::vector<std::optional<crypto::Point>> points(count);
    const auto all = [&](size_t from, size_t size) {
        crypto::recover_points(std::span{cases.digests}.subspan(from, size),
                               std::span{cases.signatures}.subspan(from, size),
                               std::span{points}.subspan(from, size));
    };
    all(0, std::min<size_t>(count, 16));
    const double start = cpu_seconds();
    for (size_t from = 0; from < count; from += 16) all(from, std::min<size_t>(16, count - from));
    const double taken = cpu_seconds() - start;
    if (!std::ranges::all_of(points, &std::optional<crypto::Point>::has_value)) std::abort();
    return 1e6 * taken / static_cast<double>(count);
}

/// Processors that share a core are slower when both are busy, so what a busy node is compared with
/// is done by as many threads.
void recovery(double (&recover)(uint64_t), uint64_t count, size_t threads) {
    std::vector<double> us(threads);
    {
        std::vector<std::jthread> all;
        for (double& one : us) all.emplace_back([&] { one = recover(count); });
    }
    std::printf("{\"count\":%zu,\"us\":%.3f}\n", static_cast<size_t>(count),
                std::accumulate(us.begin(), us.end(), 0.0) / static_cast<double>(threads));
}

double median_us(std::vector<double>& seconds) {
    std::nth_element(seconds.begin(),
                     seconds.begin() + static_cast<std::ptrdiff_t>(seconds.size() / 2),
                     seconds.end());
    return 1e6 * seconds[seconds.size() / 2];
}

/// Turn by turn, so that whatever else the disk does meets both.
void commit(const std::filesystem::path& directory, uint64_t count) {
    const auto storage = *node::open_rocksdb(directory / "chain");
    node::Store store{storage};
    State state = make_state(roomy_genesis());
    const auto chain_id = node::hub_of(state).chain_id;
    const node::Draft first = node::genesis_block(state);
    const auto stored = [](const node::Draft& draft) {
        return node::StoredBlock{.height = draft.block->header.number,
                                 .block = node::encode_block(*draft.block),
                                 .changes = draft.changes};
    };
    if (!store.create(chain_id, stored(first))) std::abort();
    node::BlockPtr head = first.block;
    fill(state, 0, 1'000);
    state.seal();
    const auto all = commands(Load::transfers, 1'000, count, chain_id);
    const int file = ::open((directory / "plain").c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600);
    if (file < 0) std::abort();
    std::vector<double> ours;
    std::vector<double> plain;
    size_t bytes = 0;
    for (const node::Opened& one : all) {
        node::Builder builder{state, *head, 0};
        builder.add(one);
        const node::Draft draft = builder.finish();
        const node::StoredBlock block = stored(draft);
        head = draft.block;
        auto start = WallClock::now();
        if (!store.put_block(block)) std::abort();
        ours.push_back(seconds_since(start));
        Bytes same = block.block;
        append(same, block.changes);
        bytes += same.size();
        start = WallClock::now();
        if (::write(file, same.data(), same.size()) < 0 || ::fdatasync(file) != 0) std::abort();
        plain.push_back(seconds_since(start));
    }
    ::close(file);
    std::printf("{\"count\":%zu,\"bytes\":%zu,\"commit_us\":%.2f,\"fdatasync_us\":%.2f}\n",
                all.size(), bytes / all.size(), median_us(ours), median_us(plain));
}

void grow(const char* directory, uint64_t accounts, uint64_t blocks) {
    const auto start = WallClock::now();
    Ledger ledger{directory};
    ledger.grow(0, accounts);
    for (const node::Opened& one : commands(Load::transfers, accounts, blocks, ledger.chain_id()))
        ledger.seal({&one, 1});
    ledger.fold();
    std::printf("{\"accounts\":%zu,\"blocks\":%zu,\"seconds\":%.2f}\n",
                static_cast<size_t>(accounts), static_cast<size_t>(blocks), seconds_since(start));
}

}  // namespace
}  // namespace thaw::bench

int main(int argc, char** argv) {
    using namespace thaw::bench;
    const std::string_view what = argc > 1 ? argv[1] : "";
    const std::string_view kind = argc > 2 ? argv[2] : "";
    const Load load = kind == "stakes" ? Load::stakes : kind == "hot" ? Load::hot : Load::transfers;
    const auto number = [&](int i) { return static_cast<uint64_t>(std::atoll(argv[i])); };
    if (what == "durable" && argc == 7)
        durable(load, argv[3], number(4), number(5), number(6));
    else if (what == "core" && argc == 6)
        core(load, number(3), number(4), number(5));
    else if ((what == "recovery" || what == "together") && (argc == 3 || argc == 4))
        recovery(what == "recovery" ? recover_alone : recover_together, number(2),
                 argc == 4 ? number(3) : 1);
    else if (what == "commit" && argc == 4)
        commit(argv[2], number(3));
    else if (what == "grow" && argc == 5)
        grow(argv[2], number(3), number(4));
    else {
        std::fprintf(stderr, "usage: see the head of bench/bench_ledger.cpp\n");
        return 2;
    }
}
