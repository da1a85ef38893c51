#include "thaw/crypto/secp256k1.hpp"

#include <gtest/gtest.h>

#include "thaw/base/text.hpp"
#include "thaw/crypto/keccak.hpp"

namespace thaw::crypto {
namespace {

const PrivateKey development_key{
    parse_hash("0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80")->bytes};

/// a - b on big-endian numbers.
Hash difference(const Hash& a, const Hash& b) {
    Hash out;
    int borrow = 0;
    for (size_t i = 32; i-- > 0;) {
        const int digit = a.bytes[i] - b.bytes[i] - borrow;
        borrow = digit < 0;
        out.bytes[i] = static_cast<uint8_t>(digit);
    }
    return out;
}

TEST(Secp256k1, knows_the_account_of_a_key) {
    EXPECT_EQ(to_hex(address_of(development_key)), "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266");
    PrivateKey one;
    one.bytes[31] = 1;
    EXPECT_EQ(to_hex(address_of(one)), "0x7e5f4552091a69125d5dfcb7b8c2659029395bdf");
}

TEST(Secp256k1, a_key_lies_between_one_and_the_order) {
    PrivateKey key;
    EXPECT_FALSE(is_valid(key));
    key.bytes = curve_order.bytes;
    EXPECT_FALSE(is_valid(key));
    --key.bytes[31];
    EXPECT_TRUE(is_valid(key));
}

TEST(Secp256k1, recovers_what_it_signed_and_nobody_for_another_digest) {
    for (int i = 0; i < 64; ++i) {
        const Hash digest = keccak256(std::to_string(i));
        const Signature signature = sign(digest, development_key);
        EXPECT_EQ(fault_of(signature), SignatureFault::none);
        EXPECT_EQ(recover(digest, signature), address_of(development_key));
        EXPECT_NE(recover(keccak256("other"), signature), address_of(development_key));
    }
}

TEST(Secp256k1, refuses_numbers_out_of_range_and_the_high_s) {
    const Hash digest = keccak256("message");
    const Signature good = sign(digest, development_key);
    const Hash above_half = [] {
        Hash s = half_curve_order;
        ++s.bytes[31];
        return s;
    }();
    Hash last = curve_order;
    --last.bytes[31];
    const std::tuple<Signature, SignatureFault> table[] = {
        {{Hash{}, good.s, good.y_parity}, SignatureFault::r_zero},
        {{curve_order, good.s, good.y_parity}, SignatureFault::r_too_large},
        {{last, good.s, good.y_parity}, SignatureFault::none},
        {{good.r, Hash{}, good.y_parity}, SignatureFault::s_zero},
        {{good.r, curve_order, good.y_parity}, SignatureFault::s_too_large},
        {{good.r, last, good.y_parity}, SignatureFault::s_high},
        {{good.r, above_half, good.y_parity}, SignatureFault::s_high},
        {{good.r, half_curve_order, good.y_parity}, SignatureFault::none},
        {{good.r, good.s, 2}, SignatureFault::parity},
    };
    for (const auto& [signature, fault] : table) {
        EXPECT_EQ(fault_of(signature), fault);
        if (fault != SignatureFault::none) {
            EXPECT_FALSE(recover(digest, signature));
        }
    }
    // The twin of a good signature, which verifies on the bare curve, is refused too.
    EXPECT_FALSE(recover(digest, {good.r, difference(curve_order, good.s),
                                  static_cast<uint8_t>(1 - good.y_parity)}));
}

TEST(Secp256k1, an_r_beside_the_curve_has_no_signer) {
    const Hash digest = keccak256("message");
    Signature signature = sign(digest, development_key);
    signature.r = Hash{};
    signature.r.bytes[31] = 5;  // 5^3 + 7 is no square modulo p.
    EXPECT_FALSE(recover(digest, signature));
}

}  // namespace
}  // namespace thaw::crypto
