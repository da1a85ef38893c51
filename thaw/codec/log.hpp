/// What a contract says while a transaction runs, as clients receive it.
#pragma once
#include "thaw/base/types.hpp"
#include "thaw/codec/bloom.hpp"

namespace thaw::codec {

struct Log {
    Address emitter;
    std::vector<Hash> topics;
    Bytes data;
    friend bool operator==(const Log&, const Log&) = default;
};

/// The filter over the emitters and topics of all logs.
Bloom bloom_of(std::span<const Log> logs);

}  // namespace thaw::codec
