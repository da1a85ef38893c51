#include "thaw/crypto/sha256.hpp"

#include <gtest/gtest.h>

#include "thaw/base/text.hpp"

namespace thaw::crypto {

namespace {

std::string of(std::initializer_list<std::string_view> pieces) {
    Sha256 sum;
    for (const std::string_view piece : pieces) sum.add(view_of(piece));
    return to_hex(sum.finish());
}

}  // namespace

// FIPS 180-4, the examples that NIST publishes with it.
TEST(Sha256, AgreesWithThePublishedExamples) {
    EXPECT_EQ(of({}), "0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(of({"abc"}), "0xba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(of({"abcdbcdecdefdefgefghfghighijhijk", "ijkljklmklmnlmnomnopnopq"}),
              "0x248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

}  // namespace thaw::crypto
