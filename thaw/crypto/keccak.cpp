#include "thaw/crypto/keccak.hpp"

namespace thaw::crypto {

namespace {

/// Chi on one plane of five lanes.
[[gnu::always_inline]] inline void chi(uint64_t* out, uint64_t b0, uint64_t b1, uint64_t b2,
                                       uint64_t b3, uint64_t b4) {
    out[0] = b0 ^ (~b1 & b2);
    out[1] = b1 ^ (~b2 & b3);
    out[2] = b2 ^ (~b3 & b4);
    out[3] = b3 ^ (~b4 & b0);
    out[4] = b4 ^ (~b0 & b1);
}

/// One round from `a` to `e`, with rho and pi folded into the choice of lanes: spelled out, the
/// compiler keeps the lanes in registers, and two states need no copy between rounds.
[[gnu::always_inline]] inline void round(const KeccakState& a, KeccakState& e, uint64_t constant) {
    const uint64_t c0 = a[0] ^ a[5] ^ a[10] ^ a[15] ^ a[20];
    const uint64_t c1 = a[1] ^ a[6] ^ a[11] ^ a[16] ^ a[21];
    const uint64_t c2 = a[2] ^ a[7] ^ a[12] ^ a[17] ^ a[22];
    const uint64_t c3 = a[3] ^ a[8] ^ a[13] ^ a[18] ^ a[23];
    const uint64_t c4 = a[4] ^ a[9] ^ a[14] ^ a[19] ^ a[24];
    const uint64_t d0 = c4 ^ std::rotl(c1, 1);
    const uint64_t d1 = c0 ^ std::rotl(c2, 1);
    const uint64_t d2 = c1 ^ std::rotl(c3, 1);
    const uint64_t d3 = c2 ^ std::rotl(c4, 1);
    const uint64_t d4 = c3 ^ std::rotl(c0, 1);
    chi(&e[0], a[0] ^ d0, std::rotl(a[6] ^ d1, 44), std::rotl(a[12] ^ d2, 43),
        std::rotl(a[18] ^ d3, 21), std::rotl(a[24] ^ d4, 14));
    e[0] ^= constant;
    chi(&e[5], std::rotl(a[3] ^ d3, 28), std::rotl(a[9] ^ d4, 20), std::rotl(a[10] ^ d0, 3),
        std::rotl(a[16] ^ d1, 45), std::rotl(a[22] ^ d2, 61));
    chi(&e[10], std::rotl(a[1] ^ d1, 1), std::rotl(a[7] ^ d2, 6), std::rotl(a[13] ^ d3, 25),
        std::rotl(a[19] ^ d4, 8), std::rotl(a[20] ^ d0, 18));
    chi(&e[15], std::rotl(a[4] ^ d4, 27), std::rotl(a[5] ^ d0, 36), std::rotl(a[11] ^ d1, 10),
        std::rotl(a[17] ^ d2, 15), std::rotl(a[23] ^ d3, 56));
    chi(&e[20], std::rotl(a[2] ^ d2, 62), std::rotl(a[8] ^ d3, 55), std::rotl(a[14] ^ d4, 39),
        std::rotl(a[15] ^ d0, 41), std::rotl(a[21] ^ d1, 2));
}

void permute(KeccakState& state) {
    KeccakState even = state;
    KeccakState odd;
    for (size_t i = 0; i < keccak_round_constants.size(); i += 2) {
        round(even, odd, keccak_round_constants[i]);
        round(odd, even, keccak_round_constants[i + 1]);
    }
    state = even;
}

void absorb_lanes(KeccakState& state, const uint8_t* from) {
    for (size_t i = 0; i < keccak_rate_bytes / 8; ++i) {
        uint64_t lane;
        std::memcpy(&lane, from + 8 * i, sizeof lane);
        state[i] ^= lane;
    }
}

}  // namespace

Hash keccak256(BytesView data) {
    KeccakState state{};
    for (; data.size() >= keccak_rate_bytes; data = data.subspan(keccak_rate_bytes)) {
        absorb_lanes(state, data.data());
        permute(state);
    }
    std::array<uint8_t, keccak_rate_bytes> last{};
    std::copy(data.begin(), data.end(), last.begin());
    last[data.size()] = 0x01;
    last.back() |= 0x80;
    absorb_lanes(state, last.data());
    permute(state);
    Hash digest;
    std::memcpy(digest.bytes.data(), state.data(), digest.bytes.size());
    return digest;
}

}  // namespace thaw::crypto
