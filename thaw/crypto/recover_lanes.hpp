/// Signers recovered eight at a time, in the lanes of AVX-512's vectors
/// (docs/adr/0051-signers-eight-at-a-time.md).
#pragma once
#include "thaw/crypto/secp256k1.hpp"

namespace thaw::crypto {

/// How a processor multiplies in lanes: not at all; words of 32 bits (AVX-512F); of 52, fused with
/// a sum (AVX-512 IFMA).
enum class LaneProducts : uint8_t { none, of_32_bits, of_52_bits };
/// The best that this processor has.
LaneProducts lane_products();

/// At most this many at a time, which share what can be shared: inverses.
inline constexpr size_t recovered_together = 16;

/// How many of `count` to recover so: too few to fill eight lanes are recovered sooner one by one.
constexpr size_t worth_lanes(LaneProducts with, size_t count) {
    if (with == LaneProducts::none) return 0;
    const size_t worth = with == LaneProducts::of_52_bits ? 3 : 4;
    return count % 8 < worth ? count - count % 8 : count;
}

/// The signers of so many digests, or nothing where this arithmetic does not decide: when a point
/// is added to itself or its opposite on the way, when no point has this r, when the signer's would
/// be at infinity. Whoever wants to know then asks `recover_point`. Requires signatures without a
/// fault, products in lanes that this processor has, and spans of one length, `recovered_together`
/// at most.
void recover_lanes(LaneProducts with, std::span<const Hash> digests,
                   std::span<const Signature> signatures, std::span<std::optional<Point>> points);

}  // namespace thaw::crypto
