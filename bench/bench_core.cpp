// What the pure rooms cost: hashing, signatures, one command of each verb on books of different
// sizes, the end of a block.
#include <benchmark/benchmark.h>

#include "tests/scenario/host.hpp"
#include "thaw/crypto/secp256k1.hpp"

namespace thaw::scenario {
namespace {

void keccak(benchmark::State& run) {
    const Bytes bytes(static_cast<size_t>(run.range(0)), 7);
    for (auto _ : run) benchmark::DoNotOptimize(crypto::keccak256(bytes));
    run.SetBytesProcessed(run.iterations() * run.range(0));
}
BENCHMARK(keccak)->Arg(32)->Arg(136)->Arg(1'024)->Arg(65'536);

crypto::PrivateKey some_key() {
    crypto::PrivateKey key;
    key.bytes.fill(0x42);
    return key;
}
void signature_recovery(benchmark::State& run) {
    const Hash digest = crypto::keccak256(Bytes{1, 2, 3});
    const auto signature = crypto::sign(digest, some_key());
    for (auto _ : run) benchmark::DoNotOptimize(crypto::recover(digest, signature));
}
BENCHMARK(signature_recovery);

void signing(benchmark::State& run) {
    const Hash digest = crypto::keccak256(Bytes{1, 2, 3});
    for (auto _ : run) benchmark::DoNotOptimize(crypto::sign(digest, some_key()));
}
BENCHMARK(signing);

Address holder(uint64_t number) {
    Address a;
    a.bytes[0] = 0xbe;
    std::memcpy(a.bytes.data() + 12, &number, sizeof number);
    return a;
}

/// A hub with so many accounts, each with ETH and with assets and liquid tokens of every network;
/// the totals agree.
Scenario& hub_of(int64_t accounts) {
    static std::unique_ptr<Scenario> hub;
    static int64_t size = 0;
    if (size == accounts) return *hub;
    hub.reset();
    size = accounts;
    hub = std::make_unique<Scenario>(scenario_genesis(), Scenario::Checks::none);
    State& state = hub->state;
    const u128 each = one_18 * 10;
    const auto many = static_cast<uint64_t>(accounts);
    for (uint64_t i = 0; i < many; ++i) {
        for (AssetId a = 0; a <= network_count; ++a)
            state.token.balances.set(token::user_account(a, holder(i)), Assets{each});
        for (const NetworkId n : {bnb, fantom})
            state.liquid.holdings.set({.holder = holder(i), .network = n},
                                      SubShares{each * liquid::sub_units});
        state.accounts.accounts.set(holder(i), {1});
    }
    for (AssetId a = 0; a <= network_count; ++a) {
        auto totals = state.token.totals.get(a);
        totals.supply.value += 2 * each * many;
        totals.pooled.value += a == 0 ? 0 : each * many;
        state.token.totals.set(a, totals);
        if (a != 0) {
            const auto buffer = token::bucket_account(a, token::Bucket::buffer);
            state.token.balances.set(buffer,
                                     Assets{state.token.balances.get(buffer).value + each * many});
        }
    }
    for (const NetworkId n : {bnb, fantom}) {
        auto pool = state.liquid.pools.get(n);
        pool.supply.value += each * liquid::sub_units * many;
        state.liquid.pools.set(n, pool);
    }
    return *hub;
}

/// Applies `command_for(i)` again and again, from one account after another; a block ends every
/// 1,000 commands, unmeasured.
template <class F>
void apply_each(benchmark::State& run, const Address& to, const F& data_for) {
    Scenario& s = hub_of(run.range(0));
    uint64_t i = 0;
    const auto many = static_cast<uint64_t>(run.range(0));
    for (auto _ : run) {
        const uint64_t who = i++ * 7'919 % many;
        const Address from = holder(who);
        const Command command{.sender = from,
                              .nonce = s.state.accounts.accounts.get(from).nonce,
                              .to = to,
                              .data = data_for(holder((who + 1) % many)),
                              .gas_limit = 200'000,
                              .gas_price = 1};
        const Receipt receipt = apply(s.state, s.block, command);
        if (!receipt.success) return run.SkipWithError("refused");
        if (i % 1'000 == 0) {
            run.PauseTiming();
            s.state.seal();
            run.ResumeTiming();
        }
    }
    s.state.seal();
    run.SetItemsProcessed(run.iterations());
}

void apply_transfer(benchmark::State& run) {
    apply_each(run, asset_of(bnb), [](const Address& to) {
        return call_data<"transfer(address to, uint256 value)">(to, u128{1'000});
    });
}
void apply_rebasing_transfer(benchmark::State& run) {
    apply_each(run, liquid_of(fantom), [](const Address& to) {
        return call_data<"transfer(address to, uint256 value)">(to, u128{1'000});
    });
}
void apply_stake(benchmark::State& run) {
    auto network = hub_of(run.range(0)).state.networks.networks.get(fantom);
    network.stake_min = Assets{1};
    hub_of(run.range(0)).state.networks.networks.set(fantom, network);
    apply_each(run, staking_of(fantom),
               [](const Address&) { return call_data<"stake(uint256 assets)">(Assets{1'000}); });
}
void apply_unstake(benchmark::State& run) {
    apply_each(run, staking_of(fantom), [](const Address&) {
        return call_data<"unstakeBonds(uint256 amount)">(Assets{1'000});
    });
}
#define THAW_SIZES ->Arg(1'000)->Arg(10'000)->Arg(100'000)->Arg(1'000'000)
BENCHMARK(apply_transfer) THAW_SIZES;
BENCHMARK(apply_rebasing_transfer) THAW_SIZES;
BENCHMARK(apply_stake) THAW_SIZES;
BENCHMARK(apply_unstake) THAW_SIZES;

/// Tickets that are final and not yet pushed.
void apply_claim(benchmark::State& run) {
    const auto tickets = static_cast<uint64_t>(run.max_iterations) + 100;
    Scenario s{scenario_genesis(), Scenario::Checks::none};
    Hosts hosts{s};
    s.deposit(bnb, alice, one_18 * 1'000);
    s.must<Shares, "stake(uint256 assets) returns (uint256 shares)">(alice, staking_of(bnb),
                                                                     Assets{one_18 * 1'000});
    hosts.settle();
    for (uint64_t i = 0; i < tickets; ++i)
        s.must<Number, "unstakeCerts(uint256 shares) returns (uint256 ticket)">(
            alice, staking_of(bnb), Shares{1'000});
    s.wait(3 * day_s);
    s.must<void, "advance()">(bob, staking_of(bnb));
    hosts.execute();
    s.wait(7 * day_s);
    s.must<void, "advance()">(bob, staking_of(bnb));
    hosts.execute();
    s.must<void, "advance()">(bob, staking_of(bnb));
    s.state.seal();
    uint64_t number = s.state.unbonding.queues.get(bnb).pushed;
    for (auto _ : run) {
        const Receipt receipt = s.call<"claim(uint256 ticket)">(
            bob, tickets_address, Number{unbonding::ticket_id(bnb, ++number)});
        if (!receipt.success) return run.SkipWithError("refused");
    }
    run.SetItemsProcessed(run.iterations());
}
BENCHMARK(apply_claim)->Iterations(20'000);

/// The vote that decides a frame's report of five validators.
void apply_report(benchmark::State& run) {
    Scenario s{scenario_genesis(), Scenario::Checks::none};
    Hosts hosts{s};
    s.deposit(fantom, alice, one_18 * 1'000);
    s.must<Shares, "stake(uint256 assets) returns (uint256 shares)">(alice, staking_of(fantom),
                                                                     Assets{one_18 * 1'000});
    hosts.settle();
    for (auto _ : run) {
        run.PauseTiming();
        s.wait(day_s);
        const auto report = hosts.frame(fantom, {{1, {.reward = 1'000'000}}});
        const Bytes data = call_data<"reportFrame(" THAW_REPORT_TUPLE " report)">(report);
        s.send(member(1), oracle_address, data);
        s.send(member(2), oracle_address, data);
        run.ResumeTiming();
        if (!s.send(member(3), oracle_address, data).success) return run.SkipWithError("refused");
    }
}
BENCHMARK(apply_report)->Iterations(2'000);

/// The end of a block of so many rebasing transfers: digest and encoded changes.
void seal(benchmark::State& run) {
    Scenario& s = hub_of(100'000);
    uint64_t i = 0;
    for (auto _ : run) {
        run.PauseTiming();
        for (int64_t k = 0; k < run.range(0); ++k, ++i)
            s.call<"transfer(address to, uint256 value)">(holder(i % 99'991), liquid_of(fantom),
                                                          holder((i + 1) % 99'991), u128{10});
        run.ResumeTiming();
        benchmark::DoNotOptimize(s.state.seal());
    }
    run.SetItemsProcessed(run.iterations() * run.range(0));
}
BENCHMARK(seal)->Arg(100)->Arg(1'000);

}  // namespace
}  // namespace thaw::scenario
