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
    uint8_t reserved = 0;
    Assets total_stake;  ///< everybody's, on the host
    Assets
        unbonding_pending;  ///< of ours: taken from `bonded` here, the host has not confirmed yet
};
static_assert(Plain<Key> && Plain<Validator> && sizeof(Validator) == 64);

struct Count {
    uint32_t validators = 0;
};

struct Books {
    Table<Key, Validator> validators;
    Table<NetworkId, Count> counts;

    auto tables() { return std::tie(validators, counts); }
    auto tables() const { return std::tie(validators, counts); }
};

}  // namespace thaw::protocol::validators
