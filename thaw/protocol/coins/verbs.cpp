#include "thaw/protocol/assets/face.hpp"
#include "thaw/protocol/coins/face.hpp"
#include "thaw/protocol/flash/face.hpp"
#include "thaw/protocol/issued/face.hpp"
#include "thaw/protocol/liquid/face.hpp"

namespace thaw::protocol::coins {
namespace {

/// Which ledger keeps a token.
enum class Ledger : uint8_t { none, assets, shares, flash, issued };

bool has_face(const Query& query, ContractKind kind, uint8_t index) {
    if (index == 0 || index > network_count) return false;
    const auto network = query.read<networks::Books>().networks.get(index);
    if (kind == ContractKind::legacy) return !network.legacy_symbol.view().empty();
    if (kind == ContractKind::wrapped) return !network.wrapped_symbol.view().empty();
    return true;
}

Ledger ledger_of(const Query& query, const Address& coin) {
    if (!is_native(coin)) return issued::find(query, coin) ? Ledger::issued : Ledger::none;
    const uint8_t index = index_of(coin);
    switch (kind_of(coin)) {
        case ContractKind::asset:
            return index != eth && assets::exists(query, index) ? Ledger::assets : Ledger::none;
        case ContractKind::liquid:
        case ContractKind::legacy:
        case ContractKind::wrapped:
            return has_face(query, kind_of(coin), index) ? Ledger::shares : Ledger::none;
        case ContractKind::flash:
            return is_flash_pool(coin) ? Ledger::flash : Ledger::none;
        default:  // wrapped ether is issued, at an address of genesis
            return issued::find(query, coin) ? Ledger::issued : Ledger::none;
    }
}

SubShares shares_held(const Query& query, const Address& coin, const Address& holder) {
    return liquid::holding(query, kind_of(coin), index_of(coin), holder);
}

template <class T>
Result<void> done(const Result<T>& result) {
    if (!result) return tl::unexpected(result.error());
    return {};
}

}  // namespace

bool is_coin(const Query& query, const Address& coin) {
    return ledger_of(query, coin) != Ledger::none;
}

bool is_rebasing(const Query& query, const Address& coin) {
    return ledger_of(query, coin) == Ledger::shares &&
           liquid::is_rebasing(query, kind_of(coin), index_of(coin));
}

unsigned decimals(const Query& query, const Address& coin) {
    const Query token = query.at(coin);
    switch (ledger_of(query, coin)) {
        case Ledger::none:
            return 0;
        case Ledger::assets:
            return *token::decimals(token);
        case Ledger::shares:
            return *liquid::decimals(token);
        case Ledger::flash:
            return *flash::decimals(token);
        case Ledger::issued:
            return *issued::decimals(token);
    }
    return 0;
}

std::string symbol(const Query& query, const Address& coin) {
    const Query token = query.at(coin);
    Result<std::string> text{std::string{}};
    switch (ledger_of(query, coin)) {
        case Ledger::none:
            break;
        case Ledger::assets:
            text = token::symbol(token);
            break;
        case Ledger::shares:
            text = liquid::symbol(token);
            break;
        case Ledger::flash:
            text = flash::symbol(token);
            break;
        case Ledger::issued:
            text = issued::symbol(token);
            break;
    }
    return text ? *text : std::string{};
}

u128 stored(const Query& query, const Address& coin, const Address& holder) {
    switch (ledger_of(query, coin)) {
        case Ledger::none:
            return 0;
        case Ledger::assets:
            return token::held(query, token::user_account(index_of(coin), holder)).value;
        case Ledger::shares:
            return shares_held(query, coin, holder).value;
        case Ledger::flash:
            return flash::balance_of(query.at(coin), holder)->value;
        case Ledger::issued:
            return issued::held(query, coin, holder);
    }
    return 0;
}

u128 shown_as(const Query& query, const Address& coin, u128 stored_units) {
    if (ledger_of(query, coin) != Ledger::shares) return stored_units;
    const SubShares shares{stored_units};
    return liquid::is_rebasing(query, kind_of(coin), index_of(coin))
               ? liquid::worth(shares, liquid::rate(query, index_of(coin))).value
               : liquid::whole(shares).value;
}

u128 shown(const Query& query, const Address& coin, const Address& holder) {
    return shown_as(query, coin, stored(query, coin, holder));
}

u128 held(const Query& query, const Address& coin, const Address& holder) {
    const u128 units = stored(query, coin, holder);
    return ledger_of(query, coin) == Ledger::shares ? liquid::whole(SubShares{units}).value : units;
}

Result<void> pay(Call& call, const Address& coin, const Address& from, const Address& to,
                 u128 face_units) {
    Call token = call.as(coin, from);
    switch (ledger_of(call, coin)) {
        case Ledger::none:
            break;
        case Ledger::assets:
            return done(token::transfer(token, to, Assets{face_units}));
        case Ledger::shares:
            return done(liquid::transfer(token, to, face_units));
        case Ledger::flash:
            return done(flash::transfer(token, to, Shares{face_units}));
        case Ledger::issued:
            return issued::transfer(call, coin, from, to, face_units);
    }
    return tl::unexpected(Revert{});  // as a call to an account without code
}

Result<void> move(Call& call, const Address& coin, const Address& from, const Address& to,
                  u128 ledger_units) {
    if (!is_rebasing(call, coin)) return pay(call, coin, from, to, ledger_units);
    Call token = call.as(coin, from);
    return done(liquid::transfer_shares(token, to, Shares{ledger_units}));
}

Result<void> spend(Call& call, const Address& coin, const Address& owner, const Address& spender,
                   u128 face_units) {
    Call token = call.as(coin, spender);
    return allowance::spend(token, owner, face_units);
}

u128 to_ledger_down(const Query& query, const Address& coin, u128 face_units) {
    if (!is_rebasing(query, coin)) return face_units;
    const auto shares = liquid::shares_for(Assets{face_units}, liquid::rate(query, index_of(coin)));
    return shares ? liquid::whole(*shares).value : u128_max;
}

u128 to_ledger_up(const Query& query, const Address& coin, u128 face_units) {
    if (!is_rebasing(query, coin)) return face_units;
    const liquid::Rate rate = liquid::rate(query, index_of(coin));
    if (rate.assets.is_zero()) return u128_max;
    const auto shares = mul_div_up(face_units, rate.supply.value, rate.assets.value);
    return shares ? *mul_div_up(*shares, 1, liquid::sub_units) : u128_max;
}

u128 to_face_down(const Query& query, const Address& coin, u128 ledger_units) {
    if (!is_rebasing(query, coin)) return ledger_units;
    const liquid::Rate rate = liquid::rate(query, index_of(coin));
    const auto shares = liquid::sub_shares(Shares{ledger_units});
    if (!shares || rate.supply.is_zero()) return u128_max;
    return mul_div_down(shares->value, rate.assets.value, rate.supply.value).value_or(u128_max);
}

u128 to_face_up(const Query& query, const Address& coin, u128 ledger_units) {
    if (!is_rebasing(query, coin)) return ledger_units;
    const liquid::Rate rate = liquid::rate(query, index_of(coin));
    const auto shares = liquid::sub_shares(Shares{ledger_units});
    if (!shares || rate.supply.is_zero()) return u128_max;
    return mul_div_up(shares->value, rate.assets.value, rate.supply.value).value_or(u128_max);
}

}  // namespace thaw::protocol::coins
