/// What the commands about loans share: how an account stands, and the calls on the markets.
#pragma once
#include "thaw/main/yields.hpp"
#include "thaw/protocol/lending/face.hpp"

namespace thaw::cli {

using codec::Allowance;

/// All of a debt, a balance, a claim.
inline constexpr Allowance everything{u128_max};

/// An account's health in 10^-18; Aave's 2^256 − 1 where nothing is owed.
Allowance health_of(Session& session);
std::string health_text(Allowance health);

/// Says what was done and how the account stands then; `more` are further fields of the JSON
/// answer.
void say_done(Session& session, const TransactionResult& result, json::object more,
              const std::string& text);

Bytes supply_data(const Address& coin, Allowance amount, const Address& who);
Bytes withdraw_data(const Address& coin, Allowance amount, const Address& who);
Bytes borrow_data(const Address& coin, u128 amount, const Address& who);
Bytes repay_data(const Address& coin, Allowance amount, const Address& debtor);
/// The floor of a batch: it comes to nothing when health would be below so many per cent.
Bytes floor_data(const Address& who, uint32_t floor_percent);

}  // namespace thaw::cli
