/// A hub whose owner is the timelock, holders with votes, and the words of a governance front end.
#pragma once
#include "tests/scenario/expect.hpp"
#include "thaw/crypto/keccak.hpp"
#include "thaw/protocol/exchange/face.hpp"
#include "thaw/protocol/governance/face.hpp"

namespace thaw::scenario {

using codec::Word;
using governance::State;

#define DELEGATE "delegate(address delegatee)"
#define TRANSFER "transfer(address to, uint256 value) returns (bool)"
#define PROPOSE "propose(" THAW_CALLS ", string description) returns (uint256 proposalId)"
#define QUEUE "queue(" THAW_CALLS ", bytes32 descriptionHash) returns (uint256)"
#define EXECUTE "execute(" THAW_CALLS ", bytes32 descriptionHash) payable returns (uint256)"
#define CANCEL "cancel(" THAW_CALLS ", bytes32 descriptionHash) returns (uint256)"
#define CAST_VOTE "castVote(uint256 proposalId, uint8 support) returns (uint256)"
#define SET_FEE "setFee(uint8 network, uint32 feeBps)"

inline constexpr u128 million = one_18 * 1'000'000;
inline constexpr Address guardian = user(7);

/// Calls with a description: what a proposal is.
struct Draft {
    std::vector<Address> targets;
    std::vector<Bytes> payloads;
    std::string description;

    std::vector<u128> values() const { return std::vector<u128>(targets.size()); }
    Hash hash() const { return crypto::keccak256(description); }
    Word id() const { return {governance::proposal_hash(targets, values(), payloads, hash())}; }
};
inline Draft draft_of_fee(NetworkId network, uint32_t fee_bps) {
    return {{networks_address}, {call_data<SET_FEE>(network, fee_bps)}, "a fee"};
}

inline Genesis governed_genesis() {
    Genesis genesis = scenario_genesis();
    genesis.governed = true;
    genesis.guardian = guardian;
    for (const Address& who : {treasury, timelock_address})
        genesis.grants.push_back({who, Assets{one_18}});
    for (GenesisPair& pair : genesis.pairs)
        if (pair.coin == thaw_address)
            pair = {.coin = pair.coin, .assets = {300 * million}, .wei = {one_18}};
    return genesis;
}

/// Alice has 50 million THAW of a thousand million, bob 30, each with its own votes.
struct Governed {
    Scenario s{governed_genesis()};

    Governed() {
        for (const auto& [who, amount] : {std::pair{alice, 50 * million}, {bob, 30 * million}}) {
            give(who, amount);
            EXPECT_DONE(s.call<DELEGATE>(who, thaw_address, who));
        }
        s.wait(1);
    }
    void give(const Address& who, u128 amount) {
        EXPECT_DONE(s.call<TRANSFER>(treasury, thaw_address, who, Assets{amount}));
    }
    Receipt propose(const Address& who, const Draft& d) {
        return s.call<PROPOSE>(who, governor_address, d.targets, d.values(), d.payloads,
                               d.description);
    }
    Receipt vote(const Address& who, const Draft& d, uint8_t support = 1) {
        return s.call<CAST_VOTE>(who, governor_address, d.id(), support);
    }
    Receipt queue(const Draft& d) {
        return s.call<QUEUE>(carol, governor_address, d.targets, d.values(), d.payloads, d.hash());
    }
    Receipt execute(const Draft& d) {
        return s.call<EXECUTE>(carol, governor_address, d.targets, d.values(), d.payloads,
                               d.hash());
    }
    Receipt cancel(const Address& who, const Draft& d) {
        return s.call<CANCEL>(who, governor_address, d.targets, d.values(), d.payloads, d.hash());
    }
    State state(const Draft& d) {
        return static_cast<State>(s.view<uint8_t, "state(uint256 proposalId) view returns (uint8)">(
            governor_address, d.id()));
    }
    /// Proposed, voted for by alice, and over.
    void pass(const Draft& d) {
        EXPECT_DONE(propose(alice, d));
        s.wait(day_s + 1);
        EXPECT_DONE(vote(alice, d));
        s.wait(3 * day_s);
        EXPECT_EQ(state(d), State::succeeded);
    }
    /// All the way; the wait is that of the calls.
    Receipt enact(const Draft& d, uint64_t delay_s) {
        pass(d);
        EXPECT_DONE(queue(d));
        s.wait(delay_s);
        return execute(d);
    }
    template <class Error>
    static governance::OperationFailed failed(uint64_t index, const Error& error) {
        return {Number{index}, codec::revert_with(error).data};
    }
    static governance::GovernorUnexpectedProposalState unexpected(const Draft& d, State is,
                                                                  State expected) {
        Hash bits;
        bits.bytes[31] = static_cast<uint8_t>(1u << static_cast<unsigned>(expected));
        return {d.id(), static_cast<uint8_t>(is), bits};
    }
};

}  // namespace thaw::scenario
