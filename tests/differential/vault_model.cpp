// The model's ERC-4626 and ERC-7540 face, from the text of the standards.
#include "tests/differential/model.hpp"

namespace thaw::differential {
namespace {

Big power(unsigned exponent) { return boost::multiprecision::pow(Big{10}, exponent); }
Big floor_of(const Rational& r) { return numerator(r) / denominator(r); }
Big ceiling_of(const Rational& r) { return floor_of(r) + (floor_of(r) < r ? 1 : 0); }

}  // namespace

Big Model::max_deposit(int n) const {
    const Big room = (Big{1} << 128) - 1 - pools[n].supply;
    return floor_of(rate(n) * room);
}

Refusal Model::vault_deposit(int n, const Address& who, const Address& receiver,
                             const Big& assets) {
    if (const Refusal shut = closed(n); !shut.empty()) return shut;
    if (assets > max_deposit(n)) return "ERC4626ExceededMaxDeposit(address,uint256,uint256)";
    return stake(n, who, receiver, assets, figures[n].rebasing);
}

Refusal Model::vault_mint(int n, const Address& who, const Address& receiver, const Big& shares) {
    if (const Refusal shut = closed(n); !shut.empty()) return shut;
    if (shares > floor_of(Rational{max_deposit(n)} / rate(n)) / power(9))
        return "ERC4626ExceededMaxMint(address,uint256,uint256)";
    const Big cost = ceiling_of(rate(n) * shares * power(9));
    if (cost < figures[n].stake_min) return "StakeBelowMinimum(uint256,uint256)";
    const Big supply_before = pools[n].supply;
    if (const Refusal refusal = stake(n, who, receiver, cost, figures[n].rebasing);
        !refusal.empty())
        return refusal;
    // Of what the stake bought, exactly the shares asked for.
    const Big too_many = pools[n].supply - supply_before - shares * power(9);
    pools[n].supply -= too_many;
    (figures[n].rebasing ? pools[n].second : pools[n].shares)[receiver] -= too_many;
    return "";
}

Refusal Model::request_redeem(int n, const Address& sender, const Big& shares,
                              const Address& controller, const Address& owner) {
    if (controller.is_zero()) return "ZeroReceiver()";
    if (shares == 0) return "ZeroAmount()";
    if (sender != owner && !operators.contains({n, owner, sender}))
        return "ERC20InsufficientAllowance(address,uint256,uint256)";
    // Where the liquid token rebases it is the wrapped one that is given.
    Big& from = (figures[n].rebasing ? pools[n].second : pools[n].shares)[owner];
    const Big given = shares * power(9);
    if (from < given) return "ERC20InsufficientBalance(address,uint256,uint256)";
    const Big nominal = worth(n, given);
    if (nominal == 0) return "ZeroAmount()";
    from -= given;
    pools[n].shares[escrow] += given;
    issue(n, tokens[n], given, nominal, figures[n].rebasing);
    pools[n].redemptions.push_back({pools[n].issued, controller, shares, 0, 0});
    return "";
}

std::pair<Big, Big> Model::claimable(int n, const Redemption& r) const {
    Big paid = r.paid;
    Big waits;
    if (const auto at = pools[n].tickets.find(r.ticket); at != pools[n].tickets.end()) {
        const Ticket& t = at->second;
        if (pools[n].batches[t.batch].state == Batch::final)
            paid += paid_for(n, t);
        else
            waits = t.shares;
    }
    const Big shares = (r.shares * power(9) - waits) / power(9) - r.claimed;
    return shares == 0 ? std::pair<Big, Big>{} : std::pair{shares, paid};
}

Big Model::max_redeem(int n, const Address& controller) const {
    Big sum;
    for (const Redemption& r : pools[n].redemptions)
        if (r.controller == controller) sum += claimable(n, r).first;
    return sum;
}
Big Model::max_withdraw(int n, const Address& controller) const {
    Big sum;
    for (const Redemption& r : pools[n].redemptions)
        if (r.controller == controller) sum += claimable(n, r).second;
    return sum;
}

Refusal Model::may_claim(int n, const Address& sender, const Address& receiver,
                         const Address& controller) const {
    if (sender != controller && !operators.contains({n, controller, sender}))
        return "NotOperator(address,address)";
    return receiver.is_zero() ? "ZeroReceiver()" : "";
}

void Model::take_claim(int n, Redemption& r, const Big& shares, const Big& assets,
                       const Address& receiver) {
    if (const auto at = pools[n].tickets.find(r.ticket);
        at != pools[n].tickets.end() && pools[n].batches[at->second.batch].state == Batch::final)
        pay(n, r.ticket);
    r.claimed += shares;
    r.paid -= assets;
    held[{n, receiver}] += assets;
}

Refusal Model::redeem(int n, const Address& sender, const Big& shares, const Address& receiver,
                      const Address& controller) {
    if (const Refusal no = may_claim(n, sender, receiver, controller); !no.empty()) return no;
    if (shares == 0) return "ZeroAmount()";
    if (shares > max_redeem(n, controller))
        return "ERC4626ExceededMaxRedeem(address,uint256,uint256)";
    Big left = shares;
    for (Redemption& r : pools[n].redemptions) {
        const auto [open, paid] = claimable(n, r);
        const Big part = std::min(left, open);
        if (r.controller != controller || part == 0) continue;
        take_claim(n, r, part, floor_of(Rational{paid} * part / open), receiver);
        left -= part;
    }
    std::erase_if(pools[n].redemptions, [](const Redemption& r) { return r.claimed == r.shares; });
    return "";
}

Refusal Model::vault_withdraw(int n, const Address& sender, const Big& assets,
                              const Address& receiver, const Address& controller) {
    if (const Refusal no = may_claim(n, sender, receiver, controller); !no.empty()) return no;
    if (assets == 0) return "ZeroAmount()";
    if (assets > max_withdraw(n, controller))
        return "ERC4626ExceededMaxWithdraw(address,uint256,uint256)";
    Big left = assets;
    for (Redemption& r : pools[n].redemptions) {
        const auto [open, paid] = claimable(n, r);
        if (r.controller != controller || open == 0 || left == 0) continue;
        const Big part = std::min(left, paid);
        const Big shares = part == paid ? open : ceiling_of(Rational{open} * part / paid);
        take_claim(n, r, shares, part, receiver);
        left -= part;
        if (r.claimed == r.shares) pools[n].buffer += r.paid;  // too little for a share
    }
    std::erase_if(pools[n].redemptions, [](const Redemption& r) { return r.claimed == r.shares; });
    return "";
}

}  // namespace thaw::differential
