/// Signers recovered eight at a time, in the lanes of AVX-512's vectors
/// (docs/adr/0051-signers-eight-at-a-time.md).
#pragma once
#include "thaw/crypto/secp256k1.hpp"

namespace thaw::crypto {

/// True where this processor has what it takes.
bool can_recover_lanes();

/// At most this many at a time, which share what can be shared: inverses.
inline constexpr size_t recovered_together = 16;

/// How many of `count` to recover so: a few that fill less than half of the lanes are recovered
/// sooner one by one.
constexpr size_t worth_lanes(size_t count) { return count % 8 < 4 ? count - count % 8 : count; }

/// The signers of so many digests, or nothing where this arithmetic does not decide: when a point
/// is added to itself or its opposite on the way, when no point has this r, when the signer's would
/// be at infinity. Whoever wants to know then asks `recover_point`. Requires signatures without a
/// fault, `can_recover_lanes`, and spans of one length, `recovered_together` at most.
void recover_lanes(std::span<const Hash> digests, std::span<const Signature> signatures,
                   std::span<std::optional<Point>> points);

}  // namespace thaw::crypto
