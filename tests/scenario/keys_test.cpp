// What a stolen key can do: with the key of the treasury, of members short of a quorum, of a keeper
// or of anybody, every function of every contract is called with arguments that could hurt. Nothing
// is minted, no rate falls, nobody else's holdings change: there is no code that could (Ankr,
// December 2022: a stolen key replaced the token's code by one that mints).
#include <set>

#include "tests/scenario/expect.hpp"
#include "tests/scenario/random.hpp"
#include "thaw/codec/abi_json.hpp"
#include "thaw/protocol/contracts.hpp"

namespace thaw::scenario {
namespace {

constexpr Address thief = user(9);

/// All that belongs to the people who lost no key, and all that was issued.
struct Belongings {
    std::array<u128, asset_count> supply{};
    std::map<std::pair<unsigned, Address>, u128> assets;
    std::map<std::tuple<ContractKind, NetworkId, Address>, u128> shares;
    std::map<uint64_t, std::pair<Address, u128>> tickets;
    std::array<liquid::Rate, network_count + 1> rates{};

    explicit Belongings(const Scenario& s) {
        for (AssetId a = 0; a < asset_count; ++a) {
            supply[a] = s.state.token.totals.get(a).supply.value;
            for (const Address& who : {alice, bob})
                if (a != eth) assets[{a, who}] = s.assets(a, who);
        }
        for (NetworkId n = 1; n <= network_count; ++n) {
            rates[n] = liquid::rate(s.query(), n);
            for (const Address& who : {alice, bob})
                for (const auto kind :
                     {ContractKind::liquid, ContractKind::legacy, ContractKind::wrapped})
                    shares[{kind, n, who}] = liquid::holding(s.query(), kind, n, who).value;
        }
        s.state.unbonding.tickets.for_each_unordered([&](uint64_t id, const unbonding::Ticket& t) {
            if (t.owner == alice || t.owner == bob) tickets[id] = {t.owner, t.shares.value};
        });
    }
};

class StolenKey : public testing::Test {
  protected:
    Scenario s{with_legacy()};
    Hosts hosts{s};
    Random random{2022};

    static Genesis with_legacy() {
        Genesis genesis = scenario_genesis();
        genesis.legacy.push_back({bnb, bob, Assets{one_18 * 100}});
        genesis.grants.push_back({treasury, Assets{one_18}});
        return genesis;
    }
    void SetUp() override {
        for (NetworkId n = 1; n <= network_count; ++n) {
            const u128 one = unit(s.state, n);
            s.deposit(n, alice, one * 2'000);
            s.must<void, "stake(uint256 assets)">(alice, staking_of(n), Assets{one * 1'000});
        }
        hosts.settle();
        for (NetworkId n = 1; n <= network_count; ++n)
            hosts.next_frame(n, {{1, {.reward = unit(s.state, n) / 9}}});
        s.must<void, "unstakeCerts(uint256 shares)">(alice, staking_of(bnb), Shares{one_18 * 10});
        s.must<void, "unstakeBonds(uint256 amount)">(alice, staking_of(fantom),
                                                     Assets{one_18 * 10});
    }

    /// One word for a parameter: numbers near what there is, addresses of victims and contracts.
    void append_argument(Bytes& data, const codec::AbiParameter& parameter, const Address& key) {
        if (parameter.type == "tuple") {
            for (const auto& part : parameter.components) append_argument(data, part, key);
            return;
        }
        if (parameter.type == "address") {
            const std::array some{key,          thief,           alice,          bob,
                                  Address{},    staking_of(bnb), liquid_of(bnb), tickets_address,
                                  dust_address, treasury};
            codec::append_word(data, 0);
            std::ranges::copy(some[random.below(some.size())].bytes, data.end() - 20);
            return;
        }
        const std::array<u128, 9> some{0,
                                       1,
                                       1 + random.below(6),
                                       one_18,
                                       one_18 * 1'000'000,
                                       unbonding::ticket_id(bnb, 1),
                                       unbonding::ticket_id(fantom, 1),
                                       u128_max,
                                       random.wide()};
        const bool small = parameter.type == "uint8" || parameter.type == "bool";
        codec::append_word(data, small ? random.below(7) : some[random.below(some.size())]);
    }
    static bool is_dynamic(const codec::AbiParameter& parameter) {
        return parameter.type.ends_with("]") || parameter.type == "bytes" ||
               parameter.type == "string" || std::ranges::any_of(parameter.components, is_dynamic);
    }
    /// Calls every function that changes anything; returns how many there are.
    size_t try_everything(const Address& key, int times) {
        size_t functions = 0;
        for (const Contract& contract : contracts(s.state))
            for (const std::string_view text : contract.face.functions) {
                const auto line = codec::parse_abi_line(text);
                if (line->view || std::ranges::any_of(line->inputs, is_dynamic)) continue;
                ++functions;
                for (int i = 0; i < times; ++i) {
                    Bytes data;
                    codec::append_selector(data, line->selector());
                    for (const auto& input : line->inputs) append_argument(data, input, key);
                    s.send(key, contract.address, data, {}, 0);
                }
            }
        return functions;
    }
    /// Nobody has less (a thief may give), nothing more is issued, no rate fell.
    void expect_nobody_harmed(const Belongings& before) {
        const Belongings after{s};
        for (AssetId a = 0; a < asset_count; ++a)
            EXPECT_TRUE(after.supply[a] <= before.supply[a]) << "asset " << int{a} << " was minted";
        for (const auto& [key, amount] : before.assets)
            EXPECT_TRUE(after.assets.at(key) >= amount) << "of asset " << key.first;
        for (const auto& [key, shares] : before.shares)
            EXPECT_TRUE(after.shares.at(key) >= shares) << "of network " << int{std::get<1>(key)};
        for (const auto& [id, ticket] : before.tickets)
            EXPECT_TRUE(after.tickets.contains(id) && after.tickets.at(id) == ticket) << id;
        for (NetworkId n = 1; n <= network_count; ++n)
            EXPECT_TRUE(wide_mul(after.rates[n].assets.value, before.rates[n].supply.value) >=
                        wide_mul(before.rates[n].assets.value, after.rates[n].supply.value))
                << "the rate of network " << int{n} << " fell";
    }
};

TEST_F(StolenKey, CanMintNothingAndTouchNobodysHoldings) {
    for (const Address& key : {treasury, member(1), carol, hub_owner}) {
        const Belongings before{s};
        EXPECT_GT(try_everything(key, 12), 80u);
        expect_nobody_harmed(before);
    }
}

TEST_F(StolenKey, TwoMembersOfFourDecideNothing) {
    const Belongings before{s};
    const uint64_t frame = s.state.liquid.pools.get(bnb).frame;
    s.wait(day_s);
    for (int i = 0; i < 3; ++i)
        for (const Address& key : {member(1), member(2)}) try_everything(key, 3);
    const oracle::Report lie = hosts.frame(bnb, {{1, {.reward = one_18 * 1'000'000}}});
    for (const Address& key : {member(1), member(2)})
        s.call<"reportFrame(" THAW_REPORT_TUPLE " report)">(key, oracle_address, lie);
    oracle::Deposit deposit{.host = 1,
                            .index = 77,
                            .asset = bnb,
                            .receiver = thief,
                            .amount = Assets{one_18 * 1'000'000}};
    for (const Address& key : {member(1), member(2)})
        s.call<"reportDeposit(" THAW_DEPOSIT_TUPLE " deposit)">(key, oracle_address, deposit);
    EXPECT_EQ(s.state.liquid.pools.get(bnb).frame, frame);
    EXPECT_SAME(s.assets(bnb, thief), 0);
    expect_nobody_harmed(before);
}

/// The owner names the members, so whoever steals its key could name itself a quorum and say that
/// deposits came: but one change a week, seen by everybody, and who does not trust it has left
/// before.
TEST_F(StolenKey, OfTheOwnerMakesNoQuorumBeforeHoldersHaveLeft) {
    const uint64_t stolen_at_s = s.block.now_s;
    const auto replace = [&](uint16_t member_number) {
        return s.send(hub_owner, oracle_address,
                      call_data<"replaceMember(address account, address successor)">(
                          member(member_number), user(static_cast<uint16_t>(10 + member_number))),
                      {}, 0);
    };
    s.must<void, "unstakeCerts(uint256 shares)">(alice, staking_of(bnb),
                                                 Shares{s.shown(bnb, alice)});
    EXPECT_DONE(replace(1));
    EXPECT_FALSE(replace(2).success);  // nor as a part of a batch
    const uint32_t quorum = s.state.oracle.settings.get(0).quorum;
    for (uint32_t mine = 1; mine < quorum; ++mine) {
        s.wait(oracle::members_change_interval_s);
        EXPECT_DONE(replace(static_cast<uint16_t>(mine + 1)));
    }
    const auto p = s.state.networks.networks.get(bnb);
    EXPECT_GE(s.block.now_s - stolen_at_s, p.unbonding_s + p.batch_interval_s);
}

/// What the thief of 2022 called does not exist, on any contract; and what a contract is cannot be
/// exchanged.
TEST_F(StolenKey, FindsNoMinterAndNoUpgrade) {
    const Belongings before{s};
    for (const Contract& contract : contracts(s.state)) {
        const Bytes code = code_at(s.state, contract.address);
        for (const uint32_t selector :
             {0x3b3a5522u, 0x40c10f19u, 0x3659cfe6u, 0x4f1ef286u, 0x99a88ec4u, 0x9623609du,
              0xf2fde38bu, 0x8f283970u, 0x3d7d3f5au}) {
            Bytes data;
            codec::append_selector(data, selector);
            for (int word = 0; word < 4; ++word) codec::append_word(data, one_18);
            const Receipt receipt = s.send(treasury, contract.address, data, {}, 0);
            EXPECT_FALSE(receipt.success) << contract.name;
        }
        EXPECT_EQ(code_at(s.state, contract.address), code);
    }
    expect_nobody_harmed(before);
    // Functions called "mint" take assets from the caller, or count what was sent to a pair.
    std::set<std::string> mints;
    for (const Contract& contract : contracts(s.state))
        for (const std::string_view text : contract.face.functions)
            if (const auto line = codec::parse_abi_line(text); line->name.starts_with("mint") ||
                                                               line->name.starts_with("upgrade") ||
                                                               line->name.find("atio") == 1)
                if (!line->view) mints.insert(contract.name + "." + line->signature());
    EXPECT_EQ(mints,
              (std::set<std::string>{
                  "bnb.flash.mint(uint256,address)", "bnb.liquid.mint(uint256,address)",
                  "fantom.flash.mint(uint256,address)", "fantom.wrapped.mint(uint256,address)",
                  "kusama.flash.mint(uint256,address)", "kusama.wrapped.mint(uint256,address)",
                  "pair.THAW-WETH.mint(address)", "pair.aDOTb-WETH.mint(address)",
                  "pair.aFTMb-WETH.mint(address)", "pair.aKSMb-WETH.mint(address)",
                  "polkadot.flash.mint(uint256,address)", "polkadot.wrapped.mint(uint256,address)",
                  "polygon.flash.mint(uint256,address)", "polygon.liquid.mint(uint256,address)"}));
}

}  // namespace
}  // namespace thaw::scenario
