#include "thaw/codec/trie.hpp"

#include <gtest/gtest.h>

#include "thaw/base/text.hpp"

namespace thaw::codec {
namespace {

/// One byte each: most nodes are shorter than a hash and stand inside their parents.
std::vector<Bytes> short_values(size_t count) {
    std::vector<Bytes> values;
    for (size_t i = 0; i < count; ++i) values.push_back({static_cast<uint8_t>(i + 1)});
    return values;
}

std::vector<Bytes> long_values(size_t count) {
    std::vector<Bytes> values;
    for (size_t i = 0; i < count; ++i)
        values.emplace_back(i * 7 % 150 + 1, static_cast<uint8_t>(i + 1));
    return values;
}

Hash root_of(const std::vector<Bytes>& values) {
    const std::vector<BytesView> views{values.begin(), values.end()};
    return ordered_root(views);
}

struct Vector {
    size_t count;
    std::string_view short_root;
    std::string_view long_root;
};

/// Roots that @ethereumjs/trie 6 gives for the same keys and values.
constexpr Vector vectors[] = {
    {0, "0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421",
     "0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421"},
    {1, "0xac92bc8d02906a87a573c32c72bb427036f0e43d7a7375c5c491ebba064add15",
     "0xac92bc8d02906a87a573c32c72bb427036f0e43d7a7375c5c491ebba064add15"},
    {2, "0x08693bf7194a9e5481f518cc27be677512d038ddfb72263e13f0663e299ce2d8",
     "0xce0a9993d01104b32fd22854d9af456b83c8d6960ca1eaaab661b4dc7bf6e690"},
    {16, "0x46031e66d23a0c21d8a05875f782f1960085ac368e401fb9946565ece929b262",
     "0x8bee4ac2152f2c98489b43049451f82193af813148f37495e8c61a89aa8f3ada"},
    {17, "0xa87383e5770cdf013b6e22804b06ef4598148f60ce269820130310470c20a0be",
     "0xeb367d9b2921e87c7f989e2f9bdb9f29ffa07283700b4875ca16aba72bb383b2"},
    {127, "0x19f04690e34240656ac4e46fb05891a3a0ac81e1925bf48fb872f5d481be0ae9",
     "0x1d763b878247e55b790be930614bbdd15a6e306f0871a5820f21cd9f97463761"},
    {128, "0xf86b2ea03840bb50924fd06d47a3c6b1ad69bbc592c88ec4f988a5940223e677",
     "0xc79af88e5ff06085e66d1a00e777e26875be0a542edab429b4e0cca75d5ac6e4"},
    {129, "0x0fa21c70b7b79d5586ecbfcdf89aa5bb4c5d89f3c6ce6472ada730c8fa2119b6",
     "0x3f29f53f852478892b7881cc04e56e4aa5d8a425629d0753ec13babd191a6c6f"},
    {200, "0x0bebf67ae7d6b9852d80feabd273b8a7b49b06ce31c5ad880ef115618d47fefa",
     "0x07b05d05a98afd131473ec1665b8204badb4d4482809474992adfe517effe653"},
    {1000, "0x526a9e29420b0a423a6fbba6f2c7547b0628c4c3290be8fc1428e11f8daae8dd",
     "0x14168304efa3027e3dfcc2f4a528c36a6bd2413c13ba3ae6e74ce9395434568a"},
};

TEST(Trie, roots_agree_with_another_implementation) {
    for (const Vector& vector : vectors) {
        EXPECT_EQ(to_hex(root_of(short_values(vector.count))), vector.short_root) << vector.count;
        EXPECT_EQ(to_hex(root_of(long_values(vector.count))), vector.long_root) << vector.count;
    }
}

TEST(Trie, the_empty_root_is_the_published_one) {
    EXPECT_EQ(to_hex(empty_trie_root),
              "0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421");
}

TEST(Trie, every_value_and_every_place_counts) {
    const std::vector<Bytes> values = long_values(300);
    const Hash root = root_of(values);
    for (const size_t index : {0, 1, 127, 128, 255, 256, 299}) {
        std::vector<Bytes> changed = values;
        changed[index].back() ^= 1;
        EXPECT_NE(root_of(changed), root) << index;
        changed = values;
        std::swap(changed[index], changed[17]);
        EXPECT_NE(root_of(changed), root) << index;
    }
}

}  // namespace
}  // namespace thaw::codec
