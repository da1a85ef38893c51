/// Validators: who they are, what the pool has with each, and where the next stake would go.
#pragma once
#include <string>

#include "thaw/protocol/networks/face.hpp"
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

struct WeightsChanged {
    static constexpr std::string_view abi =
        "WeightsChanged(uint8 indexed network, uint32[] ids, uint32[] weights)";
    NetworkId network;
    std::vector<uint32_t> ids;
    std::vector<uint32_t> weights;
};
struct BlendChanged {
    static constexpr std::string_view abi =
        "BlendChanged(uint8 indexed network, uint32 before, uint32 now)";
    NetworkId network;
    uint32_t before;
    uint32_t now;
};
struct WeightsMalformed {
    static constexpr std::string_view abi = "WeightsMalformed(string reason)";
    std::string reason;
};
struct BlendTooHigh {
    static constexpr std::string_view abi = "BlendTooHigh(uint32 bps, uint32 maximum)";
    uint32_t bps;
    uint32_t max_bps;
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

/// What governance wants: weights by validator id from 1, and the part of new stake, in hundredths
/// of a per cent, that goes by them.
struct Guidance {
    using AbiTuple = void;
    uint32_t blend_bps = 0;
    std::vector<uint32_t> weights;
};
/// Sets weights of some validators of a network, by the owner until governance does it. Weights are
/// compared with each other; one without weight gets nothing of the guided part. Nothing that is
/// bonded already is moved.
Result<void> set_weights(Call& call, NetworkId network, std::vector<uint32_t> ids,
                         std::vector<uint32_t> weights);
/// Sets which part of new stake goes by weights: at most half.
Result<void> set_blend(Call& call, NetworkId network, uint32_t bps);
Result<Guidance> guidance(const Query& query, NetworkId network);

// ---- For other modules.

/// THAW that has to be in force in a network's gauge for it to decide: 1 % of all, rounded up.
u128 gauge_quorum(const Query& query);
/// Whether holders' votes are the weights of a network now; otherwise those set by the owner are.
bool gauge_decides(const Query& query, NetworkId network);
/// The weight in force of a validator: by the gauge where it decides, else as it was set.
uint32_t weight_of(const Query& query, NetworkId network, uint32_t id);
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
    Events<ValidatorChanged, WeightsChanged, BlendChanged>,
    Errors<UnknownValidator, UnknownNetwork, WeightsMalformed, BlendTooHigh,
           networks::OwnableUnauthorizedAccount>,
    Fn<"setWeights(uint8 network, uint32[] ids, uint32[] weights)", set_weights>,
    Fn<"setBlend(uint8 network, uint32 bps)", set_blend>,
    Fn<"guidance(uint8 network) view returns ((uint32 blendBps, uint32[] weights))", guidance>,
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
