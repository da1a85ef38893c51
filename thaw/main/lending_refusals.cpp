#include "thaw/base/text.hpp"
#include "thaw/main/sentences.hpp"
#include "thaw/main/table.hpp"
#include "thaw/protocol/lending/face.hpp"

namespace thaw::cli {

namespace {

/// Health as people read it: "0.9731".
std::string health_text(u128 health) { return format_amount(health / 100'000'000'000'000, 4); }

}  // namespace

const std::vector<std::pair<uint32_t, Says>>& lending_sentences() {
    using namespace protocol;
    static const std::vector<std::pair<uint32_t, Says>> all{
        sentence<lending::NotListed, Address>([](const Amount&, const Address& coin) {
            return "there is no lending market of " + to_hex(coin);
        }),
        sentence<lending::Frozen, Address>([](const Amount&, const Address&) {
            return std::string{"the market is frozen: nothing new is supplied or borrowed"};
        }),
        sentence<lending::NotBorrowable, Address>([](const Amount&, const Address&) {
            return std::string{"this coin only serves as collateral; it is not lent"};
        }),
        sentence<lending::MarketInDeficit, Address, u128>(
            [](const Amount& amount, const Address&, u128 deficit) {
                return "somebody's bad debt of " + amount(deficit) +
                       " waits to be covered; nothing is lent until it is";
            }),
        sentence<lending::SupplyCapExceeded, u128, u128>(
            [](const Amount& amount, u128 room, u128 wanted) {
                return "the market takes " + amount(room) + " more; this is " + amount(wanted);
            }),
        sentence<lending::BorrowCapExceeded, u128, u128>(
            [](const Amount& amount, u128 room, u128 wanted) {
                return "the market lends " + amount(room) + " more; this is " + amount(wanted);
            }),
        sentence<lending::NotEnoughCash, Address, u128, u128>(
            [](const Amount& amount, const Address&, u128 cash, u128) {
                return "the market has " + amount(cash) +
                       " at the moment; the rest is lent, and dearer until it comes back";
            }),
    };
    return all;
}

const std::vector<std::pair<uint32_t, Says>>& debt_sentences() {
    using namespace protocol;
    static const std::vector<std::pair<uint32_t, Says>> all{
        sentence<lending::NotEnoughSupplied, u128, u128>(
            [](const Amount& amount, u128 supplied, u128) {
                return "you have " + amount(supplied) + " in this market";
            }),
        sentence<lending::PriceDoubtful, Address>([](const Amount&, const Address&) {
            return std::string{
                "a price is stale or held back, or a network's rate is not to be relied on: "
                "nothing is borrowed until it is, and nothing withdrawn beside a debt; repaying "
                "goes on"};
        }),
        sentence<lending::HealthTooLow, Address, u128, u128>(
            [](const Amount&, const Address&, u128 health, u128 minimum) {
                return "health would be " + health_text(health) + "; it must be " +
                       health_text(minimum) + " at least";
            }),
        sentence<lending::CollateralTooSmall, u128, u128>(
            [](const Amount&, u128 debt, u128 allowed) {
                return "you would owe " + column_amount(format_amount(debt, 18), 2) +
                       " dollars; what you have pledged allows " +
                       column_amount(format_amount(allowed, 18), 2);
            }),
        sentence<lending::Healthy, Address, u128>([](const Amount&, const Address&, u128) {
            return std::string{"the account's health is 1 or more: it cannot be liquidated"};
        }),
        sentence<lending::NothingOwed, Address, Address>(
            [](const Amount&, const Address&, const Address&) {
                return std::string{"nothing is owed in this market"};
            }),
        sentence<lending::NothingPledged, Address, Address>(
            [](const Amount&, const Address&, const Address&) {
                return std::string{"the account has pledged nothing in this market"};
            }),
        sentence<lending::NotRedeemable, Address>([](const Amount&, const Address&) {
            return std::string{"only liquid tokens can be taken into the redemption queue"};
        }),
        sentence<lending::NotEnoughReserves, u128, u128>(
            [](const Amount& amount, u128 most, u128 wanted) {
                return "the market's reserves are " + amount(most) + "; this is " + amount(wanted);
            }),
        sentence<lending::InIsolation, Address>([](const Amount&, const Address&) {
            return std::string{
                "an isolated market is its account's only collateral, and little is lent on it"};
        }),
        sentence<lending::OtherCategory, Address, uint8_t>(
            [](const Amount&, const Address&, uint8_t) {
                return std::string{
                    "your efficiency category is another network's; choose none with category 0"};
            }),
    };
    return all;
}

}  // namespace thaw::cli
