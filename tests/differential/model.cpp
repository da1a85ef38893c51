#include "tests/differential/model.hpp"

namespace thaw::differential {
namespace {

constexpr uint64_t day_s = 86'400;

Big floor_of(const Rational& r) { return numerator(r) / denominator(r); }
Big power(unsigned exponent) { return boost::multiprecision::pow(Big{10}, exponent); }

}  // namespace

Model::Model(uint64_t genesis_s, Address d, Address e, Address t)
    : now_s{genesis_s}, dust{d}, escrow{e}, treasury{t} {
    figures[1] = {power(17), power(18), 7 * day_s, 3 * day_s, 1'000, 570, 0, false, false, 1};
    figures[2] = {power(18), power(18), 28 * day_s, day_s, 1'500, 1'400, 0, true, true, 2};
    figures[3] = {power(10), power(10), 28 * day_s, day_s, 1'000, 1'300, 0, true, false, 3};
    figures[4] = {power(12), power(11), 7 * day_s, day_s, 200, 1'500, 0, true, true, 4};
    figures[5] = {power(18), power(18), 4 * day_s, day_s, 500, 880, 0, false, false, 5};
    figures[1].switch_supply = figures[5].switch_supply = 500 * power(18);
    for (int n = 1; n <= 5;
         ++n) {  // growth per frame at most min(0.10 %, 2·APR/365); 10^9 dead shares
        figures[n].growth_ppm = std::min(1'000u, 2 * figures[n].apr_bps * 100 / 365);
        supply[n] = pools[n].buffer = power(9);
        liquid[{figures[n].host, n}] = power(9);
        pools[n].supply = pools[n].shares[dust] = power(18);
        flash[n].target = 1'000 * power(n == 3 ? 10 : n == 4 ? 12 : 18);
    }
}

Big Model::bonded_total(int n) const {
    Big sum;
    for (const auto& [v, amount] : pools[n].bonded) sum += amount;
    return sum;
}
Big Model::located(int n) const {
    Big sum = pools[n].buffer + pools[n].in_flight + bonded_total(n);
    for (const auto& [id, lot] : pools[n].lots)
        if (lot.state != Lot::over) sum += lot.amount;
    return sum;
}
Big Model::unreleased(int n) const {
    const Pool& p = pools[n];
    Big out = p.releasing;
    if (now_s < p.to_s) out = p.releasing * (now_s - p.from_s) / (p.to_s - p.from_s);
    return p.releasing - out + p.waiting;
}
Rational Model::rate(int n) const { return {located(n) - unreleased(n), pools[n].supply}; }
Big Model::worth(int n, const Big& shares) const { return floor_of(rate(n) * shares); }
Big Model::shown(int n, const Address& who) const {
    const auto at = pools[n].shares.find(who);
    if (at == pools[n].shares.end()) return 0;
    return figures[n].rebasing ? worth(n, at->second) : Big{at->second / power(9)};
}

Refusal Model::closed(int n) const {
    if (pools[n].halted) return "NetworkHalted(uint8)";
    return pools[n].loss_waits ? "LossPending(uint8,uint64)" : "";
}

Refusal Model::stake(int n, const Address& who, const Address& receiver, const Big& amount,
                     bool wrapped) {
    if (receiver.is_zero()) return "ZeroReceiver()";
    if (const Refusal shut = closed(n); !shut.empty()) return shut;
    if (amount < figures[n].stake_min) return "StakeBelowMinimum(uint256,uint256)";
    if (held[{n, who}] < amount) return "ERC20InsufficientBalance(address,uint256,uint256)";
    Big minted = floor_of(Rational{amount} / rate(n));
    if (!figures[n].rebasing || wrapped) minted -= minted % power(9);
    held[{n, who}] -= amount;
    pools[n].buffer += amount;
    pools[n].supply += minted;
    (wrapped ? pools[n].second : pools[n].shares)[receiver] += minted;
    return "";
}

Refusal Model::move(int n, Shares& shares, bool rebasing, const Address& from, const Address& to,
                    const Big& value) {
    if (to.is_zero()) return "ERC20InvalidReceiver(address)";
    const Big balance = rebasing ? worth(n, shares[from]) : Big{shares[from] / power(9)};
    if (balance < value) return "ERC20InsufficientBalance(address,uint256,uint256)";
    if (from == to) return "";
    // A rebasing move of x takes ⌈x/rate⌉ sub-shares, give or take the one that keeps both floors.
    Big moved = rebasing ? floor_of(Rational{value} / rate(n)) : value * power(9);
    if (moved > shares[from]) moved = shares[from];
    shares[from] -= moved;
    shares[to] += moved;
    return "";
}

Refusal Model::transfer_liquid(int n, const Address& from, const Address& to, const Big& value) {
    return move(n, pools[n].shares, figures[n].rebasing, from, to, value);
}

Refusal Model::transfer_second(int n, const Address& from, const Address& to, const Big& value) {
    return move(n, pools[n].second, !figures[n].rebasing, from, to, value);
}

Big Model::shown_second(int n, const Address& who) const {
    const auto at = pools[n].second.find(who);
    if (at == pools[n].second.end()) return 0;
    return figures[n].rebasing ? Big{at->second / power(9)} : worth(n, at->second);
}

void Model::begin_with_legacy(int n, const Address& who, const Big& assets) {
    supply[n] += assets;
    pools[n].buffer += assets;
    liquid[{figures[n].host, n}] += assets;
    pools[n].supply += assets * power(9);
    pools[n].second[who] += assets * power(9);
}

Big Model::behind(int n, const Big& shares, const Big& amount) const {
    if (amount == worth(n, shares)) return shares;
    return std::min(shares, floor_of(Rational{amount} / rate(n)));
}

Refusal Model::wrap(int n, const Address& who, const Big& amount) {
    if (amount == 0) return "ZeroAmount()";
    if (shown(n, who) < amount) return "ERC20InsufficientBalance(address,uint256,uint256)";
    const Big moved = behind(n, pools[n].shares[who], amount);
    pools[n].shares[who] -= moved;
    pools[n].second[who] += moved;
    return "";
}

Refusal Model::unwrap(int n, const Address& who, const Big& shares) {
    if (shares == 0) return "ZeroAmount()";
    const Big balance = shown_second(n, who);
    if (balance < shares) return "ERC20InsufficientBalance(address,uint256,uint256)";
    const Big moved = balance == shares ? pools[n].second[who] : shares * power(9);
    pools[n].second[who] -= moved;
    pools[n].shares[who] += moved;
    return "";
}

Refusal Model::switch_legacy(int n, const Address& who, const Big& amount) {
    if (figures[n].rebasing) return "NoLegacyToken(uint8)";
    if (amount == 0) return "ZeroAmount()";
    if (shown_second(n, who) < amount) return "ERC20InsufficientBalance(address,uint256,uint256)";
    if (figures[n].switch_supply - pools[n].switched < amount)
        return "SwitchSupplyExceeded(uint256,uint256)";
    const Big moved = behind(n, pools[n].second[who], amount);
    pools[n].switched += amount;
    pools[n].second[who] -= moved;
    pools[n].shares[who] += moved;
    return "";
}

Refusal Model::transfer_asset(int a, const Address& from, const Address& to, const Big& value) {
    if (to.is_zero()) return "ERC20InvalidReceiver(address)";
    if (held[{a, from}] < value) return "ERC20InsufficientBalance(address,uint256,uint256)";
    held[{a, from}] -= value;
    held[{a, to}] += value;
    return "";
}

Refusal Model::unstake(int n, const Address& who, const Address& receiver, const Big& amount,
                       bool bonds) {
    if (receiver.is_zero()) return "ZeroReceiver()";
    if (amount == 0) return "ZeroAmount()";
    Pool& p = pools[n];
    const bool legacy = bonds && !figures[n].rebasing;
    if (legacy && p.second[who] == 0) return "UseUnstakeCerts()";
    if (!bonds && figures[n].rebasing) return "UseUnstakeBonds()";
    if ((legacy ? shown_second(n, who) : shown(n, who)) < amount)
        return "ERC20InsufficientBalance(address,uint256,uint256)";
    Big& from = (legacy ? p.second : p.shares)[who];
    Big shares = bonds ? floor_of(Rational{amount} / rate(n)) : Big{amount * power(9)};
    if (shares > from) shares = from;
    const Big nominal = bonds ? amount : worth(n, shares);
    if (nominal == 0) return "ZeroAmount()";
    from -= shares;
    p.shares[escrow] += shares;
    issue(n, receiver, shares, nominal, legacy);
    return "";
}

Batch& Model::open_batch(int n) {
    Pool& p = pools[n];
    if (p.batches.empty() || p.batches.back().state != Batch::open ||
        p.batches.back().frame != frame_now())
        p.batches.push_back({.frame = frame_now()});
    return p.batches.back();
}

uint64_t Model::issue(int n, const Address& owner, const Big& shares, const Big& nominal,
                      bool second) {
    Pool& p = pools[n];
    Batch& b = open_batch(n);
    p.touched = ++p.issued;
    b.shares += shares;
    b.nominal += nominal;
    b.tickets.insert(p.issued);
    b.last_ticket = p.issued;
    p.tickets[p.issued] = {owner, shares, nominal, p.batches.size() - 1, second};
    return p.issued;
}

Big Model::paid_for(int n, const Ticket& t) const {
    const Batch& b = pools[n].batches[t.batch];
    const Big value = t.shares * b.rate_assets / b.rate_shares;
    return (figures[n].earns ? value : std::min(value, t.nominal)) - t.claimed;
}

/// Where the money for a ticket goes: a request's waits to be claimed.
Big& Model::purse(int n, uint64_t number, const Address& owner) {
    for (Redemption& r : pools[n].redemptions)
        if (r.ticket == number) return r.paid;
    return held[{n, owner}];
}

void Model::pay(int n, uint64_t number) {
    Pool& p = pools[n];
    const Ticket t = p.tickets.at(number);
    Batch& b = p.batches[t.batch];
    const Big amount = paid_for(n, t);
    purse(n, number, t.owner) += amount;
    p.claimable -= amount;
    b.unpaid -= amount;
    b.tickets.erase(number);
    p.tickets.erase(number);
    if (b.tickets.empty()) {  // what rounding left goes back to those who stay
        p.claimable -= b.unpaid;
        p.buffer += b.unpaid;
        b.unpaid = 0;
    }
}

Refusal Model::claim(int n, uint64_t number) {
    Pool& p = pools[n];
    if (!p.tickets.contains(number))
        return number != 0 && number <= p.issued ? "TicketAlreadyPaid(uint256)"
                                                 : "ERC721NonexistentToken(uint256)";
    if (p.batches[p.tickets[number].batch].state != Batch::final)
        return "TicketNotReady(uint256,uint64)";
    pay(n, number);
    return "";
}

Refusal Model::claim_part(int n, uint64_t number, const Address& sender, const Big& amount) {
    Pool& p = pools[n];
    const auto at = p.tickets.find(number);
    if (at == p.tickets.end()) return "ERC721NonexistentToken(uint256)";
    Ticket& t = at->second;
    if (t.owner != sender) return "ERC721InsufficientApproval(address,uint256)";
    if (p.batches[t.batch].state != Batch::final) return "TicketNotReady(uint256,uint64)";
    const Big due = paid_for(n, t);
    if (amount == 0 || amount > due) return "ClaimOutOfRange(uint256,uint256,uint256)";
    if (amount == due) {
        pay(n, number);
        return "";
    }
    t.claimed += amount;
    held[{n, t.owner}] += amount;
    p.claimable -= amount;
    p.batches[t.batch].unpaid -= amount;
    return "";
}

Refusal Model::move_ticket(int n, uint64_t number, const Address& sender, const Address& from,
                           const Address& to) {
    Pool& p = pools[n];
    if (to.is_zero()) return "ERC721InvalidReceiver(address)";
    if (!p.tickets.contains(number)) return "ERC721NonexistentToken(uint256)";
    if (p.tickets[number].owner != sender) return "ERC721InsufficientApproval(address,uint256)";
    if (p.tickets[number].owner != from) return "ERC721IncorrectOwner(address,uint256,address)";
    p.tickets[number].owner = to;
    return "";
}

Refusal Model::split(int n, uint64_t number, const Address& sender,
                     const std::vector<Big>& shares) {
    Pool& p = pools[n];
    if (shares.empty() || shares.size() > 50) return "ListLength(uint256,uint256,uint256)";
    if (!p.tickets.contains(number)) return "ERC721NonexistentToken(uint256)";
    const Ticket whole = p.tickets[number];
    if (whole.owner != sender) return "ERC721InsufficientApproval(address,uint256)";
    if (p.batches[whole.batch].state == Batch::final) return "TicketPayable(uint256)";
    Ticket rest = whole;
    std::vector<Ticket> parts;
    for (const Big& wanted : shares) {
        Ticket part = whole;
        part.shares = wanted * power(9);
        if (part.shares >= rest.shares) return "SplitTooLarge(uint256,uint256,uint256)";
        part.nominal = whole.nominal * part.shares / whole.shares;
        rest.shares -= part.shares;
        rest.nominal -= part.nominal;
        if (part.nominal == 0) return "TicketTooSmall(uint256)";
        parts.push_back(part);
    }
    if (rest.nominal == 0) return "TicketTooSmall(uint256)";
    p.tickets[number] = rest;
    for (const Ticket& part : parts) {
        p.tickets[++p.issued] = part;
        p.batches[part.batch].tickets.insert(p.issued);
        if (part.batch + 1 == p.batches.size()) p.batches[part.batch].last_ticket = p.issued;
        p.parts[number].push_back(p.issued);
    }
    return "";
}

Refusal Model::merge(int n, const std::vector<uint64_t>& numbers, const Address& sender) {
    Pool& p = pools[n];
    if (numbers.size() < 2 || numbers.size() > 50) return "ListLength(uint256,uint256,uint256)";
    std::set<uint64_t> gone;
    for (size_t i = 0; i < numbers.size(); ++i) {
        const auto at = p.tickets.find(numbers[i]);
        if (at == p.tickets.end() || gone.contains(numbers[i]))
            return "ERC721NonexistentToken(uint256)";
        const Ticket& t = at->second;
        if (t.owner != sender) return "ERC721InsufficientApproval(address,uint256)";
        if (p.batches[t.batch].state == Batch::final) return "TicketPayable(uint256)";
        if (i == 0) continue;
        if (numbers[i] == numbers[0] || t.batch != p.tickets[numbers[0]].batch ||
            t.second != p.tickets[numbers[0]].second)
            return "TicketsNotAlike(uint256,uint256)";
        gone.insert(numbers[i]);
    }
    Ticket& sum = p.tickets[numbers[0]];
    for (const uint64_t number : gone) {
        sum.shares += p.tickets[number].shares;
        sum.nominal += p.tickets[number].nominal;
        p.batches[sum.batch].tickets.erase(number);
        p.tickets.erase(number);
    }
    return "";
}

/// The most shares that are worth no more than the nominal, found by halving.
Refusal Model::cancel(int n, uint64_t number, const Address& sender) {
    Pool& p = pools[n];
    if (!p.tickets.contains(number)) return "ERC721NonexistentToken(uint256)";
    const Ticket t = p.tickets[number];
    if (t.owner != sender) return "ERC721InsufficientApproval(address,uint256)";
    Batch& b = p.batches[t.batch];
    if (b.state != Batch::open) return "TicketDispatched(uint256,uint64)";
    Big back = t.shares;
    if (worth(n, back) > t.nominal) {
        Big above = t.shares;
        for (back = 0; above - back > 1;) {
            const Big middle = (above + back) / 2;
            (worth(n, middle) > t.nominal ? above : back) = middle;
        }
    }
    if (figures[n].rebasing == t.second) back -= back % power(9);
    if (back == 0) return "TicketTooSmall(uint256)";
    b.shares -= t.shares;
    b.nominal -= t.nominal;
    b.tickets.erase(number);
    p.tickets.erase(number);
    p.waiting += worth(n, t.shares - back);
    p.shares[escrow] -= t.shares;
    (t.second ? p.second : p.shares)[t.owner] += back;
    p.supply -= t.shares - back;
    return "";
}

// ---- The bridge.

Big Model::available(int host, int asset) const {
    const auto at = [&](const auto& map) {
        const auto it = map.find({host, asset});
        return it == map.end() ? Big{} : it->second;
    };
    return at(liquid) - at(committed);
}
Big Model::outflow_left(int asset) const {
    Big net;
    for (const Flow& f : flows)
        if (f.asset == asset && now_s / 3'600 - f.at_s / 3'600 < 24) net += f.out;
    const Big limit = supply[asset] / 10;
    if (net < 0) net = 0;
    return limit > net ? Big{limit - net} : Big{};
}

Refusal Model::withdraw(int asset, int host, const Address& who, const Big& amount,
                        bool recipient) {
    if (amount == 0) return "ZeroAmount()";
    if (!recipient) return "ZeroRecipient()";
    const bool lives =
        asset == 0 ? host == 5
                   : asset <= 5 && (host == figures[asset].host || (asset == 5 && host == 6));
    if (!lives) return "NotOnThisHost(uint8,uint8)";
    if (available(host, asset) < amount) return "CustodyTooSmall(uint8,uint8,uint256,uint256)";
    if (outflow_left(asset) < amount) return "OutflowLimit(uint8,uint256,uint256)";
    if (held[{asset, who}] < amount) return "ERC20InsufficientBalance(address,uint256,uint256)";
    const bool prompt = amount <= supply[asset] / 100;
    held[{asset, who}] -= amount;
    committed[{host, asset}] += amount;
    flows.push_back({now_s, asset, amount});
    withdrawals.push_back({who, asset, host, amount, now_s + (prompt ? 0 : day_s)});
    if (prompt) dispatch_payout(withdrawals.size());
    return "";
}
void Model::dispatch_payout(uint64_t id) {
    Withdrawal& w = withdrawals[id - 1];
    w.status = 2;
    intents[w.host].push_back({Intent::payout, w.asset, w.asset, 0, w.amount, id});
}
Refusal Model::release(uint64_t id) {
    if (id == 0 || id > withdrawals.size() || withdrawals[id - 1].status != 1)
        return "UnknownWithdrawal(uint64)";
    if (now_s < withdrawals[id - 1].release_s) return "NotDueYet(uint64,uint64)";
    dispatch_payout(id);
    return "";
}
void Model::credit(int asset, int host, const Address& to, const Big& amount) {
    supply[asset] += amount;
    liquid[{host, asset}] += amount;
    held[{asset, to}] += amount;
    flows.push_back({now_s, asset, -amount});
}

}  // namespace thaw::differential
