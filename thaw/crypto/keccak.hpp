/// Keccak-256 as Ethereum means it (padding 0x01, not SHA-3's 0x06), compile time and run time.
#pragma once
#include <span>
#include <string_view>

#include "thaw/base/types.hpp"

namespace thaw::crypto {

/// The run-time hash.
Hash keccak256(BytesView data);
inline Hash keccak256(std::string_view text) { return keccak256(view_of(text)); }

/// The same function for constant expressions; slow, and tested equal to the one above.
constexpr Hash keccak256_constexpr(std::string_view text);

}  // namespace thaw::crypto

#include "thaw/crypto/keccak_constexpr.hpp"
