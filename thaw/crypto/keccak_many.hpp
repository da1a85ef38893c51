/// Many Keccak-256 digests for little more than the price of one, where the processor has vectors.
#pragma once
#include <span>

#include "thaw/base/types.hpp"

namespace thaw::crypto {

/// How messages are hashed: one by one, or four side by side, one in each lane of a vector of 256
/// bits; with AVX-512VL a lane is turned by one instruction instead of three. The digests are the
/// same with any. Eight in 512 bits take a quarter less still; the first processors that had such
/// vectors lowered their clock for a while after each, those with IFMA do no longer.
enum class KeccakVectors { none, avx2, avx512vl, avx512f };
/// The best this processor can do.
KeccakVectors best_keccak_vectors();

/// The digests of many messages, in order. Where the processor has vectors, four or eight
/// take little longer than one; messages of about the same length together are best. Requires as
/// much room in `digests` as there are messages.
void keccak256_many(std::span<const BytesView> messages, std::span<Hash> digests,
                    KeccakVectors vectors = best_keccak_vectors());

}  // namespace thaw::crypto
