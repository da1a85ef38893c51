/// The 2048-bit filter by which clients skip blocks without logs of interest.
#pragma once
#include "thaw/base/types.hpp"

namespace thaw::codec {

struct Bloom {
    std::array<uint8_t, 256> bytes{};

    /// Sets the three bits of an address or a topic.
    void add(BytesView element);
    /// False means: certainly never added.
    bool may_contain(BytesView element) const;
    Bloom& operator|=(const Bloom& other);
    friend bool operator==(const Bloom&, const Bloom&) = default;
};

}  // namespace thaw::codec
