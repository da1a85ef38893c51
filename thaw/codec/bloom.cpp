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
    for (size_t i = 0; i < bytes.size(); i += sizeof(uint64_t)) {
        uint64_t word = 0;
        uint64_t more = 0;
        std::memcpy(&word, &bytes[i], sizeof word);
        std::memcpy(&more, &other.bytes[i], sizeof more);
        word |= more;
        std::memcpy(&bytes[i], &word, sizeof word);
    }
    return *this;
}

std::vector<Bloom> blooms_of(std::span<const std::span<const Log>> lists) {
    std::vector<BytesView> elements;
    std::vector<uint32_t> uses;  // places in `elements`, log after log
    // Most logs of a block come from a few contracts and say the same few things: what stands at
    // the same place of the log before is not hashed again.
    std::array<uint32_t, 5> before{};
    const auto use = [&](size_t at, BytesView element) {
        if (elements.empty() || !std::ranges::equal(elements[before[at]], element)) {
            before[at] = static_cast<uint32_t>(elements.size());
            elements.push_back(element);
        }
        uses.push_back(before[at]);
    };
    std::vector<size_t> ends;  // of each list's uses
    for (const auto& logs : lists) {
        for (const Log& log : logs) {
            use(0, log.emitter.bytes);
            for (size_t i = 0; i < log.topics.size(); ++i) use(1 + i, log.topics[i].bytes);
        }
        ends.push_back(uses.size());
    }
    std::vector<Hash> digests(elements.size());
    crypto::keccak256_many(elements, digests);
    std::vector<Bloom> blooms(lists.size());
    size_t i = 0;
    for (size_t list = 0; list < lists.size(); ++list)
        for (; i < ends[list]; ++i)
            for (const Bit bit : bits_of(digests[uses[i]]))
                blooms[list].bytes[bit.byte] |= bit.mask;
    return blooms;
}

}  // namespace thaw::codec
