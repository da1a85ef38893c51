/// The filters of all receipts of a block, hashed together.
#pragma once
#include "thaw/codec/log.hpp"

namespace thaw::codec {

/// What `bloom_of` gives for each of the lists.
std::vector<Bloom> blooms_of(std::span<const std::span<const Log>> lists);

}  // namespace thaw::codec
