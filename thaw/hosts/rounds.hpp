/// Which transactions the courier sends next: tried on a fork first, so that only calls the hub
/// would accept go out.
#pragma once
#include "thaw/hosts/agenda.hpp"
#include "thaw/protocol/machine.hpp"

namespace thaw::hosts {

/// One call, as the batch contract takes it.
struct BatchCall {
    using AbiTuple = void;
    Address to;
    Assets value;
    Bytes data;
};

/// One transaction to send.
struct Planned {
    Address sender;
    std::vector<BatchCall> calls;
    uint64_t gas_limit = 0;
};

/// One call goes to its contract directly, several through the batch contract.
struct Envelope {
    Address to;
    Bytes data;
};
Envelope envelope_of(const std::vector<BatchCall>& calls);

/// Attestations by as many members as it takes, the one at `first` first. Tries every call on
/// `fork`, which changes.
std::vector<Planned> plan_attestations(protocol::State& fork, const protocol::Block& block,
                                       const std::vector<Address>& members, size_t first,
                                       const std::vector<Attestation>& attestations);

/// What anybody may do and somebody must: advance each network that says something is due, send
/// delayed withdrawals on their way. Tries every call on `fork`, which changes.
std::vector<Planned> plan_chores(protocol::State& fork, const protocol::Block& block,
                                 const Address& keeper);

}  // namespace thaw::hosts
