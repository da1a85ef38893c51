#include "thaw/crypto/hd_wallet.hpp"

#include <gtest/gtest.h>

#include "thaw/base/text.hpp"

namespace thaw::crypto {
namespace {

constexpr std::string_view development_mnemonic =
    "test test test test test test test test test test test junk";

TEST(HdWallet, derives_the_accounts_of_the_development_mnemonic) {
    const std::pair<uint32_t, std::string_view> vectors[] = {
        {0, "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266"},
        {1, "0x70997970c51812dc3a010c7d01b50e0d17dc79c8"},
        {9, "0xa0ee7a142d267c1f36714e4a8f75612f20a79720"},
    };
    for (const auto& [index, address] : vectors)
        EXPECT_EQ(to_hex(address_of(derive_key(development_mnemonic, index).value())), address);
    EXPECT_EQ(to_hex(BytesView{derive_key(development_mnemonic, 0).value().bytes}),
              "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80");
}

TEST(HdWallet, refuses_an_index_that_would_be_hardened) {
    EXPECT_TRUE(derive_key(development_mnemonic, 0x7fffffff));
    EXPECT_FALSE(derive_key(development_mnemonic, 0x80000000));
}

}  // namespace
}  // namespace thaw::crypto
