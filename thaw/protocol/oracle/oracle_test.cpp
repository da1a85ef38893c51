// What members say: refusals in order of precedence, one decision per subject, frames checked as a
// whole.
#include "tests/scenario/expect.hpp"
#include "thaw/protocol/staking/limits.hpp"

namespace thaw::scenario {
namespace {

#define DEPOSIT "reportDeposit(" THAW_DEPOSIT_TUPLE " deposit)"
#define OUTCOME "reportOutcome(" THAW_OUTCOME_TUPLE " outcome)"
#define FRAME "reportFrame(" THAW_REPORT_TUPLE " report)"
#define STAKE "stake(uint256 assets) returns (uint256 shares)"

oracle::Deposit sample_deposit() {
    oracle::Deposit d{.host = 1, .index = 7, .asset = bnb, .receiver = alice, .amount = Assets{5}};
    d.transaction.bytes[0] = 9;
    return d;
}
Hash payload_of(const auto& message) {
    Bytes bytes;
    codec::encode_sequence(bytes, message);
    return crypto::keccak256(bytes);
}

TEST(Deposits, RefuseInOrderOfPrecedence) {
    Scenario s;
    oracle::Deposit d = sample_deposit();
    d.amount = Assets{};
    d.host = 2;
    EXPECT_REFUSED(s.call<DEPOSIT>(alice, oracle_address, d), bridge::ZeroAmount{});
    d.amount = Assets{5};
    EXPECT_REFUSED(s.call<DEPOSIT>(alice, oracle_address, d), bridge::NotOnThisHost{bnb, 2});
    d.host = 1;
    EXPECT_REFUSED(s.call<DEPOSIT>(alice, oracle_address, d), oracle::NotAMember{alice});
    EXPECT_DONE(s.call<DEPOSIT>(member(1), oracle_address, d));
    EXPECT_REFUSED(s.call<DEPOSIT>(member(1), oracle_address, d),
                   oracle::AlreadyAttested{member(1), payload_of(d)});
    oracle::Deposit other = d;
    other.amount = Assets{6};
    EXPECT_REFUSED(s.call<DEPOSIT>(member(1), oracle_address, other),
                   oracle::ContradictsItself{member(1), payload_of(d), payload_of(other)});
    EXPECT_DONE(s.call<DEPOSIT>(member(2), oracle_address, d));
    EXPECT_SAME(s.assets(bnb, alice), 0);  // two of four decide nothing
    EXPECT_DONE(s.call<DEPOSIT>(member(3), oracle_address, d));
    EXPECT_SAME(s.assets(bnb, alice), 5);
    EXPECT_REFUSED(s.call<DEPOSIT>(member(4), oracle_address, d),
                   oracle::AlreadyDecided{oracle::subject_of(d)});
    EXPECT_REFUSED(s.call<DEPOSIT>(member(1), oracle_address, other),
                   oracle::AlreadyDecided{oracle::subject_of(d)});
}

TEST(Deposits, ADissentingVoteDoesNotCountAndAnotherIndexIsAnotherDeposit) {
    Scenario s;
    const oracle::Deposit d = sample_deposit();
    oracle::Deposit lie = d;
    lie.receiver = bob;
    EXPECT_DONE(s.call<DEPOSIT>(member(1), oracle_address, lie));
    EXPECT_DONE(s.call<DEPOSIT>(member(2), oracle_address, d));
    EXPECT_DONE(s.call<DEPOSIT>(member(3), oracle_address, d));
    EXPECT_SAME(s.assets(bnb, alice) + s.assets(bnb, bob), 0);
    EXPECT_DONE(s.call<DEPOSIT>(member(4), oracle_address, d));
    EXPECT_SAME(s.assets(bnb, alice), 5);
    EXPECT_SAME(s.assets(bnb, bob), 0);
    oracle::Deposit second = d;
    ++second.index;
    for (const uint16_t m : {1, 2, 3})
        EXPECT_DONE(s.call<DEPOSIT>(member(m), oracle_address, second));
    EXPECT_SAME(s.assets(bnb, alice), 10);
}

#define LISTING "reportListing(" THAW_LISTING_TUPLE " listing)"

TEST(Listings, AreMadeByAQuorumInOrderAndThenCrossTheBridge) {
    Scenario s;
    oracle::Listing l{.asset = 8, .host = 5, .name = "Drop of Dew", .symbol = "DEW", .decimals = 6};
    l.token.bytes[31] = 1;
    const Address token = contract_address(ContractKind::asset, 7);
    EXPECT_REFUSED(s.call<LISTING>(member(1), oracle_address, l), assets::AssetOutOfOrder{8, 7});
    l.asset = 7;
    EXPECT_REFUSED(s.call<LISTING>(alice, oracle_address, l), oracle::NotAMember{alice});
    for (const uint16_t m : {1, 2}) EXPECT_DONE(s.call<LISTING>(member(m), oracle_address, l));
    EXPECT_FALSE(is_contract(s.state, token));
    EXPECT_DONE(s.call<LISTING>(member(3), oracle_address, l));
    EXPECT_TRUE(is_contract(s.state, token));
    EXPECT_FALSE(is_contract(s.state, contract_address(ContractKind::asset, 8)));
    EXPECT_REFUSED(s.call<LISTING>(member(4), oracle_address, l), assets::AssetOutOfOrder{7, 8});
    l.asset = 8;
    EXPECT_REFUSED(s.call<LISTING>(member(4), oracle_address, l),
                   assets::AlreadyListed{5, l.token, 7});

    oracle::Deposit d = sample_deposit();
    d.asset = 7;
    EXPECT_REFUSED(s.call<DEPOSIT>(member(1), oracle_address, d), bridge::NotOnThisHost{7, 1});
    d.host = 5;
    for (const uint16_t m : {1, 2, 3}) EXPECT_DONE(s.call<DEPOSIT>(member(m), oracle_address, d));
    EXPECT_SAME(s.assets(7, alice), 5);
    d.asset = 8;
    EXPECT_REFUSED(s.call<DEPOSIT>(member(1), oracle_address, d), bridge::NotOnThisHost{8, 5});
}

TEST(Listings, NamesAndDecimalsHaveBounds) {
    Scenario s;
    const auto says = [&](std::string name, std::string symbol, uint8_t decimals, HostId host = 5) {
        oracle::Listing l{.asset = 7,
                          .host = host,
                          .name = std::move(name),
                          .symbol = std::move(symbol),
                          .decimals = decimals};
        l.token.bytes[31] = static_cast<uint8_t>(1 + s.block.height);
        return s.call<LISTING>(member(1), oracle_address, l);
    };
    const assets::ListingMalformed name{"a name has 1 to 32 characters of printable ASCII"};
    const assets::ListingMalformed symbol{"a symbol has 1 to 16 characters of printable ASCII"};
    EXPECT_REFUSED(says("", "A", 18), name);
    EXPECT_REFUSED(says(std::string(33, 'n'), "A", 18), name);
    EXPECT_REFUSED(says("N\x7f", "A", 18), name);
    EXPECT_REFUSED(says("N", "", 18), symbol);
    EXPECT_REFUSED(says("N", std::string(17, 's'), 18), symbol);
    EXPECT_REFUSED(says("N", "A", 19), assets::ListingMalformed{"decimals are 0 to 18"});
    EXPECT_REFUSED(says("N", "A", 18, 7), assets::ListingMalformed{"a host is 1 to 6"});
    EXPECT_DONE(says(std::string(32, 'n'), std::string(16, 's'), 18));
}

TEST(Deposits, AssetsComeOnlyFromTheirOwnHosts) {
    Scenario s;
    for (AssetId asset = 0; asset < 9; ++asset)
        for (HostId host = 0; host < 9; ++host) {
            oracle::Deposit d = sample_deposit();
            d.index = asset;
            d.asset = asset;
            d.host = host;
            const bool lives = (asset == eth && host == 5) ||
                               (asset >= 1 && asset <= 5 && host == asset) ||
                               (asset == polygon && host == 6);
            const Receipt receipt = s.call<DEPOSIT>(member(1), oracle_address, d);
            EXPECT_EQ(receipt.success, lives) << int{asset} << " on " << int{host};
            if (!lives) EXPECT_REFUSED(receipt, bridge::NotOnThisHost{asset, host});
        }
}

TEST(Quorum, OutOfRangeIsCheckedAtEachUse) {
    for (const uint32_t quorum : {0u, 5u}) {
        Scenario s{scenario_genesis(), Scenario::Checks::none};  // an invariant would say so before
        s.state.oracle.settings.put(0, {.members = 4, .quorum = quorum});
        EXPECT_REFUSED(s.call<DEPOSIT>(member(1), oracle_address, sample_deposit()),
                       oracle::QuorumOutOfRange{quorum, 4});
    }
}

TEST(Outcomes, RefuseInOrderOfPrecedence) {
    Scenario s;
    Hosts hosts{s};
    oracle::Outcome o{.host = 2, .intent = 0, .success = true};
    EXPECT_REFUSED(s.call<OUTCOME>(alice, oracle_address, o), oracle::UnknownIntent{2, 0});
    o.host = 77;
    EXPECT_REFUSED(s.call<OUTCOME>(alice, oracle_address, o), oracle::UnknownIntent{77, 0});
    s.deposit(fantom, alice, one_18 * 50);
    s.must<Shares, STAKE>(alice, staking_of(fantom), Assets{one_18 * 50});
    s.must<void, "advance()">(bob, staking_of(fantom));
    const auto counters = s.state.outbox.hosts.get(2);
    ASSERT_GT(counters.emitted, 1u);
    o.host = 2;
    o.intent = 1;
    EXPECT_REFUSED(s.call<OUTCOME>(alice, oracle_address, o), oracle::OutcomeOutOfOrder{2, 1, 0});
    o = *hosts.next_outcome(2);
    EXPECT_REFUSED(s.call<OUTCOME>(alice, oracle_address, o), oracle::NotAMember{alice});
    hosts.attest(o);
    EXPECT_REFUSED(s.call<OUTCOME>(member(4), oracle_address, o),
                   oracle::AlreadyDecided{oracle::subject_of(o)});
}

TEST(Outcomes, AFailedBondReturnsToTheBufferAndIsTriedAgain) {
    Scenario s;
    Hosts hosts{s};
    s.deposit(kusama, alice, unit(s.state, kusama) * 9);
    s.must<Shares, STAKE>(alice, staking_of(kusama), Assets{unit(s.state, kusama) * 9});
    s.must<void, "advance()">(bob, staking_of(kusama));
    EXPECT_GT(hosts.execute(false), 0);
    EXPECT_SAME(hosts.delegated(kusama), 0);
    hosts.later(day_s);
    EXPECT_GE(hosts.delegated(kusama), unit(s.state, kusama) * 9);
}

TEST(Outcomes, AFailedUnbondReturnsToTheValidatorAndIsAskedForAgain) {
    Scenario s;
    Hosts hosts{s};
    s.deposit(fantom, alice, one_18 * 9);
    s.must<Shares, STAKE>(alice, staking_of(fantom), Assets{one_18 * 9});
    hosts.settle();
    s.must<Number, "unstakeBonds(uint256 amount) returns (uint256 ticket)">(
        alice, staking_of(fantom), Assets{one_18 * 4});
    s.wait(day_s);
    s.must<void, "advance()">(bob, staking_of(fantom));
    EXPECT_GT(hosts.execute(false), 0);
    hosts.later(day_s);  // with the next batch
    hosts.later(28 * day_s);
    EXPECT_GE(s.assets(fantom, alice), one_18 * 4);
}

/// Votes with all that is needed and shows the last vote's refusal; the votes themselves are taken
/// back.
template <class Error>
void expect_frame_refused(Scenario& s, const oracle::Report& report, const Error& error) {
    const auto mark = s.state.checkpoint();
    for (const uint16_t m : {1, 2})
        EXPECT_TRUE(apply(s.state, s.block,
                          {.sender = member(m),
                           .nonce = s.state.accounts.accounts.get(member(m)).nonce,
                           .to = oracle_address,
                           .data = call_data<FRAME>(report),
                           .gas_limit = 20'000'000})
                        .success);
    const Receipt last = apply(s.state, s.block,
                               {.sender = member(3),
                                .nonce = s.state.accounts.accounts.get(member(3)).nonce,
                                .to = oracle_address,
                                .data = call_data<FRAME>(report),
                                .gas_limit = 20'000'000});
    EXPECT_REFUSED(last, error);
    s.state.rollback(mark);
}

TEST(Frames, RefuseInOrderOfPrecedence) {
    Scenario s;
    Hosts hosts{s};
    s.deposit(polkadot, alice, unit(s.state, polkadot) * 100);
    s.must<Shares, STAKE>(alice, staking_of(polkadot), Assets{unit(s.state, polkadot) * 100});
    hosts.settle();
    const uint64_t end = s.block.now_s + day_s;

    oracle::Report r = hosts.frame(polkadot, {});
    EXPECT_REFUSED(s.call<FRAME>(alice, oracle_address, r), oracle::NotAMember{alice});
    const uint64_t settled = r.executed;
    r.network = 9;
    r.frame = 7;
    r.executed = settled + 1;
    expect_frame_refused(s, r, validators::UnknownNetwork{9});
    r.network = 0;
    expect_frame_refused(s, r, validators::UnknownNetwork{0});
    r.network = polkadot;
    expect_frame_refused(s, r, staking::FrameOutOfOrder{7, 1});
    r.frame = 0;
    expect_frame_refused(s, r, staking::FrameOutOfOrder{0, 1});
    r.frame = 1;
    s.wait(day_s - 1);
    expect_frame_refused(s, r, staking::FrameNotOver{1, end});
    s.wait(1);
    expect_frame_refused(s, r, staking::OutcomesMissing{settled + 1, settled});
    r.executed = settled;
    std::swap(r.validators[0], r.validators[1]);
    expect_frame_refused(s, r, staking::ValidatorsNotAscending{1});
    std::swap(r.validators[0], r.validators[1]);
    r.validators[1].id = r.validators[0].id;
    expect_frame_refused(s, r, staking::ValidatorsNotAscending{1});
    r.validators[1].id = 2;
    r.validators[4].id = 6;
    expect_frame_refused(s, r, validators::UnknownValidator{polkadot, 6});
    r.validators[4].id = 5;
    const Assets held = r.validators[2].delegated;
    const u128 odd = staking::rounding_per_delegation_max;  // as much as a host may round
    r.validators[2].delegated.value = held.value + odd + 1;
    expect_frame_refused(s, r, staking::DelegationMismatch{3, Assets{held.value + odd + 1}, held});
    r.validators[2].delegated.value = held.value - odd - 1;
    expect_frame_refused(s, r, staking::DelegationMismatch{3, Assets{held.value - odd - 1}, held});
    r.validators[2].delegated = held;
    hosts.report(r);
    EXPECT_REFUSED(s.call<FRAME>(member(4), oracle_address, r),
                   oracle::AlreadyDecided{oracle::subject_of(r)});
}

TEST(Frames, NumbersWithoutBoundAreRefusedAndStopNothing) {
    Scenario s;
    Hosts hosts{s};
    s.wait(day_s);
    oracle::Report r = hosts.frame(bnb, {});
    for (auto& v : r.validators) v.reward = v.delegated = Assets{u128_max};
    for (const uint16_t m : {1, 2}) EXPECT_DONE(s.call<FRAME>(member(m), oracle_address, r));
    EXPECT_REFUSED(s.call<FRAME>(member(3), oracle_address, r), liquid::AmountTooLarge{u128_max});
    oracle::Deposit d = sample_deposit();
    d.amount = Assets{u128_max};
    EXPECT_REFUSED(s.call<DEPOSIT>(member(1), oracle_address, d), liquid::AmountTooLarge{u128_max});
}

}  // namespace
}  // namespace thaw::scenario
