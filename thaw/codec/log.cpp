#include "thaw/codec/log.hpp"

namespace thaw::codec {

Bloom bloom_of(std::span<const Log> logs) {
    Bloom bloom;
    for (const Log& log : logs) {
        bloom.add(log.emitter.bytes);
        for (const Hash& topic : log.topics) bloom.add(topic.bytes);
    }
    return bloom;
}

}  // namespace thaw::codec
