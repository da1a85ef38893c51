/// Guards what lies on disk: a 64-bit checksum behind each large value, so that damage is found
/// when it is read and not when it has spread.
#pragma once
#include <optional>

#include "thaw/base/types.hpp"

namespace thaw::node {

/// Every step is a bijection of the sum and of the word, so damage within one aligned word of eight
/// bytes is always found, and any other with all but 2^-64.
inline uint64_t checksum(BytesView bytes, uint64_t seed) {
    uint64_t sum = (seed ^ 0x9e3779b97f4a7c15) * 0xd6e8feb86659fd93;
    const auto mix = [&](uint64_t word) {
        sum = (sum ^ word) * 0xd6e8feb86659fd93;
        sum ^= sum >> 32;
    };
    size_t at = 0;
    for (; at + 8 <= bytes.size(); at += 8) {
        uint64_t word = 0;
        std::memcpy(&word, bytes.data() + at, 8);
        mix(word);
    }
    uint64_t last = 0;
    std::memcpy(&last, bytes.data() + at, bytes.size() - at);
    mix(last);
    mix(bytes.size());
    return sum;
}

/// Appends the checksum. The seed says where the value belongs (a height), so that a sound value in
/// the wrong place is found too.
inline void append_checksum(Bytes& payload, uint64_t seed) {
    const uint64_t sum = checksum(payload, seed);
    append(payload, view_of(sum));
}

/// The payload before its checksum, or nothing when they disagree.
inline std::optional<BytesView> without_checksum(BytesView bytes, uint64_t seed) {
    if (bytes.size() < sizeof(uint64_t)) return std::nullopt;
    const BytesView payload = bytes.first(bytes.size() - sizeof(uint64_t));
    uint64_t sum = 0;
    std::memcpy(&sum, bytes.data() + payload.size(), sizeof sum);
    if (sum != checksum(payload, seed)) return std::nullopt;
    return payload;
}

}  // namespace thaw::node
