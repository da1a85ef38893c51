// Leaving at once and providing for it, core and model side by side.
#include "tests/differential/lockstep.hpp"

namespace thaw::differential {

void Lockstep::same_pools(NetworkId n) {
    const Query pool = s.query(flash_of(n));
    ASSERT_EQ(big(flash::capacity(pool)->value), m.flash_free(n)) << "network " << int{n};
    ASSERT_EQ(big(flash::total_assets(pool)->value), m.flash_worth(n)) << "network " << int{n};
    ASSERT_EQ(big(flash::total_supply(pool)->value), m.flash[n].supply);
    const u128 asked = random.amount(unit(s.state, n) * 3'000);
    const auto quote = flash::quote(pool, Shares{asked});
    if (quote) {  // else it is more than there is
        const Model::FlashQuote expected = m.flash_quote(n, big(asked));
        ASSERT_EQ(big(quote->assets.value), expected.assets) << "of " << to_decimal(asked);
        ASSERT_EQ(big(quote->fee.value), expected.fee);
        ASSERT_EQ(big(quote->filled.value), expected.filled);
    }
    for (uint16_t u = 1; u <= users; ++u) {
        ASSERT_EQ(big(flash::balance_of(pool, user(u))->value), m.flash[n].balances[user(u)]);
        const auto due = m.flash_due(n, user(u));
        ASSERT_EQ(big(flash::max_redeem(pool, user(u))->value), due.first);
        ASSERT_EQ(big(flash::max_withdraw(pool, user(u))->value), due.second);
    }
}

void Lockstep::leave_at_once() {
    const NetworkId n = network();
    const Address who = somebody();
    const Address to = anybody();
    if (m.figures[n].rebasing ? !random.chance(3) : random.chance(20)) {
        const u128 x = amount_near(s.shown(n, who) / (1 + random.below(9)));
        const u128 minimum = random.chance(4) ? x - x / 100 : 0;
        const Refusal expected = m.flash_swap_bonds(n, who, big(x), big(minimum), to);
        same_answer(send<"swapBonds(uint256 amount, uint256 minimum, address receiver)">(
                        who, flash_of(n), x, minimum, to),
                    expected, "leaving at once, in bonds");
        if (!HasFatalFailure() && expected.empty()) adopt(n);
        return;
    }
    const u128 x = amount_near(s.sub_shares(n, who) / liquid::sub_units / (1 + random.below(9)));
    const u128 minimum = random.chance(4) ? x : 0;
    const Refusal expected = m.flash_swap(n, who, big(x), big(minimum), to);
    same_answer(send<"swapAtLeast(uint256 shares, uint256 minimum, address receiver)">(
                    who, flash_of(n), x, minimum, to),
                expected, "leaving at once");
    if (!HasFatalFailure() && expected.empty()) adopt(n);
}

void Lockstep::provide() {
    const NetworkId n = network();
    const Address who = somebody();
    const Address to = anybody();
    const Address pool = flash_of(n);
    const u128 held = flash::balance_of(s.query(pool), who)->value;
    switch (random.below(8)) {
        case 0: {
            const u128 x = amount_near(s.assets(n, who) / 3);
            const Refusal expected = m.flash_deposit(n, who, to, big(x));
            same_answer(send<"deposit(uint256 assets, address receiver)">(who, pool, x, to),
                        expected, "deposit of a provider");
            return;
        }
        case 1: {
            const u128 x = amount_near(s.assets(n, who) * 300'000);
            const Refusal expected = m.flash_mint(n, who, to, big(x));
            same_answer(send<"mint(uint256 shares, address receiver)">(who, pool, x, to), expected,
                        "minting of a provider");
            return;
        }
        case 2: {
            const u128 x = amount_near(held);
            const Refusal expected = m.flash_transfer(n, who, to, big(x));
            same_answer(send<"transfer(address to, uint256 value)">(who, pool, to, x), expected,
                        "transfer of a provider's shares");
            return;
        }
        case 3:
        case 4: {
            const u128 x = amount_near(held / (1 + random.below(3)));
            const Refusal expected = m.flash_announce(n, who, big(x));
            same_answer(send<"announce(uint256 shares)">(who, pool, x), expected, "announcement");
            if (!HasFatalFailure() && random.chance(6)) keep(n, who);
            return;
        }
        case 5:
            return keep(n, who);
        default:
            provided(n);
    }
}

void Lockstep::keep(NetworkId n, const Address& who) {
    const Refusal expected = m.flash_keep(n, who);
    same_answer(send<"keep()">(who, flash_of(n)), expected, "taking an announcement back");
}

/// A provider takes out what has its price; one in four tries another's.
void Lockstep::provided(NetworkId n) {
    Address owner = somebody();
    for (int tries = 0; tries < 8 && m.flash_due(n, owner).first == 0; ++tries) owner = somebody();
    const Address sender = random.chance(4) ? somebody() : owner;
    const Address to = anybody();
    const Address pool = flash_of(n);
    if (random.chance(2)) {
        const u128 x = amount_near(flash::max_redeem(s.query(pool), owner)->value);
        const Refusal expected = m.flash_redeem(n, sender, big(x), to, owner);
        same_answer(send<"redeem(uint256 shares, address receiver, address owner)">(sender, pool, x,
                                                                                    to, owner),
                    expected, "redeeming of a provider");
        return;
    }
    const u128 x = amount_near(flash::max_withdraw(s.query(pool), owner)->value);
    const Refusal expected = m.flash_withdraw(n, sender, big(x), to, owner);
    same_answer(send<"withdraw(uint256 assets, address receiver, address owner)">(sender, pool, x,
                                                                                  to, owner),
                expected, "withdrawal of a provider");
}

void Lockstep::flash_terms() {
    const NetworkId n = network();
    const bool is_owner = !random.chance(5);
    const auto low = static_cast<uint32_t>(random.below(60));
    const auto high = static_cast<uint32_t>(m.flash[n].fee_max + 60 - random.below(120));
    const Assets target{unit(s.state, n) * (random.chance(20) ? 0 : 1 + random.below(3'000))};
    const Refusal expected = m.flash_terms(n, big(target.value), low, high, is_owner);
    same_answer(send<"setTerms(uint256 target, uint32 feeMinBps, uint32 feeMaxBps)">(
                    is_owner ? hub_owner : somebody(), flash_of(n), target, low, high),
                expected, "terms of a flash pool");
}

}  // namespace thaw::differential
