#include "thaw/codec/rlp.hpp"

#include <gtest/gtest.h>

#include "thaw/base/text.hpp"

namespace thaw::codec {
namespace {

Bytes bytes_of(std::string_view hex) { return parse_hex(hex).value(); }

TEST(Rlp, writes_the_examples_of_the_specification) {
    const std::string_view lorem = "Lorem ipsum dolor sit amet, consectetur adipisicing elit";
    const RlpWriter empty;
    RlpWriter one;
    one.list(empty);
    RlpWriter two;
    two.list(empty).list(one);
    const std::pair<RlpWriter, std::string_view> table[] = {
        {RlpWriter{}.string("dog"), "0x83646f67"},
        {RlpWriter{}.list(RlpWriter{}.string("cat").string("dog")), "0xc88363617483646f67"},
        {RlpWriter{}.string(""), "0x80"},
        {RlpWriter{}.list(empty), "0xc0"},
        {RlpWriter{}.integer(0), "0x80"},
        {RlpWriter{}.integer(15), "0x0f"},
        {RlpWriter{}.integer(127), "0x7f"},
        {RlpWriter{}.integer(128), "0x8180"},
        {RlpWriter{}.integer(1024), "0x820400"},
        {RlpWriter{}.integer(u128_max), "0x90ffffffffffffffffffffffffffffffff"},
        {RlpWriter{}.integer(Hash{}), "0x80"},
        {RlpWriter{}.list(RlpWriter{}.list(empty).list(one).list(two)), "0xc7c0c1c0c3c0c1c0"},
        {RlpWriter{}.string(lorem),
         "0xb8384c6f72656d20697073756d20646f6c6f722073697420616d65742c2"
         "0636f6e7365637465747572206164697069736963696e6720656c6974"},
    };
    for (const auto& [writer, hex] : table) EXPECT_EQ(to_hex(writer.items()), hex);
}

TEST(Rlp, reads_back_what_it_wrote_around_every_border_of_the_size) {
    for (const size_t size : {0, 1, 2, 54, 55, 56, 57, 255, 256, 65535, 65536}) {
        const Bytes payload(size, 0x80);
        RlpWriter out;
        out.string(payload).list(RlpWriter{}.raw(payload));
        RlpReader reader{out.items()};
        const auto string = reader.next().value();
        EXPECT_FALSE(string.is_list);
        EXPECT_TRUE(std::ranges::equal(string.payload, payload)) << size;
        const auto list = reader.next().value();
        EXPECT_TRUE(list.is_list);
        EXPECT_TRUE(std::ranges::equal(list.payload, payload)) << size;
        EXPECT_TRUE(reader.at_end());
    }
}

TEST(Rlp, refuses_every_form_but_the_canonical_one) {
    const std::pair<std::string_view, RlpFault> table[] = {
        {"0x", RlpFault::truncated},
        {"0x81", RlpFault::truncated},
        {"0x83646f", RlpFault::truncated},
        {"0xc883636174", RlpFault::truncated},
        {"0xb8", RlpFault::truncated},
        {"0xb838", RlpFault::truncated},
        {"0xf9ff", RlpFault::truncated},
        {"0xbbffffffff", RlpFault::truncated},
        {"0x8000", RlpFault::trailing_bytes},
        {"0xc0c0", RlpFault::trailing_bytes},
        {"0x8100", RlpFault::non_canonical_size},
        {"0x817f", RlpFault::non_canonical_size},
        {"0xb800", RlpFault::non_canonical_size},
        {"0xb80180", RlpFault::non_canonical_size},
        {"0xf800", RlpFault::non_canonical_size},
        {"0xf801c0", RlpFault::non_canonical_size},
        {"0xb90038", RlpFault::non_canonical_size},
        {"0xbb01000000", RlpFault::truncated},
        {"0xbc0100000000", RlpFault::size_too_large},
        {"0xffffffffffffffffff", RlpFault::size_too_large},
    };
    for (const auto& [hex, fault] : table) {
        const auto item = decode_rlp(bytes_of(hex));
        ASSERT_FALSE(item) << hex;
        EXPECT_EQ(text(item.error()), text(fault)) << hex;
    }
}

TEST(Rlp, integers_have_no_leading_zeros_and_fit) {
    const auto fault_of = [](std::string_view hex) {
        const Bytes bytes = bytes_of(hex);
        return RlpReader{bytes}.integer64().error();
    };
    EXPECT_EQ(fault_of("0x00"), RlpFault::leading_zeros);
    EXPECT_EQ(fault_of("0x820001"), RlpFault::leading_zeros);
    EXPECT_EQ(fault_of("0x89010000000000000000"), RlpFault::integer_too_large);
    EXPECT_EQ(fault_of("0xc0"), RlpFault::expected_string);
    const Bytes largest = bytes_of("0x88ffffffffffffffff");
    EXPECT_EQ(RlpReader{largest}.integer64(), ~uint64_t{0});
    const Bytes zero = bytes_of("0x80");
    EXPECT_EQ(RlpReader{zero}.integer64(), uint64_t{0});
    EXPECT_EQ(RlpReader{zero}.list().error(), RlpFault::expected_list);
    EXPECT_EQ(RlpReader{zero}.fixed<Address>().error(), RlpFault::wrong_size);
}

TEST(Rlp, a_256_bit_integer_stands_at_the_end_of_its_word) {
    Hash value;
    value.bytes[30] = 1;
    RlpWriter out;
    out.integer(value);
    EXPECT_EQ(to_hex(out.items()), "0x820100");
    EXPECT_EQ(RlpReader{out.items()}.integer256(), value);
    const Bytes wide = RlpWriter{}.string(Bytes(33, 1)).as_list();
    EXPECT_EQ(RlpReader{BytesView{wide}.subspan(1)}.integer256().error(),
              RlpFault::integer_too_large);
}

}  // namespace
}  // namespace thaw::codec
