#include "thaw/main/loans.hpp"

#include "thaw/base/text.hpp"
#include "thaw/main/table.hpp"

namespace thaw::cli {

using codec::call_data;
using protocol::lending_address;

namespace {

constexpr u128 variable_rate = 2;

}  // namespace

Allowance health_of(Session& session) {
    const auto data = session.client().view<u128, u128, u128, u128, u128, Allowance>(
        lending_address, call_data<"getUserAccountData(address user)">(session.account()));
    return std::get<5>(data);
}
std::string health_text(Allowance health) {
    return health.unlimited() ? "no debts" : column_amount(format_amount(health.value, 18), 4);
}

void say_done(Session& session, const TransactionResult& result, json::object more,
              const std::string& text) {
    const std::string health = health_text(health_of(session));
    json::object answer = transaction_json(result);
    for (auto& field : more) answer[field.key()] = field.value();
    answer["health"] = health;
    session.say(answer, text + "; health: " + health + ".\n" + transaction_line(result));
}

Bytes supply_data(const Address& coin, Allowance amount, const Address& who) {
    return call_data<
        "supply(address asset, uint256 amount, address onBehalfOf, uint16 "
        "referralCode)">(coin, amount, who, uint16_t{0});
}
Bytes withdraw_data(const Address& coin, Allowance amount, const Address& who) {
    return call_data<"withdraw(address asset, uint256 amount, address to)">(coin, amount, who);
}
Bytes borrow_data(const Address& coin, u128 amount, const Address& who) {
    return call_data<
        "borrow(address asset, uint256 amount, uint256 interestRateMode, uint16 "
        "referralCode, address onBehalfOf)">(coin, amount, variable_rate, uint16_t{0}, who);
}
Bytes repay_data(const Address& coin, Allowance amount, const Address& debtor) {
    return call_data<
        "repay(address asset, uint256 amount, uint256 interestRateMode, address "
        "onBehalfOf)">(coin, amount, variable_rate, debtor);
}
Bytes floor_data(const Address& who, uint32_t floor_percent) {
    return call_data<"requireHealth(address account, uint256 minimum)">(
        who, u128{floor_percent} * 10'000'000'000'000'000);
}

}  // namespace thaw::cli
