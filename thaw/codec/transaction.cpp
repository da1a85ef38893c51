#include "thaw/codec/transaction.hpp"

#include "thaw/base/assert.hpp"
#include "thaw/base/result.hpp"
#include "thaw/base/text.hpp"
#include "thaw/codec/rlp.hpp"
#include "thaw/crypto/keccak.hpp"

namespace thaw::codec {

namespace {

using Kind = TransactionFaultKind;
using Status = tl::expected<void, TransactionFault>;

tl::unexpected<TransactionFault> fault(Kind kind, std::string text) {
    return tl::unexpected(TransactionFault{kind, std::move(text)});
}

/// Names the field that could not be read.
tl::unexpected<TransactionFault> fault(RlpFault why, std::string_view field) {
    const bool out_of_range = why == RlpFault::integer_too_large || why == RlpFault::wrong_size;
    return fault(out_of_range ? Kind::field_out_of_range : Kind::malformed_rlp,
                 "invalid " + std::string{field} + ": " + std::string{text(why)});
}

size_t field_count_of(uint8_t type) { return type == 0 ? 9 : type == 1 ? 11 : 12; }

/// Reads one field into place, or returns the fault that names it.
#define THAW_READ(place, field, ...)                  \
    do {                                              \
        const auto read = (__VA_ARGS__);              \
        if (!read) return fault(read.error(), field); \
        (place) = *read;                              \
    } while (false)

Status check_field_count(RlpReader fields, size_t expected) {
    size_t count = 0;
    for (; !fields.at_end(); ++count) {
        const auto item = fields.next();
        if (!item) return fault(item.error(), "transaction");
    }
    if (count == expected) return {};
    return fault(Kind::wrong_field_count, "wrong number of fields: have " + std::to_string(count) +
                                              ", want " + std::to_string(expected));
}

Status read_access_list(RlpReader& fields, std::vector<AccessListEntry>& out) {
    constexpr std::string_view field = "access list";
    RlpReader entries{{}};
    THAW_READ(entries, field, fields.list());
    while (!entries.at_end()) {
        RlpReader parts{{}};
        THAW_READ(parts, field, entries.list());
        AccessListEntry entry;
        THAW_READ(entry.address, field, parts.fixed<Address>());
        RlpReader keys{{}};
        THAW_READ(keys, field, parts.list());
        if (!parts.at_end()) return fault(RlpFault::trailing_bytes, field);
        while (!keys.at_end()) {
            Hash key;
            THAW_READ(key, field, keys.fixed<Hash>());
            entry.storage_keys.push_back(key);
        }
        out.push_back(std::move(entry));
    }
    return {};
}

Status read_recipient(RlpReader& fields, std::optional<Address>& to) {
    BytesView recipient;
    THAW_READ(recipient, "recipient", fields.string());
    if (recipient.empty()) return {};
    if (recipient.size() != sizeof(Address)) return fault(RlpFault::wrong_size, "recipient");
    std::copy(recipient.begin(), recipient.end(), to.emplace().bytes.begin());
    return {};
}

Status read_body(RlpReader& fields, SignedTransaction& tx) {
    if (tx.type != 0) THAW_READ(tx.chain_id, "chain id", fields.integer64());
    THAW_READ(tx.nonce, "nonce", fields.integer64());
    if (tx.type == 2) {
        THAW_READ(tx.max_priority_fee_per_gas, "max priority fee per gas", fields.integer());
        THAW_READ(tx.max_fee_per_gas, "max fee per gas", fields.integer());
    } else {
        THAW_READ(tx.max_fee_per_gas, "gas price", fields.integer());
        tx.max_priority_fee_per_gas = tx.max_fee_per_gas;
    }
    THAW_READ(tx.gas_limit, "gas limit", fields.integer64());
    TRY_VOID(read_recipient(fields, tx.to));
    THAW_READ(tx.value, "value", fields.integer());
    BytesView data;
    THAW_READ(data, "data", fields.string());
    tx.data.assign(data.begin(), data.end());
    if (tx.type != 0) TRY_VOID(read_access_list(fields, tx.access_list));
    return {};
}

/// The v of EIP-155 carries the chain id as well as the parity.
Status read_legacy_v(u128 v, SignedTransaction& tx) {
    if (v == 27 || v == 28)
        return fault(Kind::unprotected,
                     "only replay-protected (EIP-155) transactions allowed over RPC");
    if (v < 35) return fault(Kind::invalid_signature, "invalid signature: v is " + to_decimal(v));
    const u128 chain_id = (v - 35) / 2;
    if (chain_id >> 64 != 0) return fault(Kind::field_out_of_range, "invalid v: integer too large");
    tx.chain_id = static_cast<uint64_t>(chain_id);
    tx.signature.y_parity = static_cast<uint8_t>((v - 35) % 2);
    return {};
}

Status read_signature(RlpReader& fields, SignedTransaction& tx) {
    u128 v = 0;
    THAW_READ(v, "v", fields.integer());
    THAW_READ(tx.signature.r, "r", fields.integer256());
    THAW_READ(tx.signature.s, "s", fields.integer256());
    if (tx.type == 0) return read_legacy_v(v, tx);
    if (v > 1)
        return fault(Kind::invalid_signature,
                     "invalid signature: y parity is " + to_decimal(v) + ", neither 0 nor 1");
    tx.signature.y_parity = static_cast<uint8_t>(v);
    return {};
}

std::string_view sentence(crypto::SignatureFault fault) {
    using enum crypto::SignatureFault;
    switch (fault) {
        case none:
            break;
        case parity:
            return "y parity is neither 0 nor 1";
        case r_zero:
            return "r is zero";
        case r_too_large:
            return "r is not below the order";
        case s_zero:
            return "s is zero";
        case s_too_large:
            return "s is not below the order";
        case s_high:
            return "s above half the order (EIP-2)";
    }
    THAW_ASSERT(false);
}

/// What can be judged only when all fields are known.
Status check_meaning(const SignedTransaction& tx, uint64_t chain_id) {
    if (tx.chain_id != chain_id)
        return fault(Kind::wrong_chain_id, "invalid chain id: have " + to_decimal(tx.chain_id) +
                                               " want " + to_decimal(chain_id));
    if (!tx.to) return fault(Kind::contract_creation, "contract creation is not supported");
    if (const auto wrong = fault_of(tx.signature); wrong != crypto::SignatureFault::none)
        return fault(Kind::invalid_signature, "invalid signature: " + std::string{sentence(wrong)});
    if (tx.max_priority_fee_per_gas > tx.max_fee_per_gas)
        return fault(Kind::fee_order, "max priority fee per gas higher than max fee per gas");
    return {};
}

/// The type is the first byte, or 0 when that byte begins a list.
tl::expected<uint8_t, TransactionFault> type_of(BytesView raw) {
    if (raw.empty()) return fault(Kind::empty, "empty transaction");
    if (raw.size() > transaction_size_max_bytes)
        return fault(Kind::too_large, "oversized data: transaction size " +
                                          std::to_string(raw.size()) + ", limit " +
                                          std::to_string(transaction_size_max_bytes));
    const uint8_t first = raw[0];
    if (first >= 0xc0) return uint8_t{0};
    if (first == 1 || first == 2) return first;
    const std::string_view name = first == 3 ? " (blob)" : first == 4 ? " (set code)" : "";
    return fault(Kind::unsupported_type, "transaction type " + std::to_string(first) +
                                             std::string{name} + " is not supported");
}

/// The fields that the sender signs.
void write_body(RlpWriter& out, const SignedTransaction& tx) {
    if (tx.type != 0) out.integer(tx.chain_id);
    out.integer(tx.nonce);
    if (tx.type == 2) out.integer(tx.max_priority_fee_per_gas);
    out.integer(tx.max_fee_per_gas).integer(tx.gas_limit);
    out.string(tx.to ? BytesView{tx.to->bytes} : BytesView{}).integer(tx.value).string(tx.data);
    if (tx.type == 0) return;
    const size_t entries = out.open();
    for (const AccessListEntry& entry : tx.access_list) {
        const size_t fields = out.open();
        const size_t keys = out.string(entry.address).open();
        for (const Hash& key : entry.storage_keys) out.string(key);
        out.close(keys).close(fields);
    }
    out.close(entries);
}

/// Begins a transaction: a list, behind the type byte unless the type is 0.
size_t open_envelope(RlpWriter& out, uint8_t type) {
    if (type != 0) out.raw(BytesView{&type, 1});
    return out.open();
}

/// What is signed, of which `body` are the fields that are sent.
Bytes signed_bytes(BytesView body, uint8_t type, uint64_t chain_id) {
    RlpWriter out;
    out.reserve(body.size() + 32);
    const size_t fields = open_envelope(out, type);
    out.raw(body);
    if (type == 0) out.integer(chain_id).integer(0).integer(0);
    return std::move(out.close(fields)).take();
}

}  // namespace

tl::expected<Undigested, TransactionFault> decode_undigested(BytesView raw, uint64_t chain_id) {
    const auto type = type_of(raw);
    if (!type) return tl::unexpected(type.error());
    Undigested out;
    SignedTransaction& tx = out.transaction;
    tx.type = *type;
    RlpItem whole;
    THAW_READ(whole, "transaction", decode_rlp(tx.type == 0 ? raw : raw.subspan(1)));
    if (!whole.is_list) return fault(RlpFault::expected_list, "transaction");
    RlpReader fields{whole.payload};
    TRY_VOID(check_field_count(fields, field_count_of(tx.type)));
    TRY_VOID(read_body(fields, tx));
    // What is accepted encodes to the same bytes, so the signed fields are hashed as they came.
    const BytesView body = whole.payload.first(whole.payload.size() - fields.rest().size());
    TRY_VOID(read_signature(fields, tx));
    TRY_VOID(check_meaning(tx, chain_id));
    tx.raw.assign(raw.begin(), raw.end());
    out.signed_bytes = signed_bytes(body, tx.type, tx.chain_id);
    return out;
}

tl::expected<SignedTransaction, TransactionFault> decode_transaction(BytesView raw,
                                                                     uint64_t chain_id) {
    auto decoded = decode_undigested(raw, chain_id);
    if (!decoded) return tl::unexpected(std::move(decoded).error());
    decoded->transaction.hash = crypto::keccak256(raw);
    decoded->transaction.signing_hash = crypto::keccak256(decoded->signed_bytes);
    return std::move(decoded->transaction);
}

std::optional<Address> sender_of(const SignedTransaction& transaction) {
    return crypto::recover(transaction.signing_hash, transaction.signature);
}

Bytes encode_signed(const SignedTransaction& transaction) {
    const crypto::Signature& signature = transaction.signature;
    const u128 v = transaction.type == 0 ? u128{transaction.chain_id} * 2 + 35 + signature.y_parity
                                         : signature.y_parity;
    RlpWriter out;
    const size_t fields = open_envelope(out, transaction.type);
    write_body(out, transaction);
    out.integer(v).integer(signature.r).integer(signature.s).close(fields);
    return std::move(out).take();
}

Hash signing_hash_of(const SignedTransaction& transaction) {
    RlpWriter body;
    write_body(body, transaction);
    return crypto::keccak256(signed_bytes(body.items(), transaction.type, transaction.chain_id));
}

Bytes sign_transaction(SignedTransaction draft, const crypto::PrivateKey& key) {
    THAW_ASSERT(draft.type <= 2);
    draft.signature = crypto::sign(signing_hash_of(draft), key);
    return encode_signed(draft);
}

}  // namespace thaw::codec
