/// The registry of validators, per network, as genesis and the daily reports tell it.
#pragma once
#include "thaw/protocol/networks/books.hpp"

namespace thaw::protocol::validators {

struct Key {
    uint32_t id = 0;  ///< from 1 within its network
    NetworkId network = 0;
    std::array<uint8_t, 3> reserved{};
    friend constexpr bool operator==(const Key&, const Key&) = default;
};

struct Validator {
    Label<24> name;
    uint16_t group = 0;  ///< operator group
    uint16_t commission_bps = 0;
    uint16_t uptime_bps = 0;
    uint8_t jailed = 0;
    uint8_t slashed = 0;  ///< 1: in the last report, by more than hosts round
    Assets total_stake;   ///< everybody's, on the host
    Assets
        unbonding_pending;  ///< of ours: taken from `bonded` here, the host has not confirmed yet
};
static_assert(Plain<Key> && Plain<Validator> && sizeof(Validator) == 64);

struct Count {
    uint32_t validators = 0;
};

/// What governance wants a validator to have, compared with what it wants others to have.
struct Weight {
    uint32_t weight = 0;
};
/// The part of new stake that goes by weights; the rest goes by the host's decentralisation.
struct Blend {
    uint32_t bps = 0;
};

struct Books {
    Table<Key, Validator> validators;
    Table<NetworkId, Count> counts;
    Table<Key, Weight> weights;
    Table<NetworkId, Blend> blends;

    static auto tables(auto& b) { return std::tie(b.validators, b.counts, b.weights, b.blends); }
};

}  // namespace thaw::protocol::validators
