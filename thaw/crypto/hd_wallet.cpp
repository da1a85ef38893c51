#include "thaw/crypto/hd_wallet.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "thaw/base/assert.hpp"

namespace thaw::crypto {

namespace {

constexpr uint32_t hardened = uint32_t{1} << 31;

/// A node of the BIP-32 tree with its private half.
struct ExtendedKey {
    PrivateKey key;
    std::array<uint8_t, 32> chain_code{};
};

/// HMAC-SHA512; the left half is key material, the right half a chain code.
std::array<uint8_t, 64> hmac_sha512(BytesView key, BytesView message) {
    std::array<uint8_t, 64> out;
    unsigned size = 0;
    const void* done = HMAC(EVP_sha512(), key.data(), static_cast<int>(key.size()), message.data(),
                            message.size(), out.data(), &size);
    THAW_ASSERT(done != nullptr && size == out.size());
    return out;
}

ExtendedKey split(const std::array<uint8_t, 64>& halves) {
    ExtendedKey out;
    std::copy(halves.begin(), halves.begin() + 32, out.key.bytes.begin());
    std::copy(halves.begin() + 32, halves.end(), out.chain_code.begin());
    return out;
}

std::optional<ExtendedKey> child_of(const ExtendedKey& parent, uint32_t index) {
    std::array<uint8_t, 37> message{};  // 33 bytes of key, 4 of index
    if (index >= hardened) {
        std::copy(parent.key.bytes.begin(), parent.key.bytes.end(), message.begin() + 1);
    } else {
        const std::array<uint8_t, 33> point = public_key_of(parent.key);
        std::copy(point.begin(), point.end(), message.begin());
    }
    for (unsigned i = 0; i < 4; ++i) message[33 + i] = static_cast<uint8_t>(index >> (24 - 8 * i));
    ExtendedKey child = split(hmac_sha512(parent.chain_code, message));
    const std::optional<PrivateKey> key = sum_of(parent.key, child.key);
    if (!key) return std::nullopt;
    child.key = *key;
    return child;
}

}  // namespace

std::optional<PrivateKey> derive_key(std::string_view mnemonic, uint32_t index) {
    if (index >= hardened) return std::nullopt;
    constexpr int rounds = 2048;
    const BytesView salt = view_of(std::string_view{"mnemonic"});
    std::array<uint8_t, 64> seed;
    THAW_ASSERT(PKCS5_PBKDF2_HMAC(mnemonic.data(), static_cast<int>(mnemonic.size()), salt.data(),
                                  static_cast<int>(salt.size()), rounds, EVP_sha512(),
                                  static_cast<int>(seed.size()), seed.data()) == 1);
    std::optional node = split(hmac_sha512(view_of(std::string_view{"Bitcoin seed"}), seed));
    if (!is_valid(node->key)) return std::nullopt;
    for (const uint32_t step : {44 | hardened, 60 | hardened, hardened, uint32_t{0}, index}) {
        node = child_of(*node, step);
        if (!node) return std::nullopt;
    }
    return node->key;
}

}  // namespace thaw::crypto
