/// Signed Ethereum transactions, types 0 (EIP-155), 1 (EIP-2930), 2 (EIP-1559): bytes and back.
#pragma once
#include <optional>
#include <string>
#include <tl/expected.hpp>

#include "thaw/base/types.hpp"
#include "thaw/crypto/secp256k1.hpp"

namespace thaw::codec {

inline constexpr size_t transaction_size_max_bytes = 128 * 1024;

struct AccessListEntry {
    Address address;
    std::vector<Hash> storage_keys;
    friend bool operator==(const AccessListEntry&, const AccessListEntry&) = default;
};

struct SignedTransaction {
    uint8_t type = 2;
    uint64_t chain_id = 0;
    uint64_t nonce = 0;
    u128 max_priority_fee_per_gas = 0;  ///< Wei. Equal to the gas price for types 0 and 1.
    u128 max_fee_per_gas = 0;           ///< Wei. The gas price for types 0 and 1.
    uint64_t gas_limit = 0;
    std::optional<Address> to;
    u128 value = 0;  ///< Wei.
    Bytes data;
    std::vector<AccessListEntry> access_list;
    crypto::Signature signature;
    Bytes raw;          ///< As sent.
    Hash hash;          ///< Of the bytes as sent.
    Hash signing_hash;  ///< What the signature signs.
};

enum class TransactionFaultKind : uint8_t {
    empty,
    too_large,
    unsupported_type,
    malformed_rlp,
    wrong_field_count,
    field_out_of_range,
    unprotected,
    wrong_chain_id,
    contract_creation,
    invalid_signature,
    fee_order,
};

/// Why a transaction is malformed: the kind for programs, the sentence for people.
struct TransactionFault {
    TransactionFaultKind kind;
    std::string text;
};

/// Reads a transaction as sent by eth_sendRawTransaction, strictly: whatever is accepted encodes to
/// the identical bytes. The numbers of the signature are checked, the sender is not yet recovered.
/// The first fault is named: the envelope, the fields from first to last, then what they mean in
/// the order of chain id, recipient, signature, fees.
tl::expected<SignedTransaction, TransactionFault> decode_transaction(BytesView raw,
                                                                     uint64_t chain_id);

/// A transaction whose two digests are still to be computed, so that many can be hashed together.
struct Undigested {
    SignedTransaction transaction;
    Bytes signed_bytes;  ///< what `signing_hash` is the digest of
};
/// The same without the digests.
tl::expected<Undigested, TransactionFault> decode_undigested(BytesView raw, uint64_t chain_id);

/// The account that signed. Nothing when no point of the curve belongs to the signature.
std::optional<Address> sender_of(const SignedTransaction& transaction);

/// The bytes to send. Leaves `raw`, `hash` and `signing_hash` of the transaction aside.
Bytes encode_signed(const SignedTransaction& transaction);

/// The digest that the key of the sender signs.
Hash signing_hash_of(const SignedTransaction& transaction);

/// Signs the draft, whose signature and hashes are ignored, and returns the bytes to send.
Bytes sign_transaction(SignedTransaction draft, const crypto::PrivateKey& key);

}  // namespace thaw::codec
