// How the model pays tickets out of one pot, oldest first.
#include "tests/differential/model.hpp"

namespace thaw::differential {

/// The oldest batch that is not final, once the frame that its tickets were asked for in is
/// reported.
size_t Model::payable(int n) const {
    const Pool& p = pools[n];
    if (p.loss_waits) return 0;
    for (size_t i = 0; i < p.batches.size(); ++i)
        if (p.batches[i].state != Batch::final) return p.batches[i].frame <= p.frame ? i + 1 : 0;
    return 0;
}
bool Model::pays_whole(int n) const {
    const size_t next = payable(n);
    if (next == 0) return false;
    const Batch& b = pools[n].batches[next - 1];
    return pools[n].buffer >= capped(n, b.shares, b.nominal);
}
bool Model::pays_parts(int n) const {
    return payable(n) != 0 && pools[n].buffer >= figures[n].stake_min;
}
/// The parts of a ticket come right after it, the newest first; then the next number.
void Model::pass_oldest(int n) {
    Pool& p = pools[n];
    uint64_t number = 0;
    if (p.beside.empty()) {
        number = ++p.pushed;
    } else {
        number = p.beside.back();
        p.beside.pop_back();
    }
    for (const uint64_t part : p.parts[number]) p.beside.push_back(part);
    p.parts.erase(number);
}

uint64_t Model::oldest(int n) {
    Pool& p = pools[n];
    while (!p.beside.empty() || p.pushed < p.issued) {
        const uint64_t number = p.beside.empty() ? p.pushed + 1 : p.beside.back();
        if (p.tickets.contains(number)) return number;
        pass_oldest(n);  // claimed, cancelled or merged before
    }
    return 0;
}

int Model::push_payments(int n) {
    Pool& p = pools[n];
    int pushes = 0;
    for (; pushes < 20; ++pushes) {
        const uint64_t number = oldest(n);
        if (number == 0 || p.batches[p.tickets[number].batch].state != Batch::final) break;
        pass_oldest(n);
        pay(n, number);
    }
    return pushes;
}

/// Out of the buffer, one after the other, the last in part: shares and nominal of what is paid are
/// rounded up.
void Model::net(int n, int most) {
    Pool& p = pools[n];
    if (most == 0 || !pays_parts(n)) return;
    const size_t batch = payable(n) - 1;
    Big money = p.buffer;
    while (most-- > 0 && money != 0) {
        const uint64_t number = oldest(n);
        if (number == 0 || p.tickets[number].batch != batch) return;
        Ticket& t = p.tickets[number];
        const Big all = capped(n, t.shares, t.nominal);
        const Big paid = std::min(all, money);
        Big shares = t.shares;
        Big nominal = t.nominal;
        if (paid < all) {
            shares = (t.shares * paid + all - 1) / all;
            nominal = (t.nominal * paid + all - 1) / all;
            if (shares == t.shares) return;
        }
        p.waiting += worth(n, shares) - paid;
        purse(n, number, t.owner) += paid;
        p.buffer -= paid;
        money -= paid;
        p.supply -= shares;
        p.shares[escrow] -= shares;
        Batch& b = p.batches[batch];
        b.shares -= shares;
        b.nominal -= nominal;
        t.shares -= shares;
        t.nominal -= nominal;
        ++(paid < all ? netted_in_part : netted);
        if (paid < all) return;
        b.tickets.erase(number);
        p.tickets.erase(number);
        pass_oldest(n);
    }
}

}  // namespace thaw::differential
