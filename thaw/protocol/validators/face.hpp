/// Validators: who they are, what the pool has with each, and where the next stake would go.
#pragma once
#include <string>

#include "thaw/protocol/oracle/messages.hpp"
#include "thaw/protocol/token/face.hpp"
#include "thaw/protocol/validators/books.hpp"
#include "thaw/protocol/validators/math.hpp"

namespace thaw::protocol::validators {

struct ValidatorChanged {
    static constexpr std::string_view abi =
        "ValidatorChanged(uint8 indexed network, uint32 indexed validator, uint16 commissionBps, "
        "uint16 uptimeBps, bool jailed)";
    NetworkId network;
    uint32_t validator;
    uint16_t commission_bps;
    uint16_t uptime_bps;
    bool jailed;
};
struct UnknownValidator {
    static constexpr std::string_view abi = "UnknownValidator(uint8 network, uint32 validator)";
    NetworkId network;
    uint32_t validator;
};
struct UnknownNetwork {
    static constexpr std::string_view abi = "UnknownNetwork(uint8 network)";
    NetworkId network;
};

/// One validator as clients see it.
struct Entry {
    using AbiTuple = void;
    uint32_t id = 0;
    std::string name;
    uint16_t group = 0;
    uint16_t commission_bps = 0;
    uint16_t uptime_bps = 0;
    bool jailed = false;
    bool eligible = false;
    Assets total_stake;
    Assets bonded;
};

/// How concentrated the stake on a network's host is among operators, without the pool's stake and
/// with it: Nakamoto coefficients and Herfindahl indices, these in millionths.
struct Decentralisation {
    using AbiTuple = void;
    uint32_t nakamoto_without = 0;
    uint32_t nakamoto_with = 0;
    uint32_t herfindahl_without_ppm = 0;
    uint32_t herfindahl_with_ppm = 0;
};

Result<Decentralisation> decentralisation(const Query& query, NetworkId network);
/// Why a validator would get new stake or not: the constraint that binds, in words.
Result<std::string> explain(const Query& query, NetworkId network, uint32_t id);
/// The validators of a network, by id.
Result<std::vector<Entry>> list(const Query& query, NetworkId network);
Result<Entry> validator(const Query& query, NetworkId network, uint32_t id);

// ---- For other modules.

bool exists(const Query& query, NetworkId network, uint32_t id);
Assets bonded(const Query& query, NetworkId network, uint32_t id);
Assets bonded_total(const Query& query, NetworkId network);
std::vector<Candidate> candidates(const Query& query, NetworkId network);
/// Where `amount` of new stake would go, under the network's caps on what the pool has in all.
Plan plan(const Query& query, NetworkId network, Assets amount);
Assets unbonding_pending(const Query& query, NetworkId network, uint32_t id);
void add_unbonding_pending(Call& call, NetworkId network, uint32_t id, Assets amount);
void settle_unbonding_pending(Call& call, NetworkId network, uint32_t id, Assets amount);
/// Takes over a report's metrics.
void observe(Call& call, NetworkId network, const oracle::ValidatorReport& report);
/// Adds a validator with the next id.
uint32_t enlist(Call& call, NetworkId network, const Validator& validator);

using Face = Interface<
    Events<ValidatorChanged>, Errors<UnknownValidator, UnknownNetwork>,
    Fn<"list(uint8 network) view returns ((uint32 id, string name, uint16 group, uint16 "
       "commissionBps, uint16 uptimeBps, bool jailed, bool eligible, uint256 totalStake, uint256 "
       "bonded)[])",
       list>,
    Fn<"decentralisation(uint8 network) view returns ((uint32 nakamotoWithout, uint32 "
       "nakamotoWith, uint32 herfindahlWithoutPpm, uint32 herfindahlWithPpm))",
       decentralisation>,
    Fn<"explain(uint8 network, uint32 id) view returns (string)", explain>,
    Fn<"validator(uint8 network, uint32 id) view returns ((uint32 id, string name, uint16 group, "
       "uint16 commissionBps, uint16 uptimeBps, bool jailed, bool eligible, uint256 totalStake, "
       "uint256 bonded))",
       validator>>;

}  // namespace thaw::protocol::validators
