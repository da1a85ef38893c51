#include "thaw/crypto/keccak.hpp"

#include <gtest/gtest.h>

#include "thaw/base/text.hpp"
#include "thaw/crypto/keccak_many.hpp"

namespace thaw::crypto {
namespace {

static_assert(keccak256_constexpr("").bytes[0] == 0xc5);
static_assert(keccak256_constexpr("transfer(address,uint256)").bytes[0] == 0xa9);

TEST(Keccak, agrees_with_published_digests) {
    const std::pair<std::string_view, std::string_view> vectors[] = {
        {"", "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"},
        {"abc", "0x4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"},
        {"The quick brown fox jumps over the lazy dog",
         "0x4d741b6f1eb29cb2a9b9911c82f56fa8d73b04959d3d9d222895df6c0b28aa15"},
        {"Transfer(address,address,uint256)",
         "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"},
    };
    for (const auto& [input, digest] : vectors) EXPECT_EQ(to_hex(keccak256(input)), digest);
}

TEST(Keccak, run_time_and_compile_time_agree_around_every_block_border) {
    std::string text;
    for (size_t size = 0; size <= 3 * keccak_rate_bytes + 1; ++size) {
        EXPECT_EQ(keccak256(text), keccak256_constexpr(text)) << size;
        text += static_cast<char>(size * 151 + 7);
    }
}

/// All vectors this machine has, at every count around it, with lengths around the block borders in
/// an order that lets lanes finish at different times.
TEST(Keccak, many_at_once_are_what_each_is_alone) {
    std::vector<Bytes> messages;
    for (size_t i = 0; i < 70; ++i) {
        Bytes message(i * 89 % (3 * keccak_rate_bytes + 2));
        for (size_t k = 0; k < message.size(); ++k) message[k] = static_cast<uint8_t>(i * 7 + k);
        messages.push_back(std::move(message));
    }
    const std::vector<BytesView> views(messages.begin(), messages.end());
    for (const auto vectors : {KeccakVectors::none, KeccakVectors::avx2, KeccakVectors::avx512vl,
                               KeccakVectors::avx512f}) {
        if (vectors > best_keccak_vectors()) continue;
        for (size_t count = 0; count <= views.size(); ++count) {
            std::vector<Hash> digests(count);
            keccak256_many(std::span{views}.first(count), digests, vectors);
            for (size_t i = 0; i < count; ++i)
                ASSERT_EQ(digests[i], keccak256(views[i])) << static_cast<int>(vectors) << ' ' << i;
        }
    }
}

}  // namespace
}  // namespace thaw::crypto
