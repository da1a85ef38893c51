#include "thaw/hosts/rounds.hpp"

#include "thaw/protocol/addresses.hpp"

namespace thaw::hosts {

namespace {

using protocol::contract_address;
using protocol::ContractKind;

constexpr size_t transaction_bytes_wished = 80 * 1024;  ///< the door takes 128 KiB
constexpr uint64_t gas_wished = 12'000'000;
/// A call may find more to do than it did on the fork: the member before it was late, and now this
/// vote decides.
constexpr uint64_t gas_reserve = 2'000'000;
constexpr size_t round_max = 100;  ///< transactions
constexpr unsigned advances_max = 4;
constexpr unsigned releases_max = 50;

/// What may still be said about a host behind something undecided. Reports may be voted on ahead of
/// each other, since only their application has an order; nothing else may overtake.
enum class Barrier : uint8_t { open, reports_only, shut };

bool is_report(const Attestation& what) {
    return std::holds_alternative<protocol::oracle::Report>(what);
}
bool may_pass(Barrier barrier, const Attestation& what) {
    return barrier == Barrier::open || (barrier == Barrier::reports_only && is_report(what));
}
Barrier barrier_after(const Attestation& undecided) {
    return is_report(undecided) ? Barrier::reports_only : Barrier::shut;
}

/// Collects the calls of one sender into transactions of a sensible size.
class Packer {
  public:
    Packer(std::vector<Planned>& out, const Address& sender) : out_{out}, sender_{sender} {}
    void add_call(BatchCall call, uint64_t gas) {
        bytes_ += call.data.size() + 192;
        if (!open_ || bytes_ > transaction_bytes_wished ||
            out_.back().gas_limit + gas > gas_wished) {
            out_.push_back({.sender = sender_, .calls = {}, .gas_limit = gas_reserve});
            bytes_ = call.data.size() + 192;
            open_ = true;
        }
        out_.back().gas_limit += gas + gas / 4;
        out_.back().calls.push_back(std::move(call));
    }

  private:
    std::vector<Planned>& out_;
    Address sender_;
    size_t bytes_ = 0;
    bool open_ = false;
};

protocol::Receipt try_call(protocol::State& fork, const protocol::Block& block,
                           const Address& sender, const Address& to, const Bytes& data) {
    const uint64_t gas_limit = fork.networks.hub.get(0).block_gas_limit;
    return protocol::simulate(fork, block,
                              {.sender = sender,
                               .nonce = 0,
                               .to = to,
                               .value = {},
                               .data = data,
                               .gas_limit = gas_limit,
                               .gas_price = 0});
}

}  // namespace

Envelope envelope_of(const std::vector<BatchCall>& calls) {
    THAW_ASSERT(!calls.empty());
    if (calls.size() == 1) return {.to = calls.front().to, .data = calls.front().data};
    return {
        .to = protocol::batch_address,
        .data = codec::call_data<"batch((address to,uint256 value,bytes data)[] calls)">(calls)};
}

std::vector<Planned> plan_attestations(protocol::State& fork, const protocol::Block& block,
                                       const std::vector<Address>& members, size_t first,
                                       const std::vector<Attestation>& attestations) {
    std::vector<Planned> round;
    std::vector<Bytes> data;
    for (const Attestation& attestation : attestations) data.push_back(call_data_of(attestation));
    // A vote on an outcome counts only once the outcome before it is decided, so members take turns
    // until all of them in a row have nothing more to say: whoever decides one outcome can begin
    // the next in the same transaction.
    for (size_t turn = 0, silent = 0; silent < members.size() && round.size() < round_max; ++turn) {
        const Address& member = members[(first + turn) % members.size()];
        Packer packer{round, member};
        std::array<Barrier, protocol::host_count + 1> barriers{};
        bool spoke = false;
        for (size_t i = 0; i < attestations.size(); ++i) {
            const Attestation& what = attestations[i];
            const HostId host = host_in_order(what);
            if (!may_pass(barriers[host], what) || is_decided(fork, what)) continue;
            if (!has_attested(fork, what, member)) {
                const auto receipt =
                    try_call(fork, block, member, protocol::oracle_address, data[i]);
                if (!receipt.success) {
                    if (host != 0) barriers[host] = Barrier::shut;
                    continue;
                }
                packer.add_call({protocol::oracle_address, {}, data[i]}, receipt.gas_used);
                spoke = true;
            }
            if (host != 0 && !is_decided(fork, what)) barriers[host] = barrier_after(what);
        }
        silent = spoke ? 0 : silent + 1;
    }
    return round;
}

std::vector<Planned> plan_chores(protocol::State& fork, const protocol::Block& block,
                                 const Address& keeper) {
    static const Bytes due = codec::call_data<"due()">();
    static const Bytes advance = codec::call_data<"advance()">();
    static const Bytes next_release = codec::call_data<"nextRelease()">();
    std::vector<Planned> round;
    for (NetworkId network = 1; network <= protocol::network_count; ++network) {
        const Address staking = contract_address(ContractKind::staking, network);
        Packer packer{round, keeper};
        for (unsigned n = 0; n < advances_max; ++n) {
            const auto answer = try_call(fork, block, keeper, staking, due);
            const auto is_due = codec::decode<bool>(answer.output);
            if (!answer.success || !is_due || !std::get<0>(*is_due)) break;
            const auto receipt = try_call(fork, block, keeper, staking, advance);
            if (!receipt.success) break;
            packer.add_call({staking, {}, advance}, receipt.gas_used);
        }
    }
    Packer packer{round, keeper};
    for (unsigned n = 0; n < releases_max; ++n) {
        const auto answer = try_call(fork, block, keeper, protocol::bridge_address, next_release);
        const auto next = codec::decode<uint64_t, uint64_t>(answer.output);
        if (!answer.success || !next) break;
        const auto [id, release_at_s] = *next;
        if (id == 0 || release_at_s > block.now_s) break;
        Bytes release = codec::call_data<"release(uint64 id)">(id);
        const auto receipt = try_call(fork, block, keeper, protocol::bridge_address, release);
        if (!receipt.success) break;
        packer.add_call({protocol::bridge_address, {}, std::move(release)}, receipt.gas_used);
    }
    return round;
}

}  // namespace thaw::hosts
