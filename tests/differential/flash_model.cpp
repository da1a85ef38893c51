// How the model lets people leave at once: rationals where the core has integers, and no books of
// its own where adding up will do.
#include "tests/differential/model.hpp"

namespace thaw::differential {
namespace {

constexpr int virtual_shares = 1'000'000;

Big up(const Rational& r) { return (numerator(r) + denominator(r) - 1) / denominator(r); }
Big down(const Rational& r) { return numerator(r) / denominator(r); }

}  // namespace

Big Model::flash_cash(int n) const {
    const auto at = held.find({n, flash[n].address});
    return at == held.end() ? Big{} : at->second;
}
Big Model::flash_free(int n) const {
    return std::max(Big{}, Big{flash_cash(n) - flash[n].leaving});
}
/// What the pool has, and what its tickets would be paid now.
Big Model::flash_worth(int n) const {
    Big sum = flash_cash(n);
    for (const auto& [number, t] : pools[n].tickets)
        if (t.owner == flash[n].address)
            sum += pools[n].batches[t.batch].state == Batch::final ? paid_for(n, t)
                                                                   : capped(n, t.shares, t.nominal);
    return std::max(Big{}, Big{sum - flash[n].leaving});
}
Rational Model::flash_rate(int n) const {
    return {flash_worth(n) + 1, flash[n].supply + virtual_shares};
}

/// The area under the marginal fee between two levels of liquidity, above the target and below it
/// each rounded up.
Big Model::flash_fee(int n, const Big& cash, const Big& taken) const {
    const FlashPool& f = flash[n];
    const Rational low{f.fee_min, 10'000}, high{f.fee_max, 10'000};
    const Big from = cash - taken;
    const Big bend = std::min(cash, std::max(from, f.target));
    const Big below = std::min(cash, f.target) - std::min(from, f.target);
    const auto margin = [&](const Big& level) {
        return high - (high - low) * Rational{std::min(level, f.target), f.target};
    };
    return up(low * (cash - bend)) + up((margin(from) + margin(cash)) * Rational{below, 2});
}

Model::FlashOffer Model::flash_offer(int n, const Big& value) const {
    const Big cash = flash_free(n);
    Big some, above = std::min(cash, value) + 1;
    while (above - some > 1) {
        const Big middle = (some + above) / 2;
        (middle + flash_fee(n, cash, middle) <= value ? some : above) = middle;
    }
    return {some, some < cash || some + flash_fee(n, cash, some) == value};
}

Refusal Model::flash_take(int n, const Address& who, const Big& shares, const Big& value,
                          const Big& minimum, const Address& receiver) {
    if (const Refusal shut = closed(n); !shut.empty()) return shut;
    const FlashOffer offer = flash_offer(n, value);
    if (offer.assets == 0 || !offer.whole) return "FlashCapacityExceeded(uint256,uint256)";
    if (offer.assets < minimum) return "LessThanMinimum(uint256,uint256)";
    FlashPool& f = flash[n];
    Pool& p = pools[n];
    p.shares[who] -= shares;
    p.shares[escrow] += shares;
    if (open_batch(n).tickets.contains(f.ticket)) {  // the pool's own of today: it grows
        Batch& b = p.batches.back();
        Ticket& t = p.tickets[f.ticket];
        b.shares += shares;
        b.nominal += value;
        t.shares += shares;
        t.nominal += value;
        p.touched = f.ticket;
    } else {
        f.ticket = issue(n, f.address, shares, value, false);
    }
    held[{n, f.address}] -= offer.assets;
    held[{n, receiver}] += offer.assets;
    return "";
}

Refusal Model::flash_swap(int n, const Address& who, const Big& shares, const Big& minimum,
                          const Address& receiver) {
    if (receiver.is_zero()) return "ZeroReceiver()";
    if (shares == 0) return "ZeroAmount()";
    const Big given = shares * 1'000'000'000;
    if (pools[n].shares[who] < given) return "ERC20InsufficientBalance(address,uint256,uint256)";
    return flash_take(n, who, given, worth(n, given), minimum, receiver);
}

Refusal Model::flash_swap_bonds(int n, const Address& who, const Big& amount, const Big& minimum,
                                const Address& receiver) {
    if (receiver.is_zero()) return "ZeroReceiver()";
    if (amount == 0) return "ZeroAmount()";
    if (!figures[n].rebasing) return "UseSwap()";
    if (shown(n, who) < amount) return "ERC20InsufficientBalance(address,uint256,uint256)";
    const Big given = std::min(down(Rational{amount} / rate(n)), pools[n].shares[who]);
    return flash_take(n, who, given, amount, minimum, receiver);
}

Model::FlashQuote Model::flash_quote(int n, const Big& shares) const {
    const Big value = worth(n, shares * 1'000'000'000);
    const FlashOffer offer = flash_offer(n, value);
    if (offer.assets == 0) return {};
    if (offer.whole) return {offer.assets, value - offer.assets, shares};
    const Big cost = offer.assets + flash_fee(n, flash_free(n), offer.assets);
    const Big filled = down(Rational{cost} / rate(n)) / 1'000'000'000;
    const Big part_value = worth(n, filled * 1'000'000'000);
    const FlashOffer part = flash_offer(n, part_value);
    return {part.assets, part_value - part.assets, filled};
}

Refusal Model::flash_lay_in(int n, const Address& who, const Address& receiver, const Big& assets,
                            const Big& shares) {
    if (receiver.is_zero()) return "ZeroReceiver()";
    if (shares == 0 || assets == 0) return "ZeroAmount()";
    if (held[{n, who}] < assets) return "ERC20InsufficientBalance(address,uint256,uint256)";
    held[{n, who}] -= assets;
    held[{n, flash[n].address}] += assets;
    flash[n].supply += shares;
    flash[n].balances[receiver] += shares;
    return "";
}
Refusal Model::flash_deposit(int n, const Address& who, const Address& receiver,
                             const Big& assets) {
    return flash_lay_in(n, who, receiver, assets, down(assets / flash_rate(n)));
}
Refusal Model::flash_mint(int n, const Address& who, const Address& receiver, const Big& shares) {
    return flash_lay_in(n, who, receiver, up(shares * flash_rate(n)), shares);
}
Refusal Model::flash_transfer(int n, const Address& from, const Address& to, const Big& shares) {
    if (to.is_zero()) return "ERC20InvalidReceiver(address)";
    auto& balances = flash[n].balances;
    if (balances[from] < shares) return "ERC20InsufficientBalance(address,uint256,uint256)";
    balances[from] -= shares;
    balances[to] += shares;
    return "";
}

Refusal Model::flash_announce(int n, const Address& who, const Big& shares) {
    FlashPool& f = flash[n];
    if (shares == 0) return "ZeroAmount()";
    if (f.balances[who] < shares) return "ERC20InsufficientBalance(address,uint256,uint256)";
    auto& a = f.announced[who];
    if (a.shares != 0 && a.frame != frame_now()) return "AnnouncedBefore(uint256,uint64)";
    f.balances[who] -= shares;
    a.shares += shares;
    a.frame = frame_now();
    f.groups[a.frame].shares += shares;
    return "";
}
Refusal Model::flash_keep(int n, const Address& who) {
    FlashPool& f = flash[n];
    auto& a = f.announced[who];
    if (a.shares == 0) return "ZeroAmount()";
    if (a.frame != frame_now()) return "AnnouncedBefore(uint256,uint64)";
    f.groups[a.frame].shares -= a.shares;
    f.balances[who] += a.shares;
    a.shares = 0;
    return "";
}
void Model::flash_price(int n, uint64_t frame) {
    FlashPool& f = flash[n];
    auto& group = f.groups[frame];
    if (group.shares == 0) return;
    group.assets = down(group.shares * flash_rate(n));
    group.priced = true;
    f.supply -= group.shares;
    f.leaving += group.assets;
}

/// Shares and assets that a provider who announced can have now.
std::pair<Big, Big> Model::flash_due(int n, const Address& owner) const {
    const auto mine = flash[n].announced.find(owner);
    if (mine == flash[n].announced.end() || mine->second.shares == 0) return {};
    const auto& group = flash[n].groups.at(mine->second.frame);
    if (!group.priced) return {};
    const Big whole = group.assets * mine->second.shares / group.shares;
    const Big cash = flash_cash(n);
    if (whole <= cash) return {mine->second.shares, whole};
    return {std::min(Big{group.shares * cash / group.assets}, mine->second.shares), cash};
}
Refusal Model::flash_pay_out(int n, const Address& sender, const Big& assets, const Big& shares,
                             const Address& receiver, const Address& owner) {
    if (receiver.is_zero()) return "ZeroReceiver()";
    if (shares == 0 || assets == 0) return "ZeroAmount()";
    if (owner != sender) return "ERC20InsufficientAllowance(address,uint256,uint256)";
    FlashPool& f = flash[n];
    auto& mine = f.announced[owner];
    auto& group = f.groups[mine.frame];
    mine.shares -= shares;
    group.shares -= shares;
    group.assets -= assets;
    f.leaving -= assets;
    if (group.shares == 0) f.leaving -= std::exchange(group.assets, 0);
    held[{n, f.address}] -= assets;
    held[{n, receiver}] += assets;
    return "";
}
Refusal Model::flash_redeem(int n, const Address& sender, const Big& shares,
                            const Address& receiver, const Address& owner) {
    if (shares == 0) return "ZeroAmount()";
    if (shares > flash_due(n, owner).first)
        return "ERC4626ExceededMaxRedeem(address,uint256,uint256)";
    const auto& group = flash[n].groups[flash[n].announced[owner].frame];
    return flash_pay_out(n, sender, group.assets * shares / group.shares, shares, receiver, owner);
}
Refusal Model::flash_withdraw(int n, const Address& sender, const Big& assets,
                              const Address& receiver, const Address& owner) {
    if (assets == 0) return "ZeroAmount()";
    const auto [most_shares, most] = flash_due(n, owner);
    if (assets > most) return "ERC4626ExceededMaxWithdraw(address,uint256,uint256)";
    const auto& group = flash[n].groups[flash[n].announced[owner].frame];
    const Big shares = up(Rational{group.shares * assets, group.assets});
    return flash_pay_out(n, sender, assets, std::min(shares, most_shares), receiver, owner);
}

Refusal Model::flash_terms(int n, const Big& target, unsigned low, unsigned high, bool owner) {
    if (!owner) return "OwnableUnauthorizedAccount(address)";
    if (target == 0 || target > boost::multiprecision::pow(Big{2}, 108))
        return "TargetOutOfRange(uint256,uint256)";
    if (low * 100 < figures[n].growth_ppm * 3 || low > high || high > 2'000)
        return "FeesOutOfRange(uint32,uint32,uint32,uint32)";
    FlashPool& f = flash[n];
    const auto too_high = [](unsigned before, unsigned now) {
        return 2 * now > 3 * before + 1 || now > before + 50 || now > 2'000;
    };
    if (too_high(f.fee_min, low) || too_high(f.fee_max, high)) return "FeeTooHigh(uint32,uint32)";
    if (f.changed_s != 0 && now_s - f.changed_s < 7 * 86'400) return "ChangeTooSoon(uint64)";
    f.target = target;
    f.fee_min = low;
    f.fee_max = high;
    f.changed_s = now_s;
    return "";
}

}  // namespace thaw::differential
