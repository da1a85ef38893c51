// THAW as votes: delegation, history, signatures; and a naive model of all of it.
#include <cstdlib>
#include <map>

#include "tests/scenario/expect.hpp"
#include "tests/scenario/random.hpp"
#include "thaw/codec/typed_data.hpp"
#include "thaw/crypto/keccak.hpp"
#include "thaw/crypto/secp256k1.hpp"
#include "thaw/protocol/votes/face.hpp"

namespace thaw::scenario {
namespace {

constexpr Address nobody{};
#define DELEGATE "delegate(address delegatee)"
#define TRANSFER "transfer(address to, uint256 value) returns (bool)"
#define VOTES "getVotes(address account) view returns (uint256)"
#define PAST "getPastVotes(address account, uint256 timepoint) view returns (uint256)"
#define PAST_SUPPLY "getPastTotalSupply(uint256 timepoint) view returns (uint256)"

struct Votes : testing::Test {
    Scenario s;
    Votes() {
        EXPECT_DONE(s.send(alice, treasury, {}, Assets{one_18}));
        for (const Address& who : {alice, bob}) give(treasury, who, 1'000);
    }
    void give(const Address& from, const Address& to, u128 amount) {
        EXPECT_DONE(s.call<TRANSFER>(from, thaw_address, to, Assets{amount}));
    }
    void delegate(const Address& from, const Address& to) {
        EXPECT_DONE(s.call<DELEGATE>(from, thaw_address, to));
    }
    u128 now(const Address& who) { return s.view<u128, VOTES>(thaw_address, who); }
    u128 past(const Address& who, uint64_t at_s) {
        return s.view<u128, PAST>(thaw_address, who, Number{at_s});
    }
};

TEST_F(Votes, FollowTheHoldersThawToWhomItChose) {
    EXPECT_SAME(now(alice), 0);  // THAW votes only once somebody is named
    delegate(alice, alice);
    EXPECT_SAME(now(alice), 1'000);
    delegate(bob, alice);
    EXPECT_SAME(now(alice), 2'000);
    give(alice, bob, 300);  // between two with the same delegate: nothing changes
    EXPECT_SAME(now(alice), 2'000);
    give(bob, carol, 500);
    EXPECT_SAME(now(alice), 1'500);
    delegate(carol, bob);
    EXPECT_SAME(now(bob), 500);
    delegate(bob, nobody);
    EXPECT_SAME(now(alice), 700);
    EXPECT_EQ(
        (s.view<Address, "delegates(address account) view returns (address)">(thaw_address, bob)),
        nobody);
}

TEST_F(Votes, OfThePastAreThoseAtTheEndOfEachSecond) {
    const uint64_t begin_s = s.block.now_s;
    const auto refused = votes::ERC5805FutureLookup{Number{begin_s}, codec::Clock{begin_s}};
    EXPECT_REFUSED(s.call<PAST>(alice, thaw_address, alice, Number{begin_s}), refused);
    EXPECT_REFUSED(s.call<PAST_SUPPLY>(alice, thaw_address, Number{begin_s}), refused);
    delegate(alice, alice);
    give(alice, bob, 400);
    give(bob, alice, 100);  // all in one second: one checkpoint
    EXPECT_EQ((s.view<uint32_t, "numCheckpoints(address account) view returns (uint32)">(
                  thaw_address, alice)),
              1u);
    s.wait(10);
    give(alice, bob, 1);
    s.wait(1);
    EXPECT_SAME(past(alice, begin_s - 1), 0);
    EXPECT_SAME(past(alice, begin_s), 700);
    EXPECT_SAME(past(alice, begin_s + 9), 700);
    EXPECT_SAME(past(alice, begin_s + 10), 699);
    EXPECT_SAME((s.view<u128, PAST_SUPPLY>(thaw_address, Number{begin_s})), one_18 * 1'000'000'000);
    const auto seen =
        s.view<votes::CheckpointSeen,
               "checkpoints(address account, uint32 pos) view returns ((uint48 _key, uint208 "
               "_value))">(thaw_address, alice, 1u);
    EXPECT_EQ(seen.key.value, begin_s + 10);
    EXPECT_SAME(seen.value.value, 699);
    EXPECT_EQ((s.view<std::string, "CLOCK_MODE() view returns (string)">(thaw_address)),
              "mode=timestamp");
    EXPECT_EQ((s.view<codec::Clock, "clock() view returns (uint48)">(thaw_address)).value,
              s.block.now_s);
}

codec::Word word(uint64_t value) { return {codec::typed_word(value)}; }

TEST_F(Votes, AreDelegatedBySignatureOnceAndInTime) {
    crypto::PrivateKey key{};
    key.bytes[31] = 7;
    const Address owner = crypto::address_of(key);
    give(alice, owner, 50);
    const auto send = [&](uint64_t nonce, uint64_t expiry, uint8_t v_off = 0) {
        const Hash type = crypto::keccak256(
            std::string_view{"Delegation(address delegatee,uint256 nonce,uint256 expiry)"});
        const std::array words{type, codec::typed_word(bob), codec::typed_word(nonce),
                               codec::typed_word(expiry)};
        const auto signature = crypto::sign(
            codec::typed_data_digest(codec::domain_separator("Thaw", "1", 8429, thaw_address),
                                     codec::struct_hash(words)),
            key);
        return s.call<
            "delegateBySig(address delegatee, uint256 nonce, uint256 expiry, uint8 v, "
            "bytes32 r, bytes32 s)">(carol, thaw_address, bob, word(nonce), word(expiry),
                                     static_cast<uint8_t>(27 + signature.y_parity + v_off),
                                     signature.r, signature.s);
    };
    EXPECT_REFUSED(send(0, s.block.now_s - 1),
                   votes::VotesExpiredSignature{word(s.block.now_s - 1)});
    EXPECT_REFUSED(send(0, s.block.now_s, 2), votes::ECDSAInvalidSignature{});
    EXPECT_REFUSED(send(1, s.block.now_s), (votes::InvalidAccountNonce{owner, Number{0}}));
    EXPECT_DONE(send(0, s.block.now_s));
    EXPECT_SAME(now(bob), 50);
    EXPECT_REFUSED(send(0, s.block.now_s), (votes::InvalidAccountNonce{owner, Number{1}}));
}

/// Everybody's balance and delegate, written down at the end of each second; votes are counted by
/// hand.
struct Model {
    std::map<Address, u128> balance;
    std::map<Address, Address> choice;
    std::map<uint64_t, std::map<Address, u128>> history;

    void note(uint64_t second) {
        auto& then = history[second];
        then.clear();
        for (const auto& [holder, held] : balance)
            if (const auto to = choice.find(holder); to != choice.end() && to->second != nobody)
                then[to->second] += held;
    }
    u128 at(uint64_t second, const Address& who) const {
        auto after = history.upper_bound(second);
        if (after == history.begin()) return 0;
        const auto& then = std::prev(after)->second;
        const auto found = then.find(who);
        return found == then.end() ? 0 : found->second;
    }
};

TEST_F(Votes, AgreeWithANaiveModelAtEveryPastSecond) {
    const char* steps = std::getenv("THAW_VOTES_STEPS");
    const u128 count = parse_decimal(steps == nullptr ? "400" : steps).value_or(400);
    const std::array people{alice, bob, carol, user(4), user(5)};
    Random random{5};
    Model model;
    model.balance[alice] = model.balance[bob] = 1'000;
    const uint64_t begin_s = s.block.now_s;
    for (u128 i = 0; i < count; ++i) {
        const Address from = people[random.below(people.size())];
        const Address to = people[random.below(people.size())];
        if (random.chance(4)) {
            const Address choice = random.chance(5) ? nobody : to;
            delegate(from, choice);
            model.choice[from] = choice;
        } else {
            const u128 amount = random.amount(model.balance[from] + 1);
            give(from, to, amount);
            model.balance[from] -= amount;
            model.balance[to] += amount;
        }
        model.note(s.block.now_s);
        if (random.chance(2)) s.wait(1 + random.below(3));
    }
    s.wait(1);
    for (uint64_t second = begin_s - 1; second < s.block.now_s; ++second)
        for (const Address& who : people)
            ASSERT_EQ(to_decimal(*votes::get_past_votes(s.query(), who, Number{second})),
                      to_decimal(model.at(second, who)));
}

}  // namespace
}  // namespace thaw::scenario
