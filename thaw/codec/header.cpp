#include "thaw/codec/header.hpp"

#include "thaw/codec/rlp.hpp"

namespace thaw::codec {

Bytes Header::rlp() const {
    constexpr std::array<uint8_t, 8> nonce{};
    RlpWriter fields;
    fields.string(parent_hash).string(empty_ommers_hash).string(beneficiary);
    fields.string(state_root).string(transactions_root).string(receipts_root);
    fields.string(logs_bloom.bytes).integer(0);  // The difficulty.
    fields.integer(number).integer(gas_limit).integer(gas_used).integer(timestamp);
    fields.string(extra_data).string(mix_hash).string(nonce).integer(base_fee_per_gas);
    return fields.as_list();
}

Hash Header::hash() const { return crypto::keccak256(rlp()); }

}  // namespace thaw::codec
