// The other half of the model: what the keeper moves and what members decide.
#include <stdexcept>

#include "tests/differential/model.hpp"

namespace thaw::differential {
namespace {

constexpr uint64_t genesis_s = 1'767'225'600;
constexpr uint64_t frame_s = 86'400;
using Instructed = std::vector<std::pair<int, Intent>>;

void demand(bool holds, const char* what) {
    if (!holds) throw std::logic_error{what};
}
/// Takes the first instruction off the list; it must be of this kind and network.
Intent next(Instructed& queue, Intent::Kind kind, int network) {
    demand(!queue.empty(), "an instruction is missing");
    const Intent intent = queue.front().second;
    demand(intent.kind == kind && intent.network == network, "an instruction of another kind");
    queue.erase(queue.begin());
    return intent;
}

}  // namespace

uint64_t Model::frame_now() const { return (now_s - genesis_s) / frame_s + 1; }
Big Model::capped(int n, const Big& shares, const Big& nominal) const {
    const Big value = worth(n, shares);
    return figures[n].earns ? value : std::min(value, nominal);
}
Big Model::owed(int n) const {
    Big shares, nominal;
    for (const Batch& b : pools[n].batches) {
        if (b.state == Batch::final) continue;
        shares += b.shares;
        nominal += b.nominal;
    }
    return capped(n, shares, nominal);
}
Big Model::shortfall(int n, const Big& wanted) const {
    Big there = pools[n].buffer;
    for (const auto& [id, lot] : pools[n].lots)
        if (lot.state != Lot::over) there += lot.amount;
    return wanted > there ? Big{wanted - there} : Big{};
}
Big Model::free_buffer(int n) const {
    const Big tickets = owed(n);
    return pools[n].buffer > tickets ? Big{pools[n].buffer - tickets} : Big{};
}
Big Model::bondable(int n) const { return std::min(free_buffer(n), available(figures[n].host, n)); }
Big Model::movable(int n) const {
    if (n != 5) return 0;
    const Big here = available(5, 5);
    if (free_buffer(n) <= here) return 0;
    return std::min(available(6, 5), Big{free_buffer(n) - here});
}
bool Model::bond_due(int n) const {
    const Pool& p = pools[n];
    if (p.loss_waits) return false;
    if (p.last_bond_s != 0 && now_s < p.last_bond_s + frame_s) return false;
    const bool somebody = p.slashed.size() < 5;  // of the five may have new stake
    return (somebody && bondable(n) >= figures[n].delegation_min) ||
           movable(n) >= figures[n].delegation_min;
}
bool Model::dispatch_due(int n) const {
    const Pool& p = pools[n];
    if (now_s < p.last_dispatch_s + figures[n].batch_every_s) return false;
    for (const Batch& b : p.batches)
        if (b.state == Batch::open && !b.tickets.empty()) return true;
    return shortfall(n, owed(n)) != 0 && bonded_total(n) != 0;
}
bool Model::due(int n) const {
    const Pool& p = pools[n];
    if (p.pushed < p.finalised) return true;
    if (!p.beside.empty()) {
        const auto at = p.tickets.find(p.beside.back());
        if (at == p.tickets.end() || p.batches[at->second.batch].state == Batch::final) return true;
    }
    if (pays_whole(n) || pays_parts(n) || dispatch_due(n) || bond_due(n)) return true;
    for (const auto& [id, lot] : p.lots)
        if (lot.state == Lot::unbonding && lot.completes_s <= now_s) return true;
    return false;
}

void Model::take_unbonds(int n, const Big& wanted, Instructed& queue) {
    Pool& p = pools[n];
    Big left = std::min(wanted, bonded_total(n));
    while (left != 0) {
        const Intent intent = next(queue, Intent::unbond, n);
        demand(intent.amount > 0 && intent.amount <= left, "more is unbonded than asked for");
        demand(intent.amount <= p.bonded[intent.validator], "more is unbonded than is there");
        demand(intent.reference == p.lots.size() + 1, "lots are not numbered in order");
        p.bonded[intent.validator] -= intent.amount;
        p.pending[intent.validator] += intent.amount;
        p.lots[intent.reference] = {intent.validator, intent.amount};
        intents[figures[n].host].push_back(intent);
        left -= intent.amount;
    }
}

Refusal Model::advance(int n, const Instructed& instructed) {
    if (!due(n)) return "NothingDue(uint8)";
    Instructed queue = instructed;
    Pool& p = pools[n];
    for (int i = 0; i < 8 && pays_whole(n); ++i) {
        Batch& b = p.batches[payable(n) - 1];
        const Big payment = capped(n, b.shares, b.nominal);
        b.rate_assets = located(n) - unreleased(n);
        b.rate_shares = p.supply;
        b.state = Batch::final;
        b.unpaid = payment;
        p.finalised = b.last_ticket;
        p.waiting += worth(n, b.shares) - payment;  // what is left behind is released over time
        p.supply -= b.shares;
        p.shares[escrow] -= b.shares;
        p.buffer -= payment;
        p.claimable += payment;
    }
    net(n, 20 - push_payments(n));
    collect_matured(n, queue);
    if (dispatch_due(n)) {
        for (Batch& b : p.batches)
            if (b.state == Batch::open) b.state = Batch::dispatched;
        p.last_dispatch_s = now_s;
        Big wanted = owed(n);
        if (figures[n].earns) {  // what it will have earned by then, rounded up
            const Big year = Big{10'000} * 365 * 86'400;
            wanted += (wanted * figures[n].apr_bps * figures[n].unbonding_s + year - 1) / year;
        }
        take_unbonds(n, shortfall(n, wanted), queue);
    }
    if (bond_due(n)) take_bonds(n, queue);
    demand(queue.empty(), "instructions that nothing asked for");
    return "";
}

void Model::collect_matured(int n, Instructed& queue) {
    int collects = 0;
    for (auto& [id, lot] : pools[n].lots) {
        if (lot.state != Lot::unbonding || lot.completes_s > now_s || collects == 20) continue;
        const Intent intent = next(queue, Intent::collect, n);
        demand(intent.reference == id, "another lot is collected than the oldest");
        lot.state = Lot::collecting;
        intents[figures[n].host].push_back(intent);
        ++collects;
    }
}

void Model::take_bonds(int n, Instructed& queue) {
    Pool& p = pools[n];
    const int host = figures[n].host;
    const bool somebody = p.slashed.size() < 5;
    Big left = somebody && bondable(n) >= figures[n].delegation_min ? bondable(n) : Big{};
    if (left != 0) p.last_bond_s = now_s;
    // Less than one delegation may wait for the next stake.
    const auto another = [&] {
        return !queue.empty() && queue.front().second.kind == Intent::bond;
    };
    while (left >= figures[n].delegation_min || (left != 0 && another())) {
        const Intent intent = next(queue, Intent::bond, n);
        demand(intent.amount >= figures[n].delegation_min, "a bond the host would refuse");
        demand(intent.amount <= left, "more is bonded than is free");
        demand(!p.slashed.contains(intent.validator), "who was slashed gets new stake");
        p.buffer -= intent.amount;
        p.in_flight += intent.amount;
        committed[{host, n}] += intent.amount;
        intents[host].push_back(intent);
        left -= intent.amount;
    }
    if (const Big far = movable(n); far >= figures[n].delegation_min) {
        const Intent intent = next(queue, Intent::move, n);
        demand(intent.amount == far, "another amount is moved");
        committed[{6, n}] += far;
        intents[6].push_back(intent);
    }
}

void Model::book_gain(int n, int v, const Gain& gain) {
    Pool& p = pools[n];
    p.bonded[v] += gain.reward;
    supply[n] += gain.reward - gain.slashed;
    Big rest = gain.slashed;
    const auto slash = [&](Big& from) {
        const Big taken = std::min(rest, from);
        from -= taken;
        rest -= taken;
        return taken;
    };
    slash(p.bonded[v]);
    for (auto& [id, lot] : p.lots)  // then what is about to leave, oldest first
        if (lot.state == Lot::requested && lot.validator == v) p.pending[v] -= slash(lot.amount);
    demand(rest == 0, "more is slashed than is there");
}

Big Model::fallen(int n) const {
    Big sum;
    for (const auto& [at_s, part] : pools[n].falls)  // by whole days, the first one included
        if (at_s / 86'400 >= (now_s - 18 * 86'400) / 86'400) sum += part;
    return sum;
}
void Model::fall(int n, const Big& loss, const Big& of) {
    if (loss != 0) pools[n].falls.push_back({now_s, (loss * 1'000'000'000 + of - 1) / of});
}

Refusal Model::frame(int n, uint64_t frame, uint64_t executed,
                     const std::map<int, Gain>& reported) {
    Pool& p = pools[n];
    if (p.loss_waits && frame == p.frame + 1) return "AlreadyDecided(bytes32)";
    if (frame != p.frame + 1) return "FrameOutOfOrder(uint64,uint64)";
    if (now_s < genesis_s + frame * frame_s) return "FrameNotOver(uint64,uint64)";
    if (executed != settled[figures[n].host]) return "OutcomesMissing(uint64,uint64)";
    Big net;
    std::map<int, Gain> gains = reported;
    for (auto& [v, gain] : gains) {
        // What the host rounded is a reward or a slash of a few units.
        const Big odd = gain.delegated - (p.bonded[v] + p.pending[v] + gain.reward - gain.slashed);
        if (abs(odd) > 64) return "DelegationMismatch(uint32,uint256,uint256)";
        (odd > 0 ? gain.reward : gain.slashed) += abs(odd);
        net += gain.reward - gain.slashed;
    }
    // What reaches holders: a loss that neither unreleased rewards nor insurance cover.
    const Big holders = located(n) - unreleased(n);
    const Big reaches = -net - unreleased(n) - p.insurance;
    if (reaches > 0) {
        const Rational after = Rational{fallen(n)} / 1'000'000'000 + Rational{reaches, holders};
        if (after > Rational{35, 10'000}) {
            p.loss_waits = true;
            p.waiting_gains = gains;
            if (after > Rational{5, 100}) p.halted = true;
            return "";
        }
    }
    book_frame(n, gains);
    return "";
}

void Model::book_frame(int n, const std::map<int, Gain>& gains) {
    Pool& p = pools[n];
    Big rewards, slashed;
    for (const auto& [v, gain] : gains) {
        rewards += gain.reward;
        slashed += gain.slashed;
    }
    const Big holders = located(n) - unreleased(n);
    const Big profit = rewards > slashed ? Big{rewards - slashed} : Big{};
    const Big loss = slashed > rewards ? Big{slashed - rewards} : Big{};
    const Big most = holders * figures[n].growth_ppm / 1'000'000;
    const Big fee = std::min(profit, most) * figures[n].fee_bps / 10'000;
    Big waits = unreleased(n);
    const Big absorbed = std::min(waits, loss);
    const Big insured = std::min(p.insurance, Big{loss - absorbed});
    waits += profit - fee - absorbed;
    p.slashed.clear();
    for (const auto& [v, gain] : gains) {
        book_gain(n, v, gain);
        if (gain.slashed > 64) p.slashed.insert(v);
    }
    p.insurance -= insured;
    p.buffer += insured;
    fall(n, loss - absorbed - insured, holders);
    const Big owned = located(n) - waits;
    p.releasing = std::min(waits, Big{owned * figures[n].growth_ppm / 1'000'000});
    p.waiting = waits - p.releasing;
    p.from_s = now_s;
    p.to_s = now_s + frame_s;
    ++p.frame;
    if (fee != 0) {
        Big minted = fee * p.supply / (owned - fee);
        if (!figures[n].rebasing) minted -= minted % 1'000'000'000;
        p.supply += minted;
        p.shares[treasury] += minted;
    }
    flash_price(n, p.frame);
}

Refusal Model::second_word(int n, uint64_t frame, bool same_payload, bool confirms) {
    Pool& p = pools[n];
    if (!p.loss_waits || frame != p.frame + 1) return "NoLossPending(uint8,uint64)";
    if (!same_payload) return "AnotherReportPending(bytes32,bytes32)";
    if (confirms)  // outcomes since then may have left too little to bear it
        for (const auto& [v, gain] : p.waiting_gains)
            if (p.bonded[v] + p.pending[v] + gain.reward < gain.slashed)
                return "DelegationMismatch(uint32,uint256,uint256)";
    p.loss_waits = false;
    if (confirms) book_frame(n, p.waiting_gains);
    return "";
}

Refusal Model::halt(int n, bool owner) {
    if (!owner) return "OwnableUnauthorizedAccount(address)";
    if (pools[n].halted) return "AlreadyHalted(uint8)";
    pools[n].halted = true;
    return "";
}
Refusal Model::resume(int n, bool owner) {
    if (!owner) return "OwnableUnauthorizedAccount(address)";
    if (!pools[n].halted) return "NotHalted(uint8)";
    pools[n].halted = false;
    return "";
}
Refusal Model::set_fee(int n, unsigned bps, bool owner) {
    if (!owner) return "OwnableUnauthorizedAccount(address)";
    unsigned& fee = figures[n].fee_bps;
    // Up by half at most, by half a percentage point at most, to a fifth of the rewards at most.
    if (2 * bps > 3 * fee + 1 || bps > fee + 50 || bps > 2'000) return "FeeTooHigh(uint32,uint32)";
    if (bps == fee) return "SameAsBefore()";
    Pool& p = pools[n];
    if (p.fee_changed_s != 0 && now_s - p.fee_changed_s < 7 * 86'400)
        return "ChangeTooSoon(uint64)";
    p.fee_changed_s = now_s;
    fee = bps;
    return "";
}
Refusal Model::top_up(int n, const Address& who, const Big& amount) {
    if (amount == 0) return "ZeroAmount()";
    if (held[{n, who}] < amount) return "ERC20InsufficientBalance(address,uint256,uint256)";
    held[{n, who}] -= amount;
    pools[n].insurance += amount;
    return "";
}

void Model::unbonded(int n, const Intent& intent, bool success, const Big& amount,
                     uint64_t completes_s) {
    Pool& p = pools[n];
    Lot& lot = p.lots.at(intent.reference);
    p.pending[intent.validator] -= lot.amount;
    lot.state = success ? Lot::unbonding : Lot::over;
    lot.completes_s = completes_s;
    // The host's count decides how much left the delegation, and which lots it left
    // unfilled.
    const Big began = success ? amount : Big{};
    Big& bonded = p.bonded[intent.validator];
    if (began <= lot.amount) {
        bonded += lot.amount - began;
        lot.amount = began;
        return;
    }
    const auto take = [&](Big& from) {
        const Big part = std::min(from, Big{began - lot.amount});
        from -= part;
        lot.amount += part;
        return part;
    };
    take(bonded);
    for (auto& [id, other] : p.lots)
        if (other.state == Lot::requested && other.validator == intent.validator)
            p.pending[intent.validator] -= take(other.amount);
}

void Model::collected(int n, const Intent& intent, bool success, const Big& amount,
                      uint64_t completes_s) {
    Pool& p = pools[n];
    const int host = figures[n].host;
    Lot& lot = p.lots.at(intent.reference);
    if (!success) {
        lot.state = Lot::unbonding;
        lot.completes_s = std::max(completes_s, now_s + 1);
        return;
    }
    const Big came = std::min(amount, lot.amount);
    const Big unreleased_before = unreleased(n);
    lot.state = Lot::over;
    liquid[{host, n}] += came;
    p.buffer += came;
    supply[n] -= lot.amount - came;
    // Losses meet unreleased rewards first: those that wait, then those being released; then
    // insurance, then holders.
    const Big from_waiting = std::min(p.waiting, Big{lot.amount - came});
    p.waiting -= from_waiting;
    const Big inside = unreleased_before - from_waiting - p.waiting;
    const Big from_release = std::min(inside, Big{lot.amount - came - from_waiting});
    if (from_release != 0) {
        p.releasing = inside - from_release;
        p.from_s = now_s;
    }
    const Big uncovered = lot.amount - came - from_waiting - from_release;
    const Big insured = std::min(p.insurance, uncovered);
    p.insurance -= insured;
    p.buffer += insured;
    const Big reaches = uncovered - insured;
    fall(n, reaches, located(n) - unreleased(n) + reaches);
}

void Model::outcome(int host, bool success, const Big& amount, uint64_t completes_s) {
    const Intent intent = intents[host].at(settled[host]++);
    const int n = intent.network;
    Pool& p = pools[n];
    const auto free_custody = [&] {
        committed[{host, intent.asset}] -= intent.amount;
        if (success) liquid[{host, intent.asset}] -= intent.amount;
    };
    switch (intent.kind) {
        case Intent::bond:
            free_custody();
            p.in_flight -= intent.amount;
            (success ? p.bonded[intent.validator] : p.buffer) += intent.amount;
            return;
        case Intent::unbond:
            return unbonded(n, intent, success, amount, completes_s);
        case Intent::collect:
            return collected(n, intent, success, amount, completes_s);
        case Intent::move:
            free_custody();
            if (success) liquid[{5, n}] += intent.amount;
            return;
        case Intent::payout: {
            free_custody();
            Withdrawal& w = withdrawals.at(intent.reference - 1);
            w.status = success ? 3 : 4;
            if (success)
                supply[w.asset] -= w.amount;
            else {
                held[{w.asset, w.owner}] += w.amount;
                flows.push_back({now_s, w.asset, -w.amount});
            }
            return;
        }
    }
}

}  // namespace thaw::differential
