/// The consensus form of a receipt: what the receipts root of a block commits to.
#pragma once
#include "thaw/base/types.hpp"
#include "thaw/codec/log.hpp"
#include "thaw/codec/rlp.hpp"

namespace thaw::codec {

/// EIP-2718: the list [status, cumulative gas, bloom, logs], behind the type byte unless it is 0.
void write_receipt(RlpWriter& out, uint8_t type, bool success, uint64_t cumulative_gas_used,
                   const Bloom& bloom, std::span<const Log> logs);

}  // namespace thaw::codec
