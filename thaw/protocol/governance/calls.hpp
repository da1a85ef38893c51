/// The calls of a proposal: their hash, and how long they have to wait.
#pragma once
#include "thaw/protocol/addresses.hpp"
#include "thaw/protocol/context.hpp"
#include "thaw/protocol/governance/books.hpp"

namespace thaw::protocol::governance {

using Targets = std::vector<Address>;
using Values = std::vector<u128>;
using Payloads = std::vector<Bytes>;

/// keccak256(abi.encode(targets, values, calldatas, descriptionHash)), as OpenZeppelin's Governor
/// names proposals.
Hash proposal_hash(const Targets& targets, const Values& values, const Payloads& payloads,
                   const Hash& description);
/// keccak256(abi.encode(targets, values, payloads, predecessor, salt)), as TimelockController names
/// operations.
Hash operation_hash(const Targets& targets, const Values& values, const Payloads& payloads,
                    const Hash& predecessor, const Hash& salt);
/// The salt under which the governor queues: its address in the first 20 bytes, exclusive-or the
/// description's hash.
Hash salt_of(const Hash& description);

/// The selector of a payload; 0 when it has none.
uint32_t selector_of(const Bytes& payload);
/// The longest wait that any of the calls needs: parameters the shorter one, everything that is not
/// known to be a parameter the longer one.
uint64_t delay_of(const Settings& settings, const Targets& targets, const Payloads& payloads);
/// Whether the calls set a new guardian and nothing else.
bool is_about_guardian(const Targets& targets, const Payloads& payloads);

}  // namespace thaw::protocol::governance
