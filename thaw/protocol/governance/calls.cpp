#include "thaw/protocol/governance/calls.hpp"

#include "thaw/crypto/keccak.hpp"
#include "thaw/protocol/lending/face.hpp"

namespace thaw::protocol::governance {
namespace {

/// A verb that changes a parameter within its envelope, and can be changed back.
struct Parameter {
    ContractKind kind;
    uint32_t selector;
};
consteval Parameter parameter(ContractKind kind, std::string_view line) {
    return {kind, codec::declare(line).selector()};
}
constexpr std::array parameters{
    parameter(ContractKind::networks, "halt(uint8 network, string reason)"),
    parameter(ContractKind::networks, "resume(uint8 network)"),
    parameter(ContractKind::networks, "setFee(uint8 network, uint32 feeBps)"),
    parameter(ContractKind::validators, "setWeights(uint8 network, uint32[] ids, uint32[] w)"),
    parameter(ContractKind::validators, "setBlend(uint8 network, uint32 bps)"),
    parameter(ContractKind::flash, "setTerms(uint256 target, uint32 feeMin, uint32 feeMax)"),
    parameter(ContractKind::lending, "setTerms(address asset, " THAW_LENDING_TERMS " terms)"),
    parameter(ContractKind::lending, "setCategoryTerms(uint8 c, uint32 l, uint32 t, uint32 b)"),
    parameter(ContractKind::lending, "freeze(address asset, bool frozen)"),
    parameter(ContractKind::prices, "setFeed(uint8 asset, uint32 heartbeat, uint32 move)"),
    parameter(ContractKind::prices, "setGrowth(uint8 network, uint32 yearlyPpm)"),
};
/// Of stable pairs, whose addresses are not fixed.
constexpr uint32_t ramp =
    codec::declare("rampAmplification(uint32 target, uint64 duration)").selector();
constexpr uint32_t set_guardian = codec::declare("setGuardian(address guardian)").selector();

bool is_parameter(const Address& target, uint32_t selector) {
    if (!is_native(target)) return selector == ramp;
    return std::ranges::any_of(parameters, [&](const Parameter& p) {
        return p.kind == kind_of(target) && p.selector == selector;
    });
}

}  // namespace

Hash proposal_hash(const Targets& targets, const Values& values, const Payloads& payloads,
                   const Hash& description) {
    Bytes all;
    codec::encode_sequence(all, targets, values, payloads, description);
    return crypto::keccak256(BytesView{all});
}

Hash operation_hash(const Targets& targets, const Values& values, const Payloads& payloads,
                    const Hash& predecessor, const Hash& salt) {
    Bytes all;
    codec::encode_sequence(all, targets, values, payloads, predecessor, salt);
    return crypto::keccak256(BytesView{all});
}

Hash salt_of(const Hash& description) {
    Hash salt = description;
    for (size_t i = 0; i < governor_address.bytes.size(); ++i)
        salt.bytes[i] ^= governor_address.bytes[i];
    return salt;
}

uint32_t selector_of(const Bytes& payload) {
    if (payload.size() < 4) return 0;
    return uint32_t{payload[0]} << 24 | uint32_t{payload[1]} << 16 | uint32_t{payload[2]} << 8 |
           uint32_t{payload[3]};
}

uint64_t delay_of(const Settings& settings, const Targets& targets, const Payloads& payloads) {
    for (size_t i = 0; i < targets.size(); ++i)
        if (!is_parameter(targets[i], selector_of(payloads[i]))) return settings.long_delay_s;
    return settings.min_delay_s;
}

bool is_about_guardian(const Targets& targets, const Payloads& payloads) {
    for (size_t i = 0; i < targets.size(); ++i)
        if (targets[i] != timelock_address || selector_of(payloads[i]) != set_guardian)
            return false;
    return true;
}

}  // namespace thaw::protocol::governance
