/// Markets and accounts as they stand now, for this module's own verbs.
#pragma once
#include "thaw/protocol/lending/face.hpp"

namespace thaw::protocol::lending {

/// A market with interest up to now, and its terms.
struct Open {
    MarketId id = 0;
    Market market;
    Terms terms;
};
Result<Open> find(const Query& query, const Address& coin);
Open open_at(const Query& query, MarketId id);
void save(Call& call, const Open& open);

/// Units of a market's coin as the coin shows them, rounded down.
u128 shown(const Query& query, const Open& open, u128 units);

/// Where an account's coins of a market lie: together, or where they only serve as collateral each
/// account's apart, so that a receipt's rewards stay its own.
Address keeper_of(const Open& open, const Address& account);

Position position(const Query& query, const Address& account, MarketId id);
Account account_row(const Query& query, const Address& account);
/// Writes a position and the account's bit for each side of it.
void put_position(Call& call, const Address& account, MarketId id, const Position& position);
/// Claims that lie in the account's wallet, scaled.
u128 free_claims(const Query& query, const Open& open, const Address& account);
/// Why the account may not pledge in this market, or nothing.
Result<void> check_pledge(const Query& query, const Open& open, const Address& account);

/// What an account has and owes at prices of now.
Standing standing(const Query& query, const Address& account);
/// Refuses when an account with debts is below health 1, or nobody can say.
Result<void> check_health(const Query& query, const Address& account);
/// The fraction and bonus that hold for an account in a market.
struct Risk {
    uint32_t ltv_bps = 0;
    uint32_t threshold_bps = 0;
    uint32_t bonus_bps = 0;
};
Risk risk_of(const Query& query, const Account& account, const Terms& terms);
/// What units of a market's coin are worth.
struct Valued {
    prices::Value value;
    bool doubtful = false;
};
Valued valued(const Query& query, const Address& coin, u128 units, Round round);

/// The isolated market that an account has pledged in, or 0.
MarketId isolated_in(const Query& query, const Account& account);
/// Takes off an account's isolated debt the part that `paid` is of all it owed before, at today's
/// prices; all of it when nothing is owed any more. It was counted at the prices of its day.
void lower_isolated(Call& call, const Address& account, prices::Value paid, prices::Value before);

}  // namespace thaw::protocol::lending
