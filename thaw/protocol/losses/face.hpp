/// Losses of holders: how much of them in how short a time one quorum may book, and what waits for
/// a second one. Spoken through the oracle's and the staking contracts' faces.
#pragma once
#include "thaw/protocol/addresses.hpp"
#include "thaw/protocol/context.hpp"
#include "thaw/protocol/losses/books.hpp"
#include "thaw/protocol/oracle/messages.hpp"

namespace thaw::protocol::losses {

struct LossReported {
    static constexpr std::string_view abi =
        "LossReported(uint8 indexed network, uint64 indexed frame, bytes32 payload, uint256 loss, "
        "uint64 fallPpb, bool halts)";
    NetworkId network;
    uint64_t frame;
    Hash payload;
    Assets loss;
    uint64_t fall_ppb;
    bool halts;
};
struct LossConfirmed {
    static constexpr std::string_view abi =
        "LossConfirmed(uint8 indexed network, uint64 indexed frame, bytes32 payload)";
    NetworkId network;
    uint64_t frame;
    Hash payload;
};
struct LossRejected {
    static constexpr std::string_view abi =
        "LossRejected(uint8 indexed network, uint64 indexed frame, bytes32 payload)";
    NetworkId network;
    uint64_t frame;
    Hash payload;
};
/// What depends on the rate waits until the loss that was reported is confirmed or rejected.
struct LossPending {
    static constexpr std::string_view abi = "LossPending(uint8 network, uint64 frame)";
    NetworkId network;
    uint64_t frame;
};
struct NoLossPending {
    static constexpr std::string_view abi = "NoLossPending(uint8 network, uint64 frame)";
    NetworkId network;
    uint64_t frame;
};
struct AnotherReportPending {
    static constexpr std::string_view abi = "AnotherReportPending(bytes32 named, bytes32 pending)";
    Hash named;
    Hash pending;
};

/// The part of a pool that its holders lose, in thousand-millionths, rounded up. Requires that
/// `loss` is at most `assets`.
constexpr uint64_t fall_ppb(Assets loss, Assets assets) {
    if (loss.is_zero()) return 0;
    return static_cast<uint64_t>(*mul_div_up(loss.value, 1'000'000'000, assets.value));
}
static_assert(fall_ppb(Assets{}, Assets{}) == 0 && fall_ppb(Assets{1}, Assets{3}) == 333'333'334);
static_assert(fall_ppb(Assets{u128_max}, Assets{u128_max}) == 1'000'000'000);

/// Who has to say yes to a loss.
enum class Verdict : uint8_t { automatic = 0, second_quorum = 1, second_quorum_and_halt = 2 };

/// By what holders lost within the window and what this would add to it, both in ppb.
constexpr Verdict verdict(uint64_t fallen, uint64_t fall, uint32_t automatic_ppm,
                          uint32_t confirmed_ppm) {
    if (fall == 0 || fallen + fall <= uint64_t{automatic_ppm} * 1'000) return Verdict::automatic;
    return fallen + fall <= uint64_t{confirmed_ppm} * 1'000 ? Verdict::second_quorum
                                                            : Verdict::second_quorum_and_halt;
}
static_assert(verdict(0, 3'500'000, 3'500, 50'000) == Verdict::automatic);
static_assert(verdict(1, 3'500'000, 3'500, 50'000) == Verdict::second_quorum);
static_assert(verdict(0, 50'000'000, 3'500, 50'000) == Verdict::second_quorum);
static_assert(verdict(0, 50'000'001, 3'500, 50'000) == Verdict::second_quorum_and_halt);
static_assert(verdict(90'000'000, 0, 3'500, 50'000) == Verdict::automatic);

/// Whether a loss of this network waits for a second quorum; its rate is then not to be relied on.
bool is_pending(const Query& query, NetworkId network);
/// Refuses while one waits: for whatever is bought or paid at the rate.
Result<void> check_settled(const Query& query, NetworkId network);
Pending pending(const Query& query, NetworkId network);
/// The report that waits; requires that one does.
oracle::Report pending_report(const Query& query, NetworkId network);
/// The parts of the pool that holders lost within the network's window, added up: at least what
/// they lost in all. Counts by whole days of chain time, the one that the window begins in
/// included.
uint64_t fallen_ppb(const Query& query, NetworkId network);

/// Sets a report aside until a second quorum has confirmed it.
void park(Call& call, const oracle::Report& report, const Hash& payload, Assets loss, uint64_t fall,
          bool halts);
/// Forgets what waits: it was confirmed, or rejected.
void clear(Call& call, NetworkId network);
/// Counts what holders lost of a pool of `assets`.
void record(Call& call, NetworkId network, Assets loss, Assets assets);

}  // namespace thaw::protocol::losses
