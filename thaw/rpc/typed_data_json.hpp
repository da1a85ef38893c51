/// EIP-712 data as wallets send them in JSON, down to the digest that is signed.
#pragma once
#include "thaw/rpc/decode.hpp"

namespace thaw::rpc {

/// The digest of an object with "types", "primaryType", "domain" and "message", or of its text.
/// Types may nest eight deep.
Decoded<Hash> typed_data_digest(const json::value& value, Where where);

}  // namespace thaw::rpc
