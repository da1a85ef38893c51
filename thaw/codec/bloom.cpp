#include "thaw/codec/bloom.hpp"

#include "thaw/codec/blooms.hpp"
#include "thaw/crypto/keccak.hpp"
#include "thaw/crypto/keccak_many.hpp"

namespace thaw::codec {

namespace {

struct Bit {
    size_t byte;
    uint8_t mask;
};

/// Three 11-bit numbers from the first three pairs of the digest; bit 0 is the last of the filter.
std::array<Bit, 3> bits_of(const Hash& digest) {
    std::array<Bit, 3> bits;
    for (size_t i = 0; i < 3; ++i) {
        const size_t bit = (digest.bytes[2 * i] << 8 | digest.bytes[2 * i + 1]) % 2048;
        bits[i] = {255 - bit / 8, static_cast<uint8_t>(1 << bit % 8)};
    }
    return bits;
}

}  // namespace

void Bloom::add(BytesView element) {
    for (const Bit bit : bits_of(crypto::keccak256(element))) bytes[bit.byte] |= bit.mask;
}

bool Bloom::may_contain(BytesView element) const {
    const auto bits = bits_of(crypto::keccak256(element));
    return std::all_of(bits.begin(), bits.end(),
                       [&](Bit bit) { return (bytes[bit.byte] & bit.mask) != 0; });
}

Bloom& Bloom::operator|=(const Bloom& other) {
    for (size_t i = 0; i < bytes.size(); ++i) bytes[i] |= other.bytes[i];
    return *this;
}

std::vector<Bloom> blooms_of(std::span<const std::span<const Log>> lists) {
    std::vector<BytesView> elements;
    std::vector<size_t> ends;  // of each list's elements
    for (const auto& logs : lists) {
        for (const Log& log : logs) {
            elements.push_back(log.emitter.bytes);
            for (const Hash& topic : log.topics) elements.push_back(topic.bytes);
        }
        ends.push_back(elements.size());
    }
    std::vector<Hash> digests(elements.size());
    crypto::keccak256_many(elements, digests);
    std::vector<Bloom> blooms(lists.size());
    size_t i = 0;
    for (size_t list = 0; list < lists.size(); ++list)
        for (; i < ends[list]; ++i)
            for (const Bit bit : bits_of(digests[i])) blooms[list].bytes[bit.byte] |= bit.mask;
    return blooms;
}

}  // namespace thaw::codec
