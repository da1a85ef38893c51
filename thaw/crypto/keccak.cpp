#include "thaw/crypto/keccak.hpp"

#include "thaw/base/assert.hpp"
#include "thaw/crypto/keccak_many.hpp"

// Vectors are passed between functions that are always inlined: how they would be passed otherwise
// does not matter.
#pragma GCC diagnostic ignored "-Wpsabi"

namespace thaw::crypto {

namespace {

/// Keccak's permutation over `Lane`: one 64-bit word, or a vector of words of as many states.
template <class Lane>
struct Permutation {
    using State = std::array<Lane, 25>;

    [[gnu::always_inline]] static inline Lane turn(const Lane& lane, int by) {
        return lane << by | lane >> (64 - by);
    }
    /// Chi on one plane of five lanes.
    [[gnu::always_inline]] static inline void chi(Lane* out, const Lane& b0, const Lane& b1,
                                                  const Lane& b2, const Lane& b3, const Lane& b4) {
        out[0] = b0 ^ (~b1 & b2);
        out[1] = b1 ^ (~b2 & b3);
        out[2] = b2 ^ (~b3 & b4);
        out[3] = b3 ^ (~b4 & b0);
        out[4] = b4 ^ (~b0 & b1);
    }
    /// One round from `a` to `e`, with rho and pi folded into the choice of lanes: spelled out, the
    /// compiler keeps the lanes in registers, and two states need no copy between rounds.
    [[gnu::always_inline]] static inline void round(const State& a, State& e, uint64_t constant) {
        const Lane c0 = a[0] ^ a[5] ^ a[10] ^ a[15] ^ a[20];
        const Lane c1 = a[1] ^ a[6] ^ a[11] ^ a[16] ^ a[21];
        const Lane c2 = a[2] ^ a[7] ^ a[12] ^ a[17] ^ a[22];
        const Lane c3 = a[3] ^ a[8] ^ a[13] ^ a[18] ^ a[23];
        const Lane c4 = a[4] ^ a[9] ^ a[14] ^ a[19] ^ a[24];
        const Lane d0 = c4 ^ turn(c1, 1);
        const Lane d1 = c0 ^ turn(c2, 1);
        const Lane d2 = c1 ^ turn(c3, 1);
        const Lane d3 = c2 ^ turn(c4, 1);
        const Lane d4 = c3 ^ turn(c0, 1);
        chi(&e[0], a[0] ^ d0, turn(a[6] ^ d1, 44), turn(a[12] ^ d2, 43), turn(a[18] ^ d3, 21),
            turn(a[24] ^ d4, 14));
        e[0] ^= constant;
        chi(&e[5], turn(a[3] ^ d3, 28), turn(a[9] ^ d4, 20), turn(a[10] ^ d0, 3),
            turn(a[16] ^ d1, 45), turn(a[22] ^ d2, 61));
        chi(&e[10], turn(a[1] ^ d1, 1), turn(a[7] ^ d2, 6), turn(a[13] ^ d3, 25),
            turn(a[19] ^ d4, 8), turn(a[20] ^ d0, 18));
        chi(&e[15], turn(a[4] ^ d4, 27), turn(a[5] ^ d0, 36), turn(a[11] ^ d1, 10),
            turn(a[17] ^ d2, 15), turn(a[23] ^ d3, 56));
        chi(&e[20], turn(a[2] ^ d2, 62), turn(a[8] ^ d3, 55), turn(a[14] ^ d4, 39),
            turn(a[15] ^ d0, 41), turn(a[21] ^ d1, 2));
    }
    [[gnu::always_inline]] static inline void apply(State& state) {
        State even = state;
        State odd;
        for (size_t i = 0; i < keccak_round_constants.size(); i += 2) {
            round(even, odd, keccak_round_constants[i]);
            round(odd, even, keccak_round_constants[i + 1]);
        }
        state = even;
    }
};

void permute(KeccakState& state) { Permutation<uint64_t>::apply(state); }

void absorb_lanes(KeccakState& state, const uint8_t* from) {
    for (size_t i = 0; i < keccak_rate_bytes / 8; ++i) {
        uint64_t lane;
        std::memcpy(&lane, from + 8 * i, sizeof lane);
        state[i] ^= lane;
    }
}

/// What is left of a message that some lane works on.
struct Running {
    BytesView rest;
    size_t place = 0;  ///< of its digest
};

/// The next block of a message, padded where it ends; false when that was the last.
bool next_block(BytesView& rest, std::array<uint8_t, keccak_rate_bytes>& padded,
                const uint8_t*& block) {
    if (rest.size() >= keccak_rate_bytes) {
        block = rest.data();
        rest = rest.subspan(keccak_rate_bytes);
        return true;
    }
    padded.fill(0);
    std::copy(rest.begin(), rest.end(), padded.begin());
    padded[rest.size()] = 0x01;
    padded.back() |= 0x80;
    block = padded.data();
    return false;
}

#if defined(__x86_64__)

using FourLanes [[gnu::vector_size(32)]] = uint64_t;
using EightLanes [[gnu::vector_size(64)]] = uint64_t;

/// Messages side by side, lane `l` of each vector for one of them; a lane that is done takes the
/// next message. `permute_all` is the permutation compiled for the vectors.
template <class Vector, void (*permute_all)(std::array<Vector, 25>&)>
void hash_side_by_side(std::span<const BytesView> messages, std::span<Hash> digests) {
    constexpr size_t width = sizeof(Vector) / sizeof(uint64_t);
    std::array<Vector, 25> state{};
    auto* const words = reinterpret_cast<uint64_t*>(state.data());
    std::array<Running, width> running{};
    std::array<uint8_t, keccak_rate_bytes> padded;
    size_t begun = 0;
    size_t left = messages.size();
    for (; begun < std::min(width, messages.size()); ++begun)
        running[begun] = {messages[begun], begun};
    const size_t lanes = begun;
    std::array<bool, width> last{};
    std::array<bool, width> idle{};
    while (left > 0) {
        for (size_t l = 0; l < lanes; ++l) {
            if (idle[l]) continue;
            const uint8_t* block = nullptr;
            last[l] = !next_block(running[l].rest, padded, block);
            for (size_t i = 0; i < keccak_rate_bytes / 8; ++i) {
                uint64_t word;
                std::memcpy(&word, block + 8 * i, sizeof word);
                words[i * width + l] ^= word;
            }
        }
        permute_all(state);
        for (size_t l = 0; l < lanes; ++l) {
            if (idle[l] || !last[l]) continue;
            --left;
            for (size_t i = 0; i < sizeof(Hash) / 8; ++i)
                std::memcpy(digests[running[l].place].bytes.data() + 8 * i, &words[i * width + l],
                            8);
            for (size_t i = 0; i < state.size(); ++i) words[i * width + l] = 0;
            idle[l] = begun == messages.size();
            if (!idle[l]) running[l] = {messages[begun], begun};
            if (!idle[l]) ++begun;
        }
    }
}

[[gnu::target("avx2")]] void permute_avx2(std::array<FourLanes, 25>& state) {
    Permutation<FourLanes>::apply(state);
}
[[gnu::target("avx2,avx512vl")]] void permute_avx512vl(std::array<FourLanes, 25>& state) {
    Permutation<FourLanes>::apply(state);
}
[[gnu::target("avx512f")]] void permute_avx512f(std::array<EightLanes, 25>& state) {
    Permutation<EightLanes>::apply(state);
}

#endif

}  // namespace

Hash keccak256(BytesView data) {
    KeccakState state{};
    for (; data.size() >= keccak_rate_bytes; data = data.subspan(keccak_rate_bytes)) {
        absorb_lanes(state, data.data());
        permute(state);
    }
    std::array<uint8_t, keccak_rate_bytes> padded;
    const uint8_t* block = nullptr;
    next_block(data, padded, block);
    absorb_lanes(state, block);
    permute(state);
    Hash digest;
    std::memcpy(digest.bytes.data(), state.data(), digest.bytes.size());
    return digest;
}

KeccakVectors best_keccak_vectors() {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512vl"))
        return __builtin_cpu_supports("avx512ifma") ? KeccakVectors::avx512f
                                                    : KeccakVectors::avx512vl;
    if (__builtin_cpu_supports("avx2")) return KeccakVectors::avx2;
#endif
    return KeccakVectors::none;
}

void keccak256_many(std::span<const BytesView> messages, std::span<Hash> digests,
                    KeccakVectors vectors) {
    THAW_ASSERT(digests.size() >= messages.size());
#if defined(__x86_64__)
    if (messages.size() > 4 && vectors == KeccakVectors::avx512f)
        return hash_side_by_side<EightLanes, permute_avx512f>(messages, digests);
    const bool worthwhile = messages.size() > 1;
    if (worthwhile && vectors >= KeccakVectors::avx512vl)
        return hash_side_by_side<FourLanes, permute_avx512vl>(messages, digests);
    if (worthwhile && vectors == KeccakVectors::avx2)
        return hash_side_by_side<FourLanes, permute_avx2>(messages, digests);
#endif
    for (size_t i = 0; i < messages.size(); ++i) digests[i] = keccak256(messages[i]);
}

}  // namespace thaw::crypto
