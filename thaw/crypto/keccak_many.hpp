/// Many Keccak-256 digests for little more than the price of one, where the processor has vectors.
#pragma once
#include <span>

#include "thaw/base/types.hpp"

namespace thaw::crypto {

/// How many messages are hashed side by side, one in each lane of the processor's vectors. The
/// digests are the same with any.
enum class KeccakWidth { one = 1, four = 4, eight = 8 };
/// The widest this processor can do.
KeccakWidth widest_keccak();

/// The digests of many messages, in order. Where the processor has wide vectors, eight take little
/// longer than one; messages of about the same length together are best. Requires as much room in
/// `digests` as there are messages.
void keccak256_many(std::span<const BytesView> messages, std::span<Hash> digests,
                    KeccakWidth width = widest_keccak());

}  // namespace thaw::crypto
