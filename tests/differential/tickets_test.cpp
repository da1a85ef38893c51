// What is asked about tickets: claims, parts, transfers, splits, merges, cancels.
#include "tests/differential/lockstep.hpp"

namespace thaw::differential {

void Lockstep::claim_part(NetworkId n, uint64_t number) {
    const auto at = m.pools[n].tickets.find(number);
    const bool there = at != m.pools[n].tickets.end();
    const Address sender = there && !random.chance(4) ? signer(at->second.owner) : somebody();
    const u128 x = amount_near(there ? static_cast<u128>(at->second.nominal) : 0);
    const Refusal expected = m.claim_part(n, number, sender, big(x));
    same_answer(send<"claimPart(uint256 ticket, uint256 assets)">(
                    sender, tickets_address, Number{unbonding::ticket_id(n, number)}, Assets{x}),
                expected, "claim of a part");
}

void Lockstep::tickets() {
    const NetworkId n = network();
    uint64_t number = random.below(m.pools[n].issued + 2);
    if (random.chance(2) && m.pools[n].pushed < m.pools[n].finalised)
        number = m.pools[n].finalised;  // payable, and not yet pushed
    const Number id{unbonding::ticket_id(n, number)};
    if (random.chance(2)) {
        const Refusal expected = m.claim(n, number);
        same_answer(send<"claim(uint256 ticket)">(somebody(), tickets_address, id), expected,
                    "claim");
        return;
    }
    const auto at = m.pools[n].tickets.find(number);
    const Address owner = at == m.pools[n].tickets.end() ? somebody() : at->second.owner;
    const Address sender = random.chance(4) ? somebody() : signer(owner);
    if (random.chance(2)) return claim_part(n, number);
    const Address from = random.chance(8) ? somebody() : owner;
    const Address to = anybody();
    const Refusal expected = m.move_ticket(n, number, sender, from, to);
    same_answer(send<"transferFrom(address from, address to, uint256 tokenId)">(
                    sender, tickets_address, from, to, id),
                expected, "transfer of a ticket");
}

/// Splits, merges and cancels, mostly of what is young enough.
void Lockstep::changes() {
    const NetworkId n = network();
    const Pool& p = m.pools[n];
    const auto some = [&] {
        const uint64_t young = std::min<uint64_t>(p.issued, 6);
        return random.chance(3) ? random.below(p.issued + 2) : p.issued - random.below(young + 1);
    };
    const auto id_of = [&](uint64_t number) { return Number{unbonding::ticket_id(n, number)}; };
    const uint64_t number = some();
    const auto at = p.tickets.find(number);
    const bool there = at != p.tickets.end();
    const Address sender = there && !random.chance(5) ? signer(at->second.owner) : somebody();
    const u128 whole = there ? s.state.unbonding.tickets.get(id_of(number).value).shares.value : 0;
    switch (random.below(3)) {
        case 0: {
            std::vector<Shares> wanted;
            std::vector<Big> same;
            for (uint64_t i = random.chance(12) ? 51 : random.below(4); i > 0; --i) {
                wanted.push_back(Shares{amount_near(whole / liquid::sub_units)});
                same.push_back(big(wanted.back().value));
            }
            const Refusal expected = m.split(n, number, sender, same);
            same_answer(send<"split(uint256 ticket, uint256[] shares)">(sender, tickets_address,
                                                                        id_of(number), wanted),
                        expected, "split");
            return;
        }
        case 1: {
            std::vector<uint64_t> numbers{number};
            // Its neighbours of the same owner, if there are any; a stranger's now and then.
            for (uint64_t i = number + 1; i <= p.issued && numbers.size() < 3; ++i)
                if (const auto other = p.tickets.find(i);
                    there && other != p.tickets.end() && other->second.owner == at->second.owner)
                    numbers.push_back(i);
            if (random.chance(6)) numbers.push_back(some());
            std::vector<Number> ids;
            for (const uint64_t i : numbers) ids.push_back(id_of(i));
            const Refusal expected = m.merge(n, numbers, sender);
            same_answer(send<"merge(uint256[] tickets)">(sender, tickets_address, ids), expected,
                        "merge");
            return;
        }
        default: {
            const Refusal expected = m.cancel(n, number, sender);
            same_answer(send<"cancel(uint256 ticket)">(sender, tickets_address, id_of(number)),
                        expected, "cancel");
            if (HasFatalFailure() || !expected.empty()) return;
            for (uint16_t u = 1; u <= users; ++u)
                ASSERT_LE(abs(Big{big(s.sub_shares(n, user(u))) - m.pools[n].shares[user(u)]}), 3);
        }
    }
}

}  // namespace thaw::differential
