// The published bound: no sequence of deposits, transfers and exits around a report gains anything,
// on any network; and who waits gains no more than the growth bound for the time waited. Found to
// hold by search: random pools, random gangs, each sequence tried and taken back.
#include <boost/multiprecision/cpp_int.hpp>

#include "tests/scenario/expect.hpp"
#include "tests/scenario/random.hpp"
#include "thaw/protocol/async_vault/face.hpp"

namespace thaw::scenario {
namespace {

using Big = boost::multiprecision::cpp_int;
Big big(u128 v) { return (Big{static_cast<uint64_t>(v >> 64)} << 64) + static_cast<uint64_t>(v); }

constexpr std::array gang{user(11), user(12), user(13)};
bool in_gang(const Address& who) { return std::ranges::find(gang, who) != gang.end(); }

/// A pool with a past: stakes, frames with profit and loss, tickets that wait, rewards that are
/// being released, and a frame that is over and not reported.
struct World {
    NetworkId n;
    Random& random;
    Scenario s{scenario_genesis(), Scenario::Checks::none};
    Hosts hosts{s};
    u128 one = unit(s.state, n);
    bool rebasing = s.state.networks.networks.get(n).rebasing != 0;
    bool reported = false;
    bool waits = false;
    u128 funded = 0;
    uint64_t paid_to_others = 0;  ///< payments for tickets of those outside the gang

    World(NetworkId network, Random& source) : n{network}, random{source} {
        for (const Address& who : {alice, bob}) {
            const u128 amount = one * (1 + random.amount(1'000'000));
            s.deposit(n, who, amount);
            s.must<void, "stake(uint256 assets)">(who, staking_of(n), Assets{amount});
        }
        hosts.settle();
        for (uint64_t frames = 1 + random.below(4); frames > 0; --frames) {
            hosts.next_frame(n, gains());
            s.wait(random.below(day_s / 2));
            if (random.chance(2)) leave(bob, s.shown(n, bob) / 7);
        }
        for (const Address& who : gang) {
            const u128 amount = one + random.amount(one * 10'000'000);
            s.deposit(n, who, amount);
            funded += amount;
        }
        const auto hub = s.state.networks.hub.get(0);
        const uint64_t ends = hub.genesis_s + (s.state.liquid.pools.get(n).frame + 1) * hub.frame_s;
        if (s.block.now_s < ends) s.wait(ends - s.block.now_s);
        hosts.execute();
        s.state.seal();
    }

    /// Mostly a profit, at times above the growth bound; at times a loss.
    std::map<uint32_t, Hosts::Gain> gains() {
        std::map<uint32_t, Hosts::Gain> all;
        for (uint32_t v = 1; v <= validators_per_network; ++v) {
            const u128 held = hosts.delegated(n, v);
            if (random.chance(6))
                all[v].slashed = random.amount(held / 1'000);
            else
                all[v].reward = random.amount(held / 200);
        }
        return all;
    }
    Receipt leave(const Address& who, u128 amount) {
        if (rebasing)
            return s.call<"unstakeBonds(uint256 amount)">(who, staking_of(n), Assets{amount});
        return s.call<"unstakeCerts(uint256 shares)">(who, staking_of(n), Shares{amount});
    }

    /// What the gang has and would be paid, each holding and each ticket rounded down by itself.
    u128 value() const {
        const liquid::Rate rate = liquid::rate(s.query(), n);
        u128 sum = 0;
        for (const Address& who : gang) {
            sum += s.assets(n, who);
            for (const auto kind : {ContractKind::liquid, ContractKind::wrapped})
                sum += liquid::worth(liquid::holding(s.query(), kind, n, who), rate).value;
            sum += async_vault::max_withdraw(s.query(liquid_of(n)), who)->value;
        }
        s.state.unbonding.tickets.for_each_unordered([&](uint64_t id, const unbonding::Ticket& t) {
            if (unbonding::network_of(id) != n) return;
            const auto entry = unbonding::ticket(s.query(), Number{id});
            // Of a request, what is payable is in maxWithdraw already.
            const Address controller = s.state.async_vault.requests.get(id).controller;
            if (in_gang(t.owner) || (in_gang(controller) && entry->status < 3))
                sum += entry->expected.value;
        });
        return sum;
    }
    const Address& member_of_gang() { return gang[random.below(gang.size())]; }
    u128 part(u128 limit) { return random.chance(3) ? limit : random.amount(limit); }

    void report() {
        if (reported) return;
        reported = true;
        hosts.report(hosts.frame(n, gains()));
    }
    void enter(const Address& who, const Address& to) {
        const u128 x = part(s.assets(n, who));
        if (rebasing || random.chance(3))
            s.call<"stakeFor(address receiver, uint256 assets)">(who, staking_of(n), to, Assets{x});
        else if (random.chance(2))
            s.call<"deposit(uint256 assets, address receiver)">(who, liquid_of(n), x, to);
        else
            s.call<"mint(uint256 shares, address receiver)">(who, liquid_of(n), x, to);
    }
    void change_hands(const Address& who, const Address& to) {
        const u128 x = part(s.shown(n, who));
        const Address wrapped = contract_address(ContractKind::wrapped, n);
        switch (rebasing ? random.below(4) : random.below(2)) {
            case 0:
                s.call<"transfer(address to, uint256 value)">(who, liquid_of(n), to, x);
                return;
            case 1:
                s.call<"transferShares(address to, uint256 shares)">(who, liquid_of(n), to,
                                                                     Shares{x});
                return;
            case 2:
                s.call<"wrap(uint256 amount)">(who, wrapped, Assets{x});
                return;
            default:
                s.call<"unwrap(uint256 shares)">(
                    who, wrapped,
                    Shares{part(liquid::shown_balance(s.query(), ContractKind::wrapped, n, who))});
        }
    }
    void change_ticket(const Address& who, const Address& to) {
        const auto mine = unbonding::tickets_of(s.query(), who, 0);
        if (mine->empty()) return;
        const auto& t = (*mine)[random.below(mine->size())];
        switch (random.below(4)) {
            case 0:
                s.call<"transferFrom(address from, address to, uint256 tokenId)">(
                    who, tickets_address, who, to, t.id);
                return;
            case 1:
                s.call<"split(uint256 ticket, uint256[] shares)">(
                    who, tickets_address, t.id, std::vector{Shares{part(t.shares.value)}});
                return;
            default:
                s.call<"cancel(uint256 ticket)">(who, tickets_address, t.id);
        }
    }
    void act() {
        const Address& who = member_of_gang();
        const Address& to = member_of_gang();
        switch (random.below(8)) {
            case 0:
            case 1:
                return enter(who, to);
            case 2:
                return change_hands(who, to);
            case 3:
            case 4:
                leave(who, part(s.shown(n, who)));
                return;
            case 5:
                return change_ticket(who, to);
            case 6:
                if (!rebasing)
                    s.call<"requestRedeem(uint256 shares, address controller, address owner)">(
                        who, liquid_of(n), part(s.shown(n, who)), to, who);
                return;
            default: {  // what leaves lets what is released be shared by fewer: with time, not here
                if (waits) return;
                const Receipt receipt = s.call<"advance()">(who, staking_of(n));
                for (const auto& log : receipt.logs)
                    if (log.emitter == tickets_address) ++paid_to_others;
            }
        }
    }
};

class AroundAReport : public testing::TestWithParam<NetworkId> {};

TEST_P(AroundAReport, NoSequenceWithoutWaitingGains) {
    Random random{GetParam()};
    u128 staked = 0;
    for (int worlds = 0; worlds < 8; ++worlds) {
        World w{GetParam(), random};
        const Hosts hosts_before = w.hosts;
        ASSERT_EQ(to_decimal(w.value()), to_decimal(w.funded));
        for (int tries = 0; tries < 150; ++tries) {
            const auto mark = w.s.state.checkpoint();
            const uint64_t steps = 2 + random.below(14);
            const uint64_t report_at = random.below(steps);
            for (uint64_t i = 0; i < steps; ++i) {
                w.act();
                if (i == report_at) w.report();
                staked = std::max(staked, w.s.state.liquid.pools.get(w.n).stakes_total.value);
            }
            // Whoever is paid rounds down for himself: at most a base unit each stays with the
            // rest.
            ASSERT_LE(w.value(), w.funded + w.paid_to_others)
                << "world " << worlds << ", try " << tries;
            if (tries % 25 == 0) {
                ASSERT_EQ(broken_invariant(w.s.state, w.s.block), std::nullopt);
            }
            w.s.state.rollback(mark);
            w.hosts = hosts_before;
            w.reported = false;
            w.paid_to_others = 0;
        }
    }
    EXPECT_GT(staked, 0u);
}

/// Who stays for a time gains at most the growth bound for that time, rounded up: nothing jumps.
TEST_P(AroundAReport, WhoWaitsGainsAtMostTheGrowthBoundForTheTime) {
    Random random{uint64_t{GetParam()} + 100};
    Big most_ppb = 0;
    for (int worlds = 0; worlds < 6; ++worlds) {
        World w{GetParam(), random};
        const Hosts hosts_before = w.hosts;
        const Block block_before = w.s.block;
        w.waits = true;
        const auto ppm = w.s.state.networks.networks.get(w.n).growth_max_ppm;
        for (int tries = 0; tries < 100; ++tries) {
            const auto mark = w.s.state.checkpoint();
            const uint64_t steps = 2 + random.below(8);
            const uint64_t report_at = random.below(steps);
            uint64_t waited = 0;
            for (uint64_t i = 0; i < steps; ++i) {
                w.act();
                if (i == report_at) w.report();
                const uint64_t pause = random.below(day_s / steps);
                w.s.wait(pause);
                waited += pause;
            }
            // Of E as it is, ppm a frame; E itself grows by as much meanwhile.
            const Big bound =
                big(w.funded) * ppm * (1'000'000 + ppm) * waited / day_s / 1'000'000 / 1'000'000 +
                1;
            ASSERT_LE(big(w.value()), big(w.funded) + bound) << "try " << tries;
            if (w.value() > w.funded && waited > 0)
                most_ppb = std::max<Big>(most_ppb, big(w.value() - w.funded) * 1'000'000'000 *
                                                       day_s / waited / big(w.funded));
            w.s.state.rollback(mark);
            w.s.block = block_before;
            w.hosts = hosts_before;
            w.reported = false;
        }
    }
    EXPECT_GT(most_ppb, 0);  // waiting does earn
    RecordProperty("most_gained_ppb_a_day", most_ppb.str());
}

INSTANTIATE_TEST_SUITE_P(Networks, AroundAReport,
                         testing::Values(bnb, fantom, polkadot, kusama, polygon));

}  // namespace
}  // namespace thaw::scenario
