/// EIP-712: the digests that wallets sign after showing their fields, and the permit of EIP-2612.
#pragma once
#include "thaw/base/types.hpp"

namespace thaw::codec {

/// For EIP712Domain(string name,string version,uint256 chainId,address verifyingContract).
Hash domain_separator(std::string_view name, std::string_view version, uint64_t chain_id,
                      const Address& verifying_contract);

/// A number and an address as words of a struct that is hashed.
Hash typed_word(uint64_t value);
Hash typed_word(const Address& address);
/// keccak256 of a struct's words: its type's hash, then its fields.
Hash struct_hash(std::span<const Hash> words);

/// What is signed for a struct of a domain: keccak256(0x19 0x01 separator struct_hash).
Hash typed_data_digest(const Hash& domain_separator, const Hash& struct_hash);

/// Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline). Value and
/// deadline are 256-bit words, because "unlimited" and "for ever" are written as 2^256 - 1.
Hash permit_digest(const Hash& domain_separator, const Address& owner, const Address& spender,
                   const Hash& value, uint64_t nonce, const Hash& deadline);
/// The same with a deadline in seconds since 1970.
Hash permit_digest(const Hash& domain_separator, const Address& owner, const Address& spender,
                   const Hash& value, uint64_t nonce, uint64_t deadline);

}  // namespace thaw::codec
