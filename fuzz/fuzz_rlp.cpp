/// Whatever decodes, as RLP or as a transaction, encodes to the identical bytes; nothing crashes.
#include "thaw/base/assert.hpp"
#include "thaw/codec/rlp.hpp"
#include "thaw/codec/transaction.hpp"

namespace {

using namespace thaw;
using namespace thaw::codec;

constexpr size_t depth_max = 64;

/// Writes the items of a payload anew; false when some item is not canonical or nested too deep.
bool rewrite(RlpReader reader, RlpWriter& out, size_t depth) {
    if (depth > depth_max) return false;
    while (!reader.at_end()) {
        const auto item = reader.next();
        if (!item) return false;
        if (!item->is_list) {
            out.string(item->payload);
            continue;
        }
        RlpWriter nested;
        if (!rewrite(RlpReader{item->payload}, nested, depth + 1)) return false;
        out.list(nested);
    }
    return true;
}

void check_rlp(BytesView input) {
    RlpWriter out;
    if (rewrite(RlpReader{input}, out, 0)) THAW_ASSERT(std::ranges::equal(out.items(), input));
    if (const auto value = RlpReader{input}.integer(); value && decode_rlp(input)) {
        RlpWriter integer;
        integer.integer(*value);
        THAW_ASSERT(std::ranges::equal(integer.items(), input));
    }
    if (const auto value = RlpReader{input}.integer256(); value && decode_rlp(input)) {
        RlpWriter integer;
        integer.integer(*value);
        THAW_ASSERT(std::ranges::equal(integer.items(), input));
    }
}

/// The chain id of an input cannot be guessed, so the refusal is asked for it.
void check_transaction(BytesView input) {
    constexpr uint64_t chain_id = 8429;
    auto transaction = decode_transaction(input, chain_id);
    if (!transaction && transaction.error().kind == TransactionFaultKind::wrong_chain_id) {
        uint64_t named = 0;
        for (const char c :
             transaction.error().text.substr(std::strlen("invalid chain id: have "))) {
            if (c < '0' || c > '9') break;
            named = named * 10 + static_cast<uint64_t>(c - '0');
        }
        transaction = decode_transaction(input, named);
        THAW_ASSERT(transaction ||
                    transaction.error().kind != TransactionFaultKind::wrong_chain_id);
    }
    if (!transaction) {
        THAW_ASSERT(!transaction.error().text.empty());
        return;
    }
    THAW_ASSERT(std::ranges::equal(encode_signed(*transaction), input));
    THAW_ASSERT(signing_hash_of(*transaction) == transaction->signing_hash);
    sender_of(*transaction);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const BytesView input{data, size};
    check_rlp(input);
    check_transaction(input);
    return 0;
}
