/// What a command costs in hubs of different sizes, and what an account takes in memory.
#pragma once
#include <unistd.h>

#include "bench/ledger.hpp"
#include "tests/scenario/host.hpp"
#include "thaw/protocol/fetch.hpp"

namespace thaw::bench {

using codec::Number;
using scenario::alice, scenario::bob, scenario::day_s;
using scenario::Hosts, scenario::Scenario;
using scenario::liquid_of, scenario::member;

constexpr uint64_t commands_per_run = 20'000;
/// Few beside the smallest number of accounts: of a row that many change, a block seals one change.
constexpr uint64_t commands_per_block = 100;
constexpr uint64_t claims_per_run = 2'000;
constexpr uint64_t reports_per_run = 20;
constexpr uint64_t tickets_max = 1'000'000;  ///< they are made one by one, by the verb

/// Resident bytes of this process.
inline double resident_bytes() {
    std::FILE* const file = std::fopen("/proc/self/statm", "r");
    long whole = 0;
    long resident = 0;
    if (file == nullptr || std::fscanf(file, "%ld %ld", &whole, &resident) != 2) std::abort();
    std::fclose(file);
    return static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

class Growth {
  public:
    explicit Growth(uint64_t accounts)
        : accounts_{accounts}, s_{roomy_genesis(), Scenario::Checks::none}, hosts_{s_} {
        const double before = resident_bytes();
        for (uint64_t done = 0; done < accounts; done += filled_per_block)
            add_accounts(done, std::min(filled_per_block, accounts - done));
        bytes_per_account_ = (resident_bytes() - before) / static_cast<double>(accounts);
        for (const NetworkId n : {bnb, fantom}) {
            s_.deposit(n, alice, one_18 * 10'000);
            s_.must<Shares, "stake(uint256 assets) returns (uint256 shares)">(
                alice, staking_of(n), Assets{one_18 * 1'000});
        }
        hosts_.settle();
    }

    double bytes_per_account() const { return bytes_per_account_; }

    /// Nanoseconds of CPU for one, applied as the node applies them and sealed with 99 others.
    double run(Load load) {
        std::vector<Command> all;
        for (uint64_t i = 0; i < commands_per_run; ++i) {
            const uint64_t who = scattered(commands_++, accounts_);
            const Address from = holder(who);
            all.push_back({.sender = from,
                           .nonce = 0,
                           .to = target_of(load),
                           .data = data_of(load, scattered(commands_ * 31, accounts_)),
                           .gas_limit = 200'000,
                           .gas_price = 1});
        }
        constexpr uint64_t ahead = 16;
        const double start = cpu_seconds();
        for (uint64_t i = 0; i < all.size(); ++i) {
            if (i % ahead == 0)
                for (uint64_t k = i; k < std::min<uint64_t>(i + ahead, all.size()); ++k)
                    fetch_rows(s_.state, all[k].sender, all[k].to, all[k].data);
            all[i].nonce = s_.state.accounts.accounts.get(all[i].sender).nonce;
            if (!apply(s_.state, s_.block, all[i]).success) std::abort();
            if ((i + 1) % commands_per_block == 0) s_.state.seal();
        }
        return 1e9 * (cpu_seconds() - start) / static_cast<double>(all.size());
    }

    /// As many tickets as accounts, up to a million, final and not yet pushed. Before anybody else
    /// stakes: the buffer would pay them.
    void make_tickets(uint64_t claims) {
        tickets_ = std::max(2 * claims, std::min(accounts_, tickets_max));
        for (uint64_t i = 0; i < tickets_; ++i) {
            s_.must<Number, "unstakeCerts(uint256 shares) returns (uint256 ticket)">(
                alice, staking_of(bnb), Shares{1'000});
            if (i % 1'000 == 0) s_.state.seal();
        }
        const auto queue = [&] { return s_.state.unbonding.queues.get(bnb); };
        for (int day = 0; day < 60 && queue().finalised < tickets_; ++day) {
            s_.wait(day_s);
            hosts_.catch_up();
            while (queue().finalised < tickets_ && due()) {
                s_.must<void, "advance()">(bob, staking_of(bnb));
                hosts_.execute();
                s_.state.seal();
            }
        }
        first_ticket_ = queue().pushed + 1;
        tickets_ = queue().finalised - queue().pushed;
        if (tickets_ < claims) std::abort();
    }
    double claim() {
        const double start = cpu_seconds();
        for (uint64_t i = 0; i < claims_per_run; ++i) {
            const uint64_t number = first_ticket_ + scattered(claims_++, tickets_);
            const Receipt receipt = s_.call<"claim(uint256 ticket)">(
                bob, tickets_address, Number{unbonding::ticket_id(bnb, number)});
            if (!receipt.success) std::abort();
            if ((i + 1) % commands_per_block == 0) s_.state.seal();
        }
        return 1e9 * (cpu_seconds() - start) / static_cast<double>(claims_per_run);
    }

    /// The vote that decides a day's report: what all holders have grows by it.
    double report() {
        double spent = 0;
        for (uint64_t i = 0; i < reports_per_run; ++i) {
            s_.wait(day_s);
            const auto report = hosts_.frame(fantom, {{1, {.reward = 1'000'000}}});
            const Bytes data =
                codec::call_data<"reportFrame(" THAW_REPORT_TUPLE " report)">(report);
            s_.send(member(1), oracle_address, data);
            s_.send(member(2), oracle_address, data);
            const double start = cpu_seconds();
            if (!s_.send(member(3), oracle_address, data).success) std::abort();
            s_.state.seal();
            spent += cpu_seconds() - start;
        }
        return 1e9 * spent / static_cast<double>(reports_per_run);
    }

  private:
    void add_accounts(uint64_t first, uint64_t count) {
        fill(s_.state, first, count);
        for (uint64_t i = first; i < first + count; ++i)
            s_.state.liquid.holdings.put({.holder = holder(i), .network = fantom},
                                         SubShares{one_18 * liquid::sub_units});
        auto pool = s_.state.liquid.pools.get(fantom);
        pool.supply.value += one_18 * liquid::sub_units * count;
        s_.state.liquid.pools.put(fantom, pool);
        auto totals = s_.state.token.totals.get(fantom);
        totals.supply.value += one_18 * count;
        totals.pooled.value += one_18 * count;
        s_.state.token.totals.put(fantom, totals);
        const auto buffer = token::bucket_account(fantom, token::Bucket::buffer);
        s_.state.token.balances.put(
            buffer, Assets{s_.state.token.balances.get(buffer).value + one_18 * count});
        s_.state.seal();
    }
    bool due() { return s_.view<bool, "due() view returns (bool)">(staking_of(bnb)); }

    uint64_t accounts_;
    Scenario s_;
    Hosts hosts_;
    double bytes_per_account_ = 0;
    uint64_t commands_ = 0;
    uint64_t tickets_ = 0;
    uint64_t first_ticket_ = 0;
    uint64_t claims_ = 0;
};

/// One JSON line for each run.
inline void measure_growth(uint64_t accounts, uint64_t runs) {
    Growth hub{accounts};
    hub.make_tickets(runs * claims_per_run);
    std::vector<std::array<double, 4>> found(runs);
    for (auto& run : found) {
        run[0] = hub.run(Load::transfers);
        run[1] = hub.run(Load::stakes);
    }
    for (auto& run : found) run[2] = hub.claim();
    for (auto& run : found) run[3] = hub.report();
    for (const auto& [transfer, stake, claim, report] : found)
        std::printf(
            "{\"accounts\":%zu,\"transfer_ns\":%.1f,\"stake_ns\":%.1f,\"claim_ns\":%.1f,"
            "\"report_ns\":%.1f,\"bytes_per_account\":%.1f}\n",
            static_cast<size_t>(accounts), transfer, stake, claim, report, hub.bytes_per_account());
}

}  // namespace thaw::bench
