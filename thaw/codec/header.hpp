/// Block headers as London has them after the merge, so that clients can check their hashes.
#pragma once
#include "thaw/base/types.hpp"
#include "thaw/codec/bloom.hpp"
#include "thaw/crypto/keccak.hpp"

namespace thaw::codec {

/// The hash of an empty list of ommers.
inline constexpr Hash empty_ommers_hash = crypto::keccak256_constexpr("\xc0");

/// The fields that vary; ommers, difficulty and nonce have been constant since the merge.
struct Header {
    Hash parent_hash;
    Address beneficiary;
    Hash state_root;
    Hash transactions_root;
    Hash receipts_root;
    Bloom logs_bloom;
    uint64_t number = 0;
    uint64_t gas_limit = 0;
    uint64_t gas_used = 0;
    uint64_t timestamp = 0;  ///< Seconds since 1970.
    Bytes extra_data;        ///< At most 32 bytes by convention; not checked here.
    Hash mix_hash;
    u128 base_fee_per_gas = 0;  ///< Wei.

    Bytes rlp() const;
    Hash hash() const;
    friend bool operator==(const Header&, const Header&) = default;
};

}  // namespace thaw::codec
