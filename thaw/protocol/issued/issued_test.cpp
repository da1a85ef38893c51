// Issued tokens and wrapped ether: the ledger, the registry of contracts made at run time, and that
// nothing of one token is another's.
#include "tests/scenario/expect.hpp"
#include "thaw/protocol/weth/face.hpp"

namespace thaw::scenario {
namespace {

#define TRANSFER "transfer(address to, uint256 value) returns (bool)"
#define TRANSFER_FROM "transferFrom(address from, address to, uint256 value) returns (bool)"
#define APPROVE "approve(address spender, uint256 value) returns (bool)"
#define ALLOWANCE "allowance(address owner, address spender) view returns (uint256)"
#define BALANCE_OF "balanceOf(address account) view returns (uint256)"
#define TOTAL_SUPPLY "totalSupply() view returns (uint256)"
#define DEPOSIT "deposit() payable"
#define WITHDRAW "withdraw(uint256 wad)"

constexpr u128 supply = 1'000;
constexpr Hash deposited = codec::declare(weth::Deposit::abi).topic();
constexpr Hash withdrawn = codec::declare(weth::Withdrawal::abi).topic();

/// Two tokens whose addresses end alike, all of both with alice.
struct Issued {
    Scenario s;
    Address first = account(9, 1);
    Address second = account(9, 1);

    Issued() {
        second.bytes[1] = 0x77;
        run([&](Call& call) {
            for (const Address& token : {first, second}) {
                issued::create(call, token, {.name = "Receipt", .symbol = "RCP", .decimals = 7});
                issued::mint(call, token, alice, supply);
            }
        });
    }
    template <class F>
    void run(const F& f) {
        Execution execution{.state = &s.state, .block = s.block};
        Call call{execution, {}, {}, {}};
        f(call);
        s.state.seal();
    }
};

TEST(IssuedTokens, AreContractsFromTheirCreationOn) {
    Issued t;
    Scenario& s = t.s;
    EXPECT_TRUE(is_contract(s.state, t.first));
    EXPECT_EQ(code_at(s.state, t.first).size(), 25u);
    EXPECT_NE(code_at(s.state, t.first), code_at(s.state, t.second));
    Address third = t.first;
    third.bytes[1] = 0x78;
    EXPECT_FALSE(is_contract(s.state, third));
    const auto all = contracts(s.state);
    const auto listed = std::ranges::find(all, t.second, &Contract::address);
    ASSERT_NE(listed, all.end());
    EXPECT_EQ(listed->name, "token.RCP");
    EXPECT_EQ(listed->symbol, "RCP");
    EXPECT_EQ(listed->decimals, 7u);
    EXPECT_EQ((s.view<std::string, "name() view returns (string)">(t.first)), "Receipt");
    EXPECT_EQ((s.view<std::string, "symbol() view returns (string)">(t.first)), "RCP");
    EXPECT_EQ((s.view<uint8_t, "decimals() view returns (uint8)">(t.first)), 7);
    EXPECT_FALSE(s.send(alice, t.first, {1, 2, 3, 4}).success);
    EXPECT_FALSE(s.send(alice, t.first, {}, Assets{1}).success);
}

TEST(IssuedTokens, MoveToTheUnitAndRefuseOneMore) {
    Issued t;
    Scenario& s = t.s;
    EXPECT_REFUSED(s.call<TRANSFER>(alice, t.first, Address{}, supply),
                   token::ERC20InvalidReceiver{Address{}});
    EXPECT_REFUSED(s.call<TRANSFER>(alice, t.first, bob, supply + 1),
                   token::ERC20InsufficientBalance{alice, Assets{supply}, Assets{supply + 1}});
    EXPECT_DONE(s.call<TRANSFER>(alice, t.first, bob, supply));
    EXPECT_DONE(s.call<TRANSFER>(bob, t.first, bob, supply));
    EXPECT_DONE(s.call<TRANSFER>(carol, t.first, bob, u128{0}));
    EXPECT_SAME((s.view<u128, BALANCE_OF>(t.first, bob)), supply);
    EXPECT_SAME((s.view<u128, BALANCE_OF>(t.second, bob)), 0);
    t.run([&](Call& call) {
        EXPECT_FALSE(issued::burn(call, t.first, bob, supply + 1));
        EXPECT_TRUE(issued::burn(call, t.first, bob, 400));
    });
    EXPECT_SAME((s.view<u128, TOTAL_SUPPLY>(t.first)), supply - 400);
    EXPECT_SAME((s.view<u128, TOTAL_SUPPLY>(t.second)), supply);
    EXPECT_EQ(broken_invariant(s.state, s.block), std::nullopt);
}

TEST(IssuedTokens, ShareNoAllowanceWhereTheirAddressesEndAlike) {
    Issued t;
    Scenario& s = t.s;
    EXPECT_DONE(s.call<APPROVE>(alice, t.first, bob, codec::Allowance{10}));
    EXPECT_SAME((s.view<codec::Allowance, ALLOWANCE>(t.first, alice, bob)).value, 10);
    EXPECT_SAME((s.view<codec::Allowance, ALLOWANCE>(t.second, alice, bob)).value, 0);
    EXPECT_REFUSED(s.call<TRANSFER_FROM>(bob, t.second, alice, bob, u128{1}),
                   allowance::ERC20InsufficientAllowance{bob, codec::Allowance{0}, 1});
    EXPECT_DONE(s.call<TRANSFER_FROM>(bob, t.first, alice, bob, u128{10}));
    EXPECT_REFUSED(s.call<TRANSFER_FROM>(bob, t.first, alice, bob, u128{1}),
                   allowance::ERC20InsufficientAllowance{bob, codec::Allowance{0}, 1});
}

TEST(IssuedTokens, LiveWhereTheirFactorySays) {
    // EIP-1014, the examples with init code 0x00.
    Hash code = crypto::keccak256(Bytes{0});
    EXPECT_EQ(to_hex(issued::instance_address({}, {}, code)),
              "0x4d1a2e2bb4f88f0250f26ffff098b0b30b26bf38");
    Address deadbeef;
    std::ranges::copy(std::array<uint8_t, 4>{0xde, 0xad, 0xbe, 0xef}, deadbeef.bytes.begin());
    EXPECT_EQ(to_hex(issued::instance_address(deadbeef, {}, code)),
              "0xb928f69bb1d91cd65274e3c79d8986362984fda3");
}

TEST(WrappedEther, IsDepositedByFunctionOrByPlainTransferAndComesBack) {
    Scenario s;
    const u128 had = s.assets(eth, alice);
    const Receipt made = s.send(alice, weth_address, call_data<DEPOSIT>(), Assets{70}, 0);
    ASSERT_TRUE(made.success);
    ASSERT_EQ(made.logs.size(), 1u);  // WETH9 says Deposit and no Transfer
    EXPECT_EQ(made.logs[0].topics[0], deposited);
    EXPECT_DONE(s.send(alice, weth_address, {}, Assets{30}, 0));
    EXPECT_SAME((s.view<u128, BALANCE_OF>(weth_address, alice)), 100);
    EXPECT_SAME((s.view<u128, TOTAL_SUPPLY>(weth_address)), 100);
    EXPECT_SAME(s.assets(eth, weth_address), 100);
    EXPECT_REFUSED(s.send(alice, weth_address, call_data<WITHDRAW>(u128{101}), {}, 0),
                   token::ERC20InsufficientBalance{alice, Assets{100}, Assets{101}});
    const Receipt gone = s.send(alice, weth_address, call_data<WITHDRAW>(u128{100}), {}, 0);
    ASSERT_TRUE(gone.success);
    EXPECT_EQ(gone.logs.at(0).topics[0], withdrawn);
    EXPECT_SAME(s.assets(eth, alice), had);
    EXPECT_SAME((s.view<u128, TOTAL_SUPPLY>(weth_address)), 0);
    EXPECT_FALSE(s.send(alice, weth_address, call_data<WITHDRAW>(u128{0}), Assets{1}).success);
}

}  // namespace
}  // namespace thaw::scenario
