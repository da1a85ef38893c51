/// The core and the naive model side by side, and what both are asked.
#pragma once
#include <cstdlib>

#include "tests/differential/model.hpp"
#include "tests/scenario/expect.hpp"
#include "tests/scenario/random.hpp"
#include "thaw/base/text.hpp"
#include "thaw/protocol/async_vault/face.hpp"

namespace thaw::differential {
using namespace scenario;

inline Big big(u128 value) {
    return (Big{static_cast<uint64_t>(value >> 64)} << 64) + static_cast<uint64_t>(value);
}
inline Bytes selector_of(const Refusal& signature) {
    const Hash h = crypto::keccak256(view_of(signature));
    return Bytes(h.bytes.begin(), h.bytes.begin() + 4);
}

class Lockstep : public testing::TestWithParam<uint64_t> {
  protected:
    static constexpr uint16_t users = 6;
    Random random{GetParam()};
    Scenario s{genesis(), Scenario::Checks::none};
    Hosts hosts{s};
    std::map<NetworkId, std::map<uint32_t, Hosts::Gain>> rejected;  ///< to be reported anew
    Model m{s.block.now_s, dust_address, tickets_address, treasury};
    static inline std::map<std::string, std::array<int, 2>> tally;  ///< verb: refused, done
    static inline std::array<uint64_t, network_count + 1> paid{};   ///< tickets, per network
    static inline uint64_t netted = 0, netted_in_part = 0;

    /// Walks too timid to do and to be refused everything would prove little.
    static void TearDownTestSuite() {
        if (HasFailure()) return;
        for (const auto& [verb, counts] : tally) {
            EXPECT_GT(counts[0], 20) << verb << " was hardly ever refused";
            EXPECT_GT(counts[1], 0) << verb << " hardly ever went through";
        }
        EXPECT_EQ(tally.size(), 38u);
        for (NetworkId n = 1; n <= network_count; ++n)
            EXPECT_GT(paid[n], 5u) << "tickets paid on network " << int{n};
        EXPECT_GT(netted, 10u) << "tickets paid out of the buffer before their batch was final";
        EXPECT_GT(netted_in_part, 5u) << "parts of tickets paid out of the buffer";
    }

    Lockstep() {
        for (uint16_t u = 1; u <= users; ++u) m.held[{0, user(u)}] = big(one_18 * 100);
        for (uint16_t o = 1; o <= 4; ++o) m.supply[0] += big(one_18 * 1'000);
        m.supply[0] += big(one_18 * 100) * users + big(one_18);  // and the owner's
        m.liquid[{5, 0}] = m.supply[0];
        for (NetworkId n = 1; n <= network_count; ++n)
            m.tokens[n] = vault_of(n), m.flash[n].address = flash_of(n);
        for (const auto& held : genesis().legacy)
            m.begin_with_legacy(held.network, held.holder, big(held.assets.value));
    }
    static Genesis genesis() {
        Genesis g = scenario_genesis(users);
        for (const NetworkId n : {bnb, polygon})
            for (uint16_t u = 1; u <= 3; ++u)
                g.legacy.push_back({n, user(u), Assets{one_18 * 400}});
        return g;
    }
    /// The reward-bearing token.
    static Address vault_of(NetworkId n) {
        return n == bnb || n == polygon ? liquid_of(n) : second_of(n);
    }
    u128 shown_vault(NetworkId n, const Address& who) const {
        return n == bnb || n == polygon ? s.shown(n, who) : shown_second(n, who);
    }
    static Address flash_of(NetworkId n) { return contract_address(ContractKind::flash, n); }
    static ContractKind second_kind(NetworkId n) {
        return n == bnb || n == polygon ? ContractKind::legacy : ContractKind::wrapped;
    }
    static Address second_of(NetworkId n) { return contract_address(second_kind(n), n); }
    u128 shown_second(NetworkId n, const Address& who) const {
        return liquid::shown_balance(s.query(), second_kind(n), n, who);
    }

    Address anybody() { return random.chance(40) ? Address{} : somebody(); }
    Address somebody() { return user(static_cast<uint16_t>(1 + random.below(users))); }
    /// Contracts sign nothing: what is theirs somebody else tries to move.
    Address signer(const Address& owner) {
        return owner >= user(1) && owner <= user(users) ? owner : somebody();
    }
    NetworkId network() { return static_cast<NetworkId>(1 + random.below(5)); }
    /// Often what is there, sometimes nothing, all or one unit more.
    u128 amount_near(u128 limit) {
        switch (random.below(12)) {
            case 0:
                return limit + 1;
            case 1:
                return limit;
            case 2:
                return 0;
            default:
                return random.amount(limit);
        }
    }
    template <codec::Text text, class... T>
    Receipt send(const Address& from, const Address& to, const T&... arguments) {
        return s.send(from, to, call_data<text>(arguments...), {}, 0);
    }
    void same_answer(const Receipt& receipt, const Refusal& refusal, const char* verb) {
        ASSERT_EQ(receipt.success, refusal.empty())
            << verb << ": model says \"" << refusal << "\", core " << to_hex(receipt.output);
        ++tally[verb][receipt.success];
        if (receipt.success) return;
        ASSERT_GE(receipt.output.size(), 4u);
        ASSERT_EQ(to_hex(BytesView{receipt.output}.first(4)), to_hex(selector_of(refusal))) << verb;
    }

    /// The choice of the odd sub-share is the core's: it is taken over when it is small and
    /// conserves the sum.
    void adopt(NetworkId n) {
        Pool& pool = m.pools[n];
        std::vector<Address> all{dust_address, tickets_address, treasury};
        for (uint16_t u = 1; u <= users; ++u) all.push_back(user(u));
        Big sum;
        for (const Address& who : all) {
            const Big core = big(s.sub_shares(n, who));
            const Big off = core - pool.shares[who];
            ASSERT_LE(abs(off), 3) << "a choice of sub-shares that rounding does not explain";
            if (who == tickets_address && off != 0) {
                pool.batches.back().shares += off;
                pool.tickets[pool.touched].shares += off;
            }
            pool.shares[who] = core;
            const Big second = big(liquid::holding(s.query(), second_kind(n), n, who).value);
            ASSERT_LE(abs(second - pool.second[who]), 3) << "of the second token";
            pool.second[who] = second;
            sum += core + second;
        }
        ASSERT_EQ(sum, pool.supply);
    }
    void same_world();
    void step();
    void stake();
    void transfer();
    void unstake();
    void unstake_once(NetworkId n);
    void second();
    void tickets();
    void claim_part(NetworkId n, uint64_t number);
    void changes();
    void bridge_out();
    void vault();
    void claims(NetworkId n);
    void leave_at_once();
    void provide();
    void provided(NetworkId n);
    void keep(NetworkId n, const Address& who);
    void flash_terms();
    void same_pools(NetworkId n);
    void keeper();
    void outcomes();
    void report();
    void second_word();
    void owner_verbs();
    void top_up();
    void deposit();
};

}  // namespace thaw::differential
