/// GoogleTest words for receipts: refused with exactly this error, or done.
#pragma once
#include <gtest/gtest.h>

#include "tests/scenario/host.hpp"

/// The receipt is a revert with this typed error, arguments included.
#define EXPECT_REFUSED(receipt, ...)                                             \
    do {                                                                         \
        const auto refused_receipt = (receipt);                                  \
        EXPECT_FALSE(refused_receipt.success);                                   \
        EXPECT_EQ(::thaw::to_hex(refused_receipt.output),                        \
                  ::thaw::to_hex(::thaw::codec::revert_with(__VA_ARGS__).data)); \
    } while (false)
#define EXPECT_DONE(receipt)                                                      \
    do {                                                                          \
        const auto done_receipt = (receipt);                                      \
        EXPECT_TRUE(done_receipt.success) << ::thaw::to_hex(done_receipt.output); \
    } while (false)
/// 128-bit numbers, printed when they differ.
#define EXPECT_SAME(left, right) EXPECT_EQ(::thaw::to_decimal(left), ::thaw::to_decimal(right))
