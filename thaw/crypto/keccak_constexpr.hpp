/// Keccak-256 that the compiler can evaluate: selectors and topics cost nothing at run time.
#pragma once
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "thaw/base/types.hpp"

namespace thaw::crypto {

/// The sponge's 1600 bits as 25 lanes; lane (x, y) lies at x + 5y.
using KeccakState = std::array<uint64_t, 25>;

/// Bytes absorbed between two permutations: 1600 bits less twice the digest.
inline constexpr size_t keccak_rate_bytes = 136;

/// The 24 round constants, from the generator x^8 + x^6 + x^5 + x^4 + 1 of the specification.
inline constexpr std::array<uint64_t, 24> keccak_round_constants = [] {
    std::array<uint64_t, 24> constants{};
    uint8_t lfsr = 1;
    for (uint64_t& constant : constants) {
        for (unsigned j = 0; j < 7; ++j) {
            if (lfsr & 1) constant |= uint64_t{1} << ((1U << j) - 1);
            lfsr = static_cast<uint8_t>((lfsr << 1) ^ (lfsr & 0x80 ? 0x71 : 0));
        }
    }
    return constants;
}();
static_assert(keccak_round_constants.front() == 0x0000000000000001);
static_assert(keccak_round_constants.back() == 0x8000000080008008);

/// Keccak-f[1600], written for reading rather than for speed.
constexpr void keccak_permute_constexpr(KeccakState& a) {
    for (const uint64_t constant : keccak_round_constants) {
        std::array<uint64_t, 5> c{};
        for (size_t x = 0; x < 5; ++x) c[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
        for (size_t x = 0; x < 5; ++x) {
            const uint64_t d = c[(x + 4) % 5] ^ std::rotl(c[(x + 1) % 5], 1);
            for (size_t y = 0; y < 25; y += 5) a[x + y] ^= d;
        }
        size_t x = 1;
        size_t y = 0;
        uint64_t moving = a[1];
        for (int t = 1, rotation = 0; t <= 24; ++t) {
            rotation += t;
            const size_t next_y = (2 * x + 3 * y) % 5;
            x = y;
            y = next_y;
            const uint64_t displaced = a[x + 5 * y];
            a[x + 5 * y] = std::rotl(moving, rotation % 64);
            moving = displaced;
        }
        for (size_t row = 0; row < 25; row += 5) {
            for (size_t i = 0; i < 5; ++i) c[i] = a[row + i];
            for (size_t i = 0; i < 5; ++i) a[row + i] = c[i] ^ (~c[(i + 1) % 5] & c[(i + 2) % 5]);
        }
        a[0] ^= constant;
    }
}

constexpr Hash keccak256_constexpr(std::string_view text) {
    KeccakState state{};
    size_t at = 0;
    const auto absorb = [&](uint8_t byte) { state[at / 8] ^= uint64_t{byte} << (8 * (at % 8)); };
    for (const char c : text) {
        absorb(static_cast<uint8_t>(c));
        if (++at == keccak_rate_bytes) {
            keccak_permute_constexpr(state);
            at = 0;
        }
    }
    absorb(0x01);
    at = keccak_rate_bytes - 1;
    absorb(0x80);
    keccak_permute_constexpr(state);
    Hash digest;
    for (size_t i = 0; i < digest.bytes.size(); ++i)
        digest.bytes[i] = static_cast<uint8_t>(state[i / 8] >> (8 * (i % 8)));
    return digest;
}

}  // namespace thaw::crypto
