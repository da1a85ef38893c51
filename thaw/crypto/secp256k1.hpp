/// Signatures of Ethereum accounts: who signed a digest, and signing one.
#pragma once
#include <optional>
#include <span>

#include "thaw/base/types.hpp"

namespace thaw::crypto {

/// A secret scalar, big-endian. Valid from 1 to the order of the curve less one.
struct PrivateKey {
    std::array<uint8_t, 32> bytes{};
    friend constexpr auto operator<=>(const PrivateKey&, const PrivateKey&) = default;
};

/// A recoverable ECDSA signature; r and s are big-endian.
struct Signature {
    Hash r;
    Hash s;
    uint8_t y_parity = 0;
    friend constexpr auto operator<=>(const Signature&, const Signature&) = default;
};

/// The order of the curve, big-endian.
inline constexpr Hash curve_order{{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                   0xff, 0xff, 0xff, 0xff, 0xfe, 0xba, 0xae, 0xdc, 0xe6, 0xaf, 0x48,
                                   0xa0, 0x3b, 0xbf, 0xd2, 0x5e, 0x8c, 0xd0, 0x36, 0x41, 0x41}};
/// Half of it, rounded down: the largest s that EIP-2 allows.
inline constexpr Hash half_curve_order{{0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                        0x5d, 0x57, 0x6e, 0x73, 0x57, 0xa4, 0x50, 0x1d,
                                        0xdf, 0xe9, 0x2f, 0x46, 0x68, 0x1b, 0x20, 0xa0}};

/// What is wrong with the numbers of a signature, before any curve arithmetic.
enum class SignatureFault : uint8_t {
    none,
    parity,
    r_zero,
    r_too_large,
    s_zero,
    s_too_large,
    s_high,
};
SignatureFault fault_of(const Signature& signature);

/// A public point, uncompressed: x and y, big-endian.
using Point = std::array<uint8_t, 64>;

/// The point whose key signed `digest`. Nothing for numbers out of range, for s above half the
/// order (EIP-2), and for an r that is no point of the curve. Safe to call from many threads.
std::optional<Point> recover_point(const Hash& digest, const Signature& signature);

/// The same for many, one answer each, in order. Where the processor has AVX-512, eight are
/// recovered side by side for the price of three or four; 16 together are best. Requires spans of
/// one length.
void recover_points(std::span<const Hash> digests, std::span<const Signature> signatures,
                    std::span<std::optional<Point>> points);

/// The account of a point, whose Keccak-256 digest this is.
Address account_of(const Hash& digest_of_point);

/// The account whose key signed `digest`, or nothing, as above.
std::optional<Address> recover(const Hash& digest, const Signature& signature);

/// Deterministic (RFC 6979), with the low s. The key must be valid.
Signature sign(const Hash& digest, const PrivateKey& key);

/// The account of a key, which must be valid.
Address address_of(const PrivateKey& key);

bool is_valid(const PrivateKey& key);

/// The public point of a key, which must be valid.
Point point_of(const PrivateKey& key);

/// The compressed public point of a key, which must be valid.
std::array<uint8_t, 33> public_key_of(const PrivateKey& key);

/// The sum of two scalars modulo the order. Nothing if the sum is zero or `tweak` is not below the
/// order; `key` must be valid.
std::optional<PrivateKey> sum_of(const PrivateKey& key, const PrivateKey& tweak);

}  // namespace thaw::crypto
