// The core and the naive model in lockstep over random sequences of all verbs on all networks:
// after every step the same answer, the same balances, the same rates, the same tickets.
#include "tests/differential/lockstep.hpp"

namespace thaw::differential {

void Lockstep::same_world() {
    ASSERT_EQ(s.block.now_s, m.now_s);
    for (NetworkId n = 1; n <= network_count; ++n) {
        const auto rate = liquid::rate(s.query(), n);
        ASSERT_EQ(big(rate.assets.value), m.located(n) - m.unreleased(n)) << "E of " << int{n};
        ASSERT_EQ(big(rate.supply.value), m.pools[n].supply) << "S of " << int{n};
        const auto p = s.state.networks.networks.get(n);
        ASSERT_EQ(p.halted != 0, m.pools[n].halted) << "network " << int{n};
        ASSERT_EQ(p.fee_bps, m.figures[n].fee_bps) << "network " << int{n};
        ASSERT_EQ(losses::is_pending(s.query(), n), m.pools[n].loss_waits) << "network " << int{n};
        ASSERT_EQ(
            big(token::held(s.query(), token::bucket_account(n, token::Bucket::insurance)).value),
            m.pools[n].insurance);
        for (uint16_t u = 1; u <= users; ++u)
            ASSERT_EQ(big(s.shown(n, user(u))), m.shown(n, user(u))) << "network " << int{n};
        for (uint16_t u = 1; u <= users; ++u)
            ASSERT_EQ(big(shown_second(n, user(u))), m.shown_second(n, user(u))) << int{n};
        for (uint16_t u = 1; u <= users; ++u) {
            const Query token = s.query(vault_of(n));
            ASSERT_EQ(big(async_vault::max_redeem(token, user(u))->value),
                      m.max_redeem(n, user(u)));
            ASSERT_EQ(big(async_vault::max_withdraw(token, user(u))->value),
                      m.max_withdraw(n, user(u)));
        }
        same_pools(n);
        ASSERT_EQ(s.state.unbonding.queues.get(n).issued, m.pools[n].issued);
        ASSERT_EQ(s.state.unbonding.queues.get(n).finalised, m.pools[n].finalised);
        for (uint64_t i = 1; i <= m.pools[n].issued; ++i) {
            const auto t = s.state.unbonding.tickets.get(unbonding::ticket_id(n, i));
            const auto at = m.pools[n].tickets.find(i);
            ASSERT_EQ(t.owner.is_zero(), at == m.pools[n].tickets.end()) << "ticket " << i;
            if (t.owner.is_zero()) continue;
            ASSERT_EQ(t.owner, at->second.owner);
            ASSERT_EQ(big(t.nominal.value), at->second.nominal);
            ASSERT_EQ(big(t.shares.value), at->second.shares);
        }
    }
    for (AssetId a = 0; a <= network_count; ++a) {
        ASSERT_EQ(big(s.state.token.totals.get(a).supply.value), m.supply[a]) << "asset " << int{a};
        for (uint16_t u = 1; u <= users; ++u)
            ASSERT_EQ(big(s.assets(a, user(u))), (m.held[{a, user(u)}])) << "asset " << int{a};
        for (HostId h = 1; h <= host_count; ++h) {
            const auto custody = s.state.bridge.custody.get({h, a});
            ASSERT_EQ(big(custody.liquid.value), (m.liquid[{h, a}]));
            ASSERT_EQ(big(custody.committed.value), (m.committed[{h, a}]));
        }
    }
    for (HostId h = 1; h <= host_count; ++h) {
        ASSERT_EQ(s.state.outbox.hosts.get(h).emitted, m.intents[h].size());
        ASSERT_EQ(s.state.outbox.hosts.get(h).settled, m.settled[h]);
    }
}

void Lockstep::stake() {
    const NetworkId n = network();
    const Address who = somebody();
    const Address to = random.chance(2) ? who : anybody();
    const u128 minimum = s.state.networks.networks.get(n).stake_min.value;
    const u128 x = random.chance(3) ? minimum - random.below(2) : amount_near(s.assets(n, who));
    const u128 had = s.shown(n, to);
    const Refusal expected = m.stake(n, who, to, big(x));
    same_answer(
        send<"stakeFor(address receiver, uint256 assets)">(who, staking_of(n), to, Assets{x}),
        expected, "stake");
    if (HasFatalFailure() || !expected.empty()) return;
    adopt(n);
    if (!m.figures[n].rebasing) return;
    ASSERT_EQ(to_decimal(s.shown(n, to)), to_decimal(had + x));
}

void Lockstep::transfer() {
    const NetworkId n = network();
    const Address from = somebody();
    const Address to = anybody();
    if (random.chance(3)) {
        const u128 x = amount_near(s.assets(n, from));
        const Refusal expected = m.transfer_asset(n, from, to, big(x));
        same_answer(send<"transfer(address to, uint256 value)">(from, asset_of(n), to, x), expected,
                    "transfer of an asset");
        return;
    }
    const u128 x = amount_near(s.shown(n, from));
    const u128 sent = s.shown(n, from);
    const u128 got = s.shown(n, to);
    const Refusal expected = m.transfer_liquid(n, from, to, big(x));
    same_answer(send<"transfer(address to, uint256 value)">(from, liquid_of(n), to, x), expected,
                "transfer of a liquid token");
    if (HasFatalFailure() || !expected.empty()) return;
    adopt(n);
    if (from == to) return;
    ASSERT_EQ(to_decimal(s.shown(n, from)), to_decimal(sent - x));
    ASSERT_EQ(to_decimal(s.shown(n, to)), to_decimal(got + x));
}

/// Mostly one ticket; at times more than a transaction of the keeper pays, so that some are left to
/// be claimed.
void Lockstep::unstake() {
    const NetworkId n = network();
    const int times = random.chance(15) ? 60 : 1;
    for (int i = 0; i < times && !HasFatalFailure(); ++i) unstake_once(n);
}

void Lockstep::unstake_once(NetworkId n) {
    const Address who = somebody();
    const Address to = anybody();
    const bool bonds = m.figures[n].rebasing != random.chance(20);
    const bool legacy = bonds && !m.figures[n].rebasing;
    const u128 has = legacy ? shown_second(n, who) : s.shown(n, who);
    const u128 x = amount_near(has / (1 + random.below(4)));
    const Refusal expected = m.unstake(n, who, to, big(x), bonds);
    const Receipt receipt = bonds ? send<"unstakeBondsFor(address receiver, uint256 amount)">(
                                        who, staking_of(n), to, Assets{x})
                                  : send<"unstakeCertsFor(address receiver, uint256 shares)">(
                                        who, staking_of(n), to, Shares{x});
    same_answer(receipt, expected, "unstake");
    if (!HasFatalFailure() && expected.empty()) adopt(n);
}

/// The wrapped or the legacy token: passed on, wrapped, unwrapped, switched.
void Lockstep::second() {
    const NetworkId n = network();
    const Address who = somebody();
    const u128 has = s.shown(n, who);
    const u128 has_second = shown_second(n, who);
    Refusal expected;
    if (random.chance(3)) {
        const Address to = anybody();
        const u128 x = amount_near(has_second);
        expected = m.transfer_second(n, who, to, big(x));
        same_answer(send<"transfer(address to, uint256 value)">(who, second_of(n), to, x), expected,
                    "transfer of a second token");
    } else if (second_kind(n) == ContractKind::legacy || random.chance(20)) {
        const u128 x = amount_near(has_second / (1 + random.below(50)));
        expected = m.switch_legacy(n, who, big(x));
        same_answer(send<"switchLegacy(uint256 amount)">(who, staking_of(n), Assets{x}), expected,
                    "switch");
    } else if (random.chance(2)) {
        const u128 x = amount_near(has);
        expected = m.wrap(n, who, big(x));
        same_answer(send<"wrap(uint256 amount)">(who, second_of(n), Assets{x}), expected, "wrap");
        if (!HasFatalFailure() && expected.empty()) {
            ASSERT_EQ(to_decimal(s.shown(n, who)), to_decimal(has - x));
        }
    } else {
        const u128 x = amount_near(has_second);
        expected = m.unwrap(n, who, big(x));
        same_answer(send<"unwrap(uint256 shares)">(who, second_of(n), Shares{x}), expected,
                    "unwrap");
    }
    if (!HasFatalFailure() && expected.empty()) adopt(n);
}

void Lockstep::bridge_out() {
    if (random.chance(4)) {
        uint64_t id = random.below(m.withdrawals.size() + 2);
        for (uint64_t w = 1; w <= m.withdrawals.size() && !random.chance(3); ++w)
            if (m.withdrawals[w - 1].status == 1) id = w;
        const Refusal expected = m.release(id);
        same_answer(send<"release(uint64 id)">(somebody(), bridge_address, id), expected,
                    "release");
        return;
    }
    const auto asset = static_cast<AssetId>(random.below(7));
    const Address who = somebody();
    const HostId host = random.chance(8)   ? static_cast<HostId>(random.below(8))
                        : asset == polygon ? static_cast<HostId>(5 + random.below(2))
                        : asset <= 5       ? s.home(asset)
                                           : HostId{5};
    Hash recipient;
    if (!random.chance(20)) recipient.bytes[5] = 1;
    const u128 x = amount_near(random.chance(2) ? s.assets(asset, who) / 20 : s.assets(asset, who));
    const Refusal expected = m.withdraw(asset, host, who, big(x), !recipient.is_zero());
    same_answer(send<"withdraw(uint8 asset, uint8 host, bytes32 recipient, uint256 amount)">(
                    who, bridge_address, uint8_t{asset}, uint8_t{host}, recipient, Assets{x}),
                expected, "withdraw");
}

void Lockstep::keeper() {
    const NetworkId n = network();
    std::array<uint64_t, 7> from{};
    for (HostId h = 1; h <= host_count; ++h) from[h] = s.state.outbox.hosts.get(h).emitted;
    const Receipt receipt = send<"advance()">(somebody(), staking_of(n));
    std::vector<std::pair<int, Intent>> instructed;
    for (HostId h = 1; h <= host_count; ++h)
        for (uint64_t i = from[h]; i < s.state.outbox.hosts.get(h).emitted; ++i) {
            const auto intent = s.state.outbox.intents.get({.host = h, .intent = i});
            instructed.push_back(
                {h,
                 {static_cast<Intent::Kind>(intent.kind), intent.network, intent.asset,
                  static_cast<int>(intent.validator), big(intent.amount.value), intent.reference}});
        }
    same_answer(receipt, m.advance(n, instructed), "advance");
    while (!HasFatalFailure() && m.pools[n].pushed < m.pools[n].finalised && random.chance(2)) {
        const Number id{unbonding::ticket_id(n, m.pools[n].finalised)};
        for (int i = 0; i < 3 && m.pools[n].tickets.contains(m.pools[n].finalised); ++i)
            claim_part(n, m.pools[n].finalised);
        if (HasFatalFailure()) return;
        const Refusal expected = m.claim(n, m.pools[n].finalised);
        same_answer(send<"claim(uint256 ticket)">(somebody(), tickets_address, id), expected,
                    "claim");
    }
}

void Lockstep::outcomes() {
    const auto host = static_cast<HostId>(1 + random.below(6));
    if (random.chance(30))
        hosts.slash_unbonding(static_cast<NetworkId>(1 + random.below(5)), 9'999);
    while (const auto o = hosts.next_outcome(host, !random.chance(10))) {
        hosts.attest(*o);
        m.outcome(host, o->success, big(o->amount.value), o->completes_at_s);
        if (random.chance(4)) return;
    }
}

void Lockstep::report() {
    const NetworkId n = network();
    std::map<uint32_t, Hosts::Gain> gains;
    const u128 pool = liquid::rate(s.query(), n).assets.value;
    for (uint32_t v = 1; v <= validators_per_network; ++v) {
        if (random.chance(6))
            gains[v].slashed = random.amount(hosts.delegated(n, v) / 16 + 1);
        else
            gains[v].reward = random.amount(pool / 2'000);
        gains[v].slashed = std::min(gains[v].slashed, hosts.delegated(n, v));
    }
    const auto again = rejected.find(n);
    if (again != rejected.end()) gains.clear();
    Hosts ahead = hosts;  // the host moves on only with a report that is taken
    oracle::Report r = ahead.frame(n, gains);
    if (again !=
        rejected.end())  // what was in the report that was rejected has happened all the same
        for (auto& v : r.validators) {
            v.reward = Assets{again->second[v.id].reward};
            v.slashed = Assets{again->second[v.id].slashed};
        }
    if (random.chance(15)) ++r.frame;
    if (random.chance(15)) ++r.executed;
    if (random.chance(5)) {  // the host rounds, now and then by more than it may
        u128& delegated = r.validators[random.below(5)].delegated.value;
        const u128 odd = random.below(80);
        delegated = random.chance(2) ? delegated + odd : delegated - std::min(delegated, odd);
    }
    std::map<int, Gain> seen;
    for (const auto& v : r.validators)
        seen[static_cast<int>(v.id)] = {big(v.reward.value), big(v.slashed.value),
                                        big(v.delegated.value)};
    const Refusal expected = m.frame(n, r.frame, r.executed, seen);
    s.state.seal();
    const auto mark = s.state.checkpoint();
    Receipt last;
    for (uint16_t o = 1; o <= 3; ++o)
        last = s.call<"reportFrame(" THAW_REPORT_TUPLE " report)">(member(o), oracle_address, r);
    same_answer(last, expected, "report");
    if (HasFatalFailure()) return;
    if (!expected.empty()) {
        s.state.rollback(mark);  // the votes for what cannot be applied would stand in the way
        return;
    }
    hosts = ahead;
    rejected.erase(n);
    adopt(n);
}

/// What a quorum answers to a loss that waits, or to one that does not.
void Lockstep::second_word() {
    const NetworkId n = network();
    const auto waiting = losses::pending(s.query(), n);
    const uint64_t frame = waiting.frame + (random.chance(8) ? 1 : 0);
    const bool same = !random.chance(8);
    const bool confirms = !random.chance(3);
    const Refusal expected = m.second_word(n, frame, same, confirms);
    const auto report =
        waiting.frame == 0 ? oracle::Report{} : losses::pending_report(s.query(), n);
    s.state.seal();
    const auto mark = s.state.checkpoint();
    Receipt last;
    for (uint16_t o = 1; o <= 3; ++o)
        last = confirms ? s.call<"confirmLoss(uint8 network, uint64 frame, bytes32 payload)">(
                              member(o), oracle_address, uint8_t{n}, frame,
                              same ? waiting.payload : Hash{})
                        : s.call<"rejectLoss(uint8 network, uint64 frame, bytes32 payload)">(
                              member(o), oracle_address, uint8_t{n}, frame,
                              same ? waiting.payload : Hash{});
    same_answer(last, expected, confirms ? "confirmation of a loss" : "rejection of a loss");
    if (HasFatalFailure()) return;
    if (!expected.empty()) {
        s.state.rollback(mark);
        return;
    }
    if (!confirms)
        for (const auto& v : report.validators)
            rejected[n][v.id] = {v.reward.value, v.slashed.value};
    adopt(n);
}

void Lockstep::owner_verbs() {
    const NetworkId n = network();
    const bool is_owner = !random.chance(5);
    const Address who = is_owner ? hub_owner : somebody();
    if (random.chance(3)) {
        const unsigned fee = m.figures[n].fee_bps;
        const auto bps = static_cast<uint32_t>(
            random.chance(2) ? random.below(fee + 60)
                             : std::min<uint64_t>(fee + random.below(60), fee * 2));
        const Refusal expected = m.set_fee(n, bps, is_owner);
        same_answer(
            send<"setFee(uint8 network, uint32 feeBps)">(who, networks_address, uint8_t{n}, bps),
            expected, "change of a fee");
        return;
    }
    if (m.pools[n].halted != random.chance(6)) {
        const Refusal expected = m.resume(n, is_owner);
        same_answer(send<"resume(uint8 network)">(who, networks_address, uint8_t{n}), expected,
                    "halt and resume");
        return;
    }
    const Refusal expected = m.halt(n, is_owner);
    same_answer(send<"halt(uint8 network, string reason)">(who, networks_address, uint8_t{n},
                                                           std::string{"a reason"}),
                expected, "halt and resume");
}

void Lockstep::top_up() {
    const NetworkId n = network();
    const Address who = somebody();
    const u128 x =
        random.chance(2) ? amount_near(s.assets(n, who)) : amount_near(s.assets(n, who) / 1'000);
    const Refusal expected = m.top_up(n, who, big(x));
    same_answer(send<"topUpInsurance(uint256 assets)">(who, staking_of(n), Assets{x}), expected,
                "top up of insurance");
}

void Lockstep::deposit() {
    const auto asset = static_cast<AssetId>(random.below(6));
    const HostId host = asset == polygon && random.chance(2) ? HostId{6} : s.home(asset);
    const Address to = somebody();
    const u128 one = asset == eth ? one_18 : unit(s.state, asset);
    const u128 x = 1 + random.amount(one * 1'000);
    s.deposit(asset, to, x, host);
    m.credit(asset, host, to, big(x));
}

void Lockstep::step() {
    switch (random.below(31)) {
        case 0:
        case 1:
            return deposit();
        case 2:
        case 3:
        case 4:
            return stake();
        case 5:
        case 6:
        case 7:
            return transfer();
        case 8:
            return unstake();
        case 9:
            return tickets();
        case 10:
            return bridge_out();
        case 11:
        case 12:
            return keeper();
        case 13:
            return outcomes();
        case 14:
        case 23:
        case 24:
        case 25:
            return report();
        case 15:
        case 16:
            return second();
        case 17:
            return changes();
        case 18:
        case 19:
            return second_word();
        case 20:
            return owner_verbs();
        case 21:
            return random.chance(4) ? top_up() : owner_verbs();
        case 22:
            return vault();
        case 26:
            return leave_at_once();
        case 27:
        case 28:
            return random.chance(20) ? flash_terms() : provide();
        default: {
            const uint64_t seconds =
                random.chance(3) ? random.below(3 * day_s) : random.below(20'000);
            s.wait(seconds);
            m.now_s += seconds;
        }
    }
}

TEST_P(Lockstep, RandomSequencesOfAllVerbs) {
    for (int i = 0; i < 15'000; ++i) {
        ASSERT_NO_THROW(step()) << "step " << i;
        if (!HasFatalFailure()) same_world();
        if (HasFatalFailure()) FAIL() << "at step " << i << " of seed " << GetParam();
        if (i % 25 != 0) continue;
        ASSERT_EQ(broken_invariant(s.state, s.block), std::nullopt) << "step " << i;
    }
    for (NetworkId n = 1; n <= network_count; ++n) paid[n] += m.pools[n].pushed;
    netted += m.netted;
    netted_in_part += m.netted_in_part;
}

/// How many walks; the long programmes ask for more.
uint64_t seeds() {
    const char* asked = std::getenv("THAW_SEEDS");
    return asked == nullptr ? 5 : parse_decimal(asked).value_or(5);
}

INSTANTIATE_TEST_SUITE_P(Seeds, Lockstep, testing::Range<uint64_t>(1, 1 + seeds()));

}  // namespace thaw::differential
