/// Markets, what accounts have in them, and what they owe. Amounts are ledger units of the market's
/// coin (whole shares of a rebasing one), so that a coin's own growth stays with whose it is;
/// scaled amounts are ledger units divided by an index.
#pragma once
#include "thaw/protocol/networks/books.hpp"
#include "thaw/protocol/prices/math.hpp"

namespace thaw::protocol::lending {

using MarketId = uint8_t;  ///< 1, 2, … in the order of listing; 0 is none

/// What the owner may change about a market, inside the envelope (limits.hpp). Fractions and yearly
/// rates in hundredths of a per cent.
struct Terms {
    u128 supply_cap = 0;
    u128 borrow_cap = 0;
    prices::Value
        debt_ceiling;      ///< not zero: the market is isolated, and no more is owed against it
    uint32_t ltv_bps = 0;  ///< most that may be borrowed against it
    uint32_t threshold_bps = 0;  ///< what counts of it in an account's health
    uint32_t bonus_bps = 0;      ///< what a liquidator gets more than it pays
    uint32_t reserve_bps = 0;    ///< of interest
    uint32_t base_bps = 0;       ///< the rate at no use,
    uint32_t slope_bps = 0;      ///< what it rises by up to the kink,
    uint32_t steep_bps = 0;      ///< and from there to full use
    uint32_t kink_bps = 0;       ///< of use
    uint8_t borrowable = 0;      ///< 0: a coin that only serves as collateral, for its owner
    uint8_t for_isolated = 0;    ///< 1: may be borrowed against an isolated market
    uint8_t category = 0;        ///< a network: its coins follow one price. 0: none
    uint8_t frozen = 0;          ///< 1: nothing new is supplied or borrowed
    std::array<uint8_t, 12> reserved{};
};
static_assert(Plain<Terms> && sizeof(Terms) == 96);

/// The terms between coins of one network for accounts that borrow nothing else.
struct Category {
    uint32_t ltv_bps = 0;
    uint32_t threshold_bps = 0;
    uint32_t bonus_bps = 0;
    std::array<uint8_t, 4> reserved{};
    uint64_t changed_at_s = 0;
};
static_assert(Plain<Category> && sizeof(Category) == 24);

struct Market {
    u128 cash = 0;                ///< counted, not looked up: what lies there besides is nobody's
    u128 reserves = 0;            ///< the hub's part of interest; first to bear a loss
    u128 insurance = 0;           ///< given by anybody; second to bear it
    u128 deficit = 0;             ///< bad debt that neither has borne yet
    u128 supply_scaled = 0;       ///< all claims
    u128 debt_scaled = 0;         ///< all debts
    u128 supply_index = 0;        ///< 10^-27
    u128 debt_index = 0;          ///< 10^-27
    prices::Value isolated_debt;  ///< owed against it while it is isolated, as it was borrowed
    Address coin;
    Address claims;  ///< the token of its claims; zero where the coin only serves as collateral
    uint64_t accrued_at_s = 0;
    uint64_t changed_at_s = 0;  ///< when the owner last changed the terms; 0: never
    uint64_t number = 0;        ///< its id
};
static_assert(Plain<Market> && sizeof(Market) == 208);

struct Key {
    Address account;
    MarketId market = 0;
    std::array<uint8_t, 3> reserved{};
    friend constexpr bool operator==(const Key&, const Key&) = default;
};
struct Position {
    u128 pledged = 0;  ///< scaled: claims that secure the account's debts, held by the hub for it
    u128 debt = 0;     ///< scaled
};
/// An account's markets, one bit each, and what it has chosen.
struct Account {
    prices::Value isolated_debt;  ///< its part of its isolated market's
    uint64_t pledged = 0;
    uint64_t owes = 0;
    uint64_t category = 0;
    uint64_t isolated = 0;  ///< the market that `isolated_debt` is owed against
};
static_assert(Plain<Key> && Plain<Position> && Plain<Account> && sizeof(Account) == 48);

struct Listed {
    uint64_t market = 0;
};
struct Count {
    uint64_t markets = 0;
};

struct Books {
    Table<MarketId, Market> markets;
    Table<MarketId, Terms> terms;
    Table<uint8_t, Category> categories;  ///< by network
    Table<Address, Listed> numbers;       ///< by coin
    Table<Address, Listed> claims;        ///< by token of claims
    Table<uint8_t, Count> counts;         ///< one row, key 0
    Table<Key, Position> positions;
    Table<Address, Account> accounts;

    static auto tables(auto& b) {
        return std::tie(b.markets, b.terms, b.categories, b.numbers, b.claims, b.counts,
                        b.positions, b.accounts);
    }
};

}  // namespace thaw::protocol::lending
