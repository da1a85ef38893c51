#include "thaw/codec/receipt.hpp"

#include "thaw/codec/rlp.hpp"

namespace thaw::codec {

Bytes encode_receipt(uint8_t type, bool success, uint64_t cumulative_gas_used, const Bloom& bloom,
                     std::span<const Log> logs) {
    RlpWriter entries;
    for (const Log& log : logs) {
        RlpWriter topics;
        for (const Hash& topic : log.topics) topics.string(topic);
        entries.list(RlpWriter{}.string(log.emitter).list(topics).string(log.data));
    }
    RlpWriter fields;
    fields.integer(success).integer(cumulative_gas_used).string(bloom.bytes).list(entries);
    RlpWriter out;
    if (type != 0) out.raw(BytesView{&type, 1});
    return std::move(out.list(fields)).take();
}

}  // namespace thaw::codec
