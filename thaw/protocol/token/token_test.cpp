// Transfers, allowances and permits, for the assets and for both faces of the liquid tokens.
#include "tests/scenario/expect.hpp"
#include "thaw/codec/typed_data.hpp"
#include "thaw/crypto/secp256k1.hpp"

namespace thaw::scenario {
namespace {

constexpr Address nobody{};

#define STAKE "stake(uint256 assets) returns (uint256 shares)"
#define TRANSFER "transfer(address to, uint256 value) returns (bool)"
#define TRANSFER_FROM "transferFrom(address from, address to, uint256 value) returns (bool)"
#define APPROVE "approve(address spender, uint256 value) returns (bool)"
#define ALLOWANCE "allowance(address owner, address spender) view returns (uint256)"
#define BALANCE_OF "balanceOf(address account) view returns (uint256)"
#define PERMIT                                                                          \
    "permit(address owner, address spender, uint256 value, uint256 deadline, uint8 v, " \
    "bytes32 r, bytes32 s)"

/// One token of each kind, with alice holding 1,000 base units or more.
struct Tokens {
    Scenario s;
    std::vector<Address> all{asset_of(bnb), liquid_of(polygon), liquid_of(fantom)};
    u128 held = one_18 * 10;
    Tokens() {
        for (const NetworkId n : {bnb, polygon, fantom}) s.deposit(n, alice, held);
        for (const NetworkId n : {polygon, fantom})
            EXPECT_DONE(s.call<STAKE>(alice, staking_of(n), Assets{held}));
    }
};

TEST(Transfer, RefusesInOrderOfPrecedenceAndMovesExactly) {
    Tokens t;
    Scenario& s = t.s;
    for (const Address& token : t.all) {
        EXPECT_REFUSED(s.call<TRANSFER>(alice, token, nobody, Assets{t.held + 1}),
                       token::ERC20InvalidReceiver{nobody});
        EXPECT_REFUSED(s.call<TRANSFER>(alice, token, bob, Assets{t.held + 1}),
                       token::ERC20InsufficientBalance{alice, Assets{t.held}, Assets{t.held + 1}});
        EXPECT_DONE(s.call<TRANSFER>(alice, token, bob, Assets{t.held}));
        EXPECT_DONE(s.call<TRANSFER>(bob, token, alice, Assets{1}));
        EXPECT_DONE(s.call<TRANSFER>(bob, token, bob, Assets{t.held - 1}));
        EXPECT_DONE(s.call<TRANSFER>(carol, token, bob, Assets{0}));
        EXPECT_SAME((s.view<Assets, BALANCE_OF>(token, alice)).value, 1);
        EXPECT_SAME((s.view<Assets, BALANCE_OF>(token, bob)).value, t.held - 1);
    }
}

TEST(Allowance, IsSpentNamedWhenShortAndUnlimitedAtItsMaximum) {
    Tokens t;
    Scenario& s = t.s;
    codec::Word largest;
    largest.bytes.bytes.fill(0xff);
    for (const Address& token : t.all) {
        EXPECT_REFUSED(s.call<APPROVE>(alice, token, nobody, codec::Allowance{1}),
                       allowance::ERC20InvalidSpender{nobody});
        EXPECT_DONE(s.call<APPROVE>(alice, token, bob, codec::Allowance{10}));
        EXPECT_REFUSED(s.call<TRANSFER_FROM>(bob, token, alice, nobody, Assets{11}),
                       allowance::ERC20InsufficientAllowance{bob, codec::Allowance{10}, 11});
        EXPECT_REFUSED(s.call<TRANSFER_FROM>(bob, token, alice, nobody, Assets{10}),
                       token::ERC20InvalidReceiver{nobody});
        EXPECT_DONE(s.call<TRANSFER_FROM>(bob, token, alice, carol, Assets{4}));
        EXPECT_SAME((s.view<codec::Allowance, ALLOWANCE>(token, alice, bob)).value, 6);
        EXPECT_REFUSED(s.call<TRANSFER_FROM>(bob, token, alice, carol, Assets{7}),
                       allowance::ERC20InsufficientAllowance{bob, codec::Allowance{6}, 7});
        EXPECT_DONE((s.call<APPROVE>(alice, token, bob, largest)));
        EXPECT_DONE(s.call<TRANSFER_FROM>(bob, token, alice, carol, Assets{7}));
        EXPECT_TRUE((s.view<codec::Allowance, ALLOWANCE>(token, alice, bob)).unlimited());
        EXPECT_EQ((s.view<codec::Word, ALLOWANCE>(token, alice, bob)).bytes, largest.bytes);
        EXPECT_DONE(s.call<APPROVE>(alice, token, bob, codec::Allowance{0}));
        EXPECT_REFUSED(s.call<TRANSFER_FROM>(bob, token, alice, carol, Assets{1}),
                       allowance::ERC20InsufficientAllowance{bob, codec::Allowance{0}, 1});
        EXPECT_SAME((s.view<Assets, BALANCE_OF>(token, carol)).value, 11);
    }
}

crypto::PrivateKey test_key() {
    crypto::PrivateKey key;
    key.bytes.fill(0x42);
    return key;
}
codec::Word word(u128 value) {
    codec::Word w;
    Bytes bytes;
    codec::append_word(bytes, value);
    std::ranges::copy(bytes, w.bytes.bytes.begin());
    return w;
}

struct Permit {
    Address token;
    Address spender = bob;
    codec::Word value = word(77);
    codec::Word deadline;
    uint64_t nonce = 0;
    uint64_t chain_id = 8429;
    std::string name;

    Receipt send(Scenario& s, const Address& owner, uint8_t v_off = 0) const {
        const Hash digest =
            codec::permit_digest(codec::domain_separator(name, "1", chain_id, token), owner,
                                 spender, value.bytes, nonce, deadline.bytes);
        const auto signature = crypto::sign(digest, test_key());
        return s.call<PERMIT>(carol, token, owner, spender, value, deadline,
                              static_cast<uint8_t>(27 + signature.y_parity + v_off), signature.r,
                              signature.s);
    }
};

TEST(Permit, GrantsByTheOwnersSignatureOnceUntilItsDeadline) {
    Scenario s;
    const Address owner = crypto::address_of(test_key());
    const std::vector<std::pair<Address, std::string>> tokens{{asset_of(bnb), "BNB"},
                                                              {liquid_of(fantom), "aFTMb"},
                                                              {liquid_of(polygon), "ankrMATIC"},
                                                              {asset_of(thaw_token), "Thaw"}};
    for (const auto& [token, name] : tokens) {
        Permit p{.token = token, .deadline = word(s.block.now_s), .name = name};
        EXPECT_DONE(p.send(s, owner));
        EXPECT_SAME((s.view<codec::Allowance, ALLOWANCE>(token, owner, bob)).value, 77);
        EXPECT_EQ((s.view<Number, "nonces(address owner) view returns (uint256)">(token, owner)),
                  Number{1});
        EXPECT_FALSE(p.send(s, owner).success);  // the nonce is used
        p.nonce = 1;
        p.deadline = word(s.block.now_s - 1);
        EXPECT_REFUSED(p.send(s, owner), allowance::ERC2612ExpiredSignature{p.deadline});
        p.deadline.bytes.bytes.fill(0xff);
        p.value.bytes.bytes.fill(0xff);
        EXPECT_DONE(p.send(s, owner));
        EXPECT_TRUE((s.view<codec::Allowance, ALLOWANCE>(token, owner, bob)).unlimited());
    }
}

TEST(Permit, OfAnotherTokenChainSpenderOrKeyIsWorthless) {
    Scenario s;
    const Address owner = crypto::address_of(test_key());
    const Permit good{.token = asset_of(bnb), .deadline = word(s.block.now_s), .name = "BNB"};
    EXPECT_REFUSED(good.send(s, alice),
                   allowance::ERC2612InvalidSigner{owner, alice});  // signed, but not by alice
    Permit bad = good;
    bad.chain_id = 1;
    EXPECT_FALSE(bad.send(s, owner).success);
    bad = good;
    bad.name = "FTM";
    EXPECT_FALSE(bad.send(s, owner).success);
    bad = good;
    bad.nonce = 1;
    EXPECT_FALSE(bad.send(s, owner).success);
    bad = good;
    bad.spender = nobody;
    EXPECT_REFUSED(bad.send(s, owner), allowance::ERC20InvalidSpender{nobody});
    EXPECT_REFUSED(good.send(s, owner, 2),  // v of 29 and 30
                   allowance::ERC2612InvalidSigner{Address{}, owner});
    EXPECT_DONE(good.send(s, owner));
}

TEST(Assets, NoFormulaReadsTheBalanceOfAModule) {
    // C-3: a gift to the staking contract moves no rate.
    Tokens t;
    const auto before = liquid::rate(t.s.query(), bnb);
    EXPECT_DONE(t.s.call<TRANSFER>(alice, asset_of(bnb), staking_of(bnb), Assets{one_18}));
    EXPECT_EQ(before.assets, liquid::rate(t.s.query(), bnb).assets);
}

}  // namespace
}  // namespace thaw::scenario
