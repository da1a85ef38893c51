#include "thaw/codec/receipt.hpp"

namespace thaw::codec {

void write_receipt(RlpWriter& out, uint8_t type, bool success, uint64_t cumulative_gas_used,
                   const Bloom& bloom, std::span<const Log> logs) {
    if (type != 0) out.raw(BytesView{&type, 1});
    const size_t fields = out.open();
    out.integer(success).integer(cumulative_gas_used).string(bloom.bytes);
    const size_t entries = out.open();
    for (const Log& log : logs) {
        const size_t entry = out.open();
        out.string(log.emitter);
        const size_t topics = out.open();
        for (const Hash& topic : log.topics) out.string(topic);
        out.close(topics).string(log.data).close(entry);
    }
    out.close(entries).close(fields);
}

}  // namespace thaw::codec
