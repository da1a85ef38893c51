#include "thaw/codec/bloom.hpp"

#include "thaw/crypto/keccak.hpp"

namespace thaw::codec {

namespace {

struct Bit {
    size_t byte;
    uint8_t mask;
};

/// Three 11-bit numbers from the first three pairs of the digest; bit 0 is the last of the filter.
std::array<Bit, 3> bits_of(BytesView element) {
    const Hash digest = crypto::keccak256(element);
    std::array<Bit, 3> bits;
    for (size_t i = 0; i < 3; ++i) {
        const size_t bit = (digest.bytes[2 * i] << 8 | digest.bytes[2 * i + 1]) % 2048;
        bits[i] = {255 - bit / 8, static_cast<uint8_t>(1 << bit % 8)};
    }
    return bits;
}

}  // namespace

void Bloom::add(BytesView element) {
    for (const Bit bit : bits_of(element)) bytes[bit.byte] |= bit.mask;
}

bool Bloom::may_contain(BytesView element) const {
    const auto bits = bits_of(element);
    return std::all_of(bits.begin(), bits.end(),
                       [&](Bit bit) { return (bytes[bit.byte] & bit.mask) != 0; });
}

Bloom& Bloom::operator|=(const Bloom& other) {
    for (size_t i = 0; i < bytes.size(); ++i) bytes[i] |= other.bytes[i];
    return *this;
}

}  // namespace thaw::codec
