/// The keys that a wallet derives from a mnemonic: BIP-39 seed, BIP-32 path.
#pragma once
#include <optional>
#include <string_view>

#include "thaw/crypto/secp256k1.hpp"

namespace thaw::crypto {

/// The key at m/44'/60'/0'/0/index of the mnemonic with an empty passphrase. The words are taken
/// as they stand: neither the list of words nor the checksum is consulted. Nothing for an index of
/// 2^31 or more, and in the practically impossible case that a derived scalar is out of range.
std::optional<PrivateKey> derive_key(std::string_view mnemonic, uint32_t index);

}  // namespace thaw::crypto
