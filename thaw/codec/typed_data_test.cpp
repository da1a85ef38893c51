#include "thaw/codec/typed_data.hpp"

#include <gtest/gtest.h>

#include "thaw/base/text.hpp"
#include "thaw/crypto/secp256k1.hpp"

namespace thaw::codec {
namespace {

const Address owner = *parse_address("0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266");
const Address token = *parse_address("0x70997970c51812dc3a010c7d01b50e0d17dc79c8");
const Address spender = *parse_address("0x3333333333333333333333333333333333333333");
const Hash separator = domain_separator("Liquid BNB", "1", 8428, token);

Hash unlimited() {
    Hash word;
    word.bytes.fill(0xff);
    return word;
}

/// Digests and signature that ethers 6 gives for the same domain and message.
TEST(TypedData, digests_agree_with_a_wallet_library) {
    EXPECT_EQ(to_hex(separator),
              "0x338a7bf3bdfffbd1dc8e97c93f1a26bf0b21e322077a406504442e467ff471be");
    EXPECT_EQ(to_hex(permit_digest(separator, owner, spender, unlimited(), 5, 1'700'000'000)),
              "0xc036fa71133b6c1188b0481a12fb317a3ab4f4f492ba13cc019d059d38f97853");
    Hash one;
    one.bytes[31] = 1;
    EXPECT_EQ(to_hex(permit_digest(separator, owner, spender, one, 0, unlimited())),
              "0x9cf991ed02f767d8aa132efc04dd6d1fc07931b61a6f32351ce4fed54dc4c526");
}

TEST(TypedData, the_signature_of_a_permit_names_its_owner) {
    const crypto::Signature signature{
        .r = *parse_hash("0xc2291834655b34d73fde86bd8d44e8c92c445716312e121ce1f5eec280be9be5"),
        .s = *parse_hash("0x08cc3c067402e4ebf4ac3a1a13c63ed126e751bfc1c775da2c1958302441e245"),
        .y_parity = 0x1c - 27};
    const Hash digest = permit_digest(separator, owner, spender, unlimited(), 5, 1'700'000'000);
    EXPECT_EQ(crypto::recover(digest, signature), owner);
    const Hash later = permit_digest(separator, owner, spender, unlimited(), 6, 1'700'000'000);
    EXPECT_NE(crypto::recover(later, signature), owner);
}

}  // namespace
}  // namespace thaw::codec
