#include "thaw/crypto/secp256k1.hpp"

#include <secp256k1_recovery.h>

#include "thaw/base/assert.hpp"
#include "thaw/crypto/keccak.hpp"
#include "thaw/crypto/recover_lanes.hpp"

namespace thaw::crypto {

namespace {

/// Only blinds secrets when randomised, and never changes afterwards: threads may share it.
const secp256k1_context* context() {
    static const secp256k1_context* const shared = [] {
        const secp256k1_context* made =
            secp256k1_context_create(SECP256K1_CONTEXT_SIGN | SECP256K1_CONTEXT_VERIFY);
        THAW_ASSERT(made != nullptr);
        return made;
    }();
    return shared;
}

secp256k1_pubkey parsed_point_of(const PrivateKey& key) {
    secp256k1_pubkey point;
    THAW_ASSERT(secp256k1_ec_pubkey_create(context(), &point, key.bytes.data()));
    return point;
}

Point bytes_of(const secp256k1_pubkey& point) {
    std::array<uint8_t, 65> bytes;  // a mark goes before
    size_t size = bytes.size();
    secp256k1_ec_pubkey_serialize(context(), bytes.data(), &size, &point,
                                  SECP256K1_EC_UNCOMPRESSED);
    Point out;
    std::copy(bytes.begin() + 1, bytes.end(), out.begin());
    return out;
}

}  // namespace

SignatureFault fault_of(const Signature& signature) {
    if (signature.y_parity > 1) return SignatureFault::parity;
    if (signature.r.is_zero()) return SignatureFault::r_zero;
    if (signature.r >= curve_order) return SignatureFault::r_too_large;
    if (signature.s.is_zero()) return SignatureFault::s_zero;
    if (signature.s >= curve_order) return SignatureFault::s_too_large;
    if (signature.s > half_curve_order) return SignatureFault::s_high;
    return SignatureFault::none;
}

std::optional<Point> recover_point(const Hash& digest, const Signature& signature) {
    if (fault_of(signature) != SignatureFault::none) return std::nullopt;
    std::array<uint8_t, 64> compact;
    std::copy(signature.r.bytes.begin(), signature.r.bytes.end(), compact.begin());
    std::copy(signature.s.bytes.begin(), signature.s.bytes.end(), compact.begin() + 32);
    secp256k1_ecdsa_recoverable_signature parsed;
    if (!secp256k1_ecdsa_recoverable_signature_parse_compact(context(), &parsed, compact.data(),
                                                             signature.y_parity))
        return std::nullopt;
    secp256k1_pubkey point;
    if (!secp256k1_ecdsa_recover(context(), &point, &parsed, digest.bytes.data()))
        return std::nullopt;
    return bytes_of(point);
}

void recover_points(std::span<const Hash> digests, std::span<const Signature> signatures,
                    std::span<std::optional<Point>> points) {
    THAW_ASSERT(signatures.size() == digests.size() && points.size() == digests.size());
    std::fill(points.begin(), points.end(), std::nullopt);
    const bool sound = std::all_of(signatures.begin(), signatures.end(), [](const Signature& one) {
        return fault_of(one) == SignatureFault::none;
    });
    const LaneProducts with = sound ? lane_products() : LaneProducts::none;
    for (size_t begin = 0; begin < digests.size(); begin += recovered_together) {
        const size_t count =
            worth_lanes(with, std::min(recovered_together, digests.size() - begin));
        if (count == 0) continue;
        recover_lanes(with, digests.subspan(begin, count), signatures.subspan(begin, count),
                      points.subspan(begin, count));
    }
    for (size_t i = 0; i < digests.size(); ++i)
        if (!points[i]) points[i] = recover_point(digests[i], signatures[i]);
}

Address account_of(const Hash& digest_of_point) {
    Address address;
    std::copy(digest_of_point.bytes.begin() + 12, digest_of_point.bytes.end(),
              address.bytes.begin());
    return address;
}

std::optional<Address> recover(const Hash& digest, const Signature& signature) {
    const auto point = recover_point(digest, signature);
    if (!point) return std::nullopt;
    return account_of(keccak256(*point));
}

Signature sign(const Hash& digest, const PrivateKey& key) {
    secp256k1_ecdsa_recoverable_signature made;
    THAW_ASSERT(secp256k1_ecdsa_sign_recoverable(context(), &made, digest.bytes.data(),
                                                 key.bytes.data(), nullptr, nullptr));
    std::array<uint8_t, 64> compact;
    int y_parity = 0;
    secp256k1_ecdsa_recoverable_signature_serialize_compact(context(), compact.data(), &y_parity,
                                                            &made);
    THAW_ASSERT(y_parity <= 1);  // 2 and 3 need an r above the order: one in 2^127 digests.
    Signature signature;
    std::copy(compact.begin(), compact.begin() + 32, signature.r.bytes.begin());
    std::copy(compact.begin() + 32, compact.end(), signature.s.bytes.begin());
    signature.y_parity = static_cast<uint8_t>(y_parity);
    return signature;
}

Point point_of(const PrivateKey& key) { return bytes_of(parsed_point_of(key)); }

Address address_of(const PrivateKey& key) { return account_of(keccak256(point_of(key))); }

bool is_valid(const PrivateKey& key) {
    return secp256k1_ec_seckey_verify(context(), key.bytes.data()) == 1;
}

std::array<uint8_t, 33> public_key_of(const PrivateKey& key) {
    std::array<uint8_t, 33> bytes;
    size_t size = bytes.size();
    const secp256k1_pubkey point = parsed_point_of(key);
    secp256k1_ec_pubkey_serialize(context(), bytes.data(), &size, &point, SECP256K1_EC_COMPRESSED);
    return bytes;
}

std::optional<PrivateKey> sum_of(const PrivateKey& key, const PrivateKey& tweak) {
    PrivateKey sum = key;
    if (!secp256k1_ec_seckey_tweak_add(context(), sum.bytes.data(), tweak.bytes.data()))
        return std::nullopt;
    return sum;
}

}  // namespace thaw::crypto
