#include "thaw/codec/transaction.hpp"

#include <gtest/gtest.h>

#include "thaw/base/text.hpp"
#include "thaw/codec/rlp.hpp"
#include "thaw/crypto/keccak.hpp"

namespace thaw::codec {
namespace {

using Kind = TransactionFaultKind;

constexpr uint64_t chain_id = 8428;
const crypto::PrivateKey key{
    parse_hash("0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80")->bytes};
const Address sender = *parse_address("0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266");
const Address recipient = *parse_address("0x70997970c51812dc3a010c7d01b50e0d17dc79c8");

Hash filled_with(uint8_t byte) {
    Hash out;
    out.bytes.fill(byte);
    return out;
}

struct Vector {
    std::string_view raw;
    std::string_view hash;
    std::string_view signing_hash;
};

/// Signed by ethers 6 and, to the same bytes, by viem 2.
constexpr Vector vectors[] = {
    {"0xf86d80843b9aca008252089470997970c51812dc3a010c7d01b50e0d17dc79c88814d1120d7b1600008082"
     "41fba006c55ae05eedec0b52d0e958f5358ecff9abada2a4bc6554db108e274900554ca07a339f948d20ae6d"
     "5d1c2369c223985ba8ee8f4d4f2827f54eb1aefc9e857c42",
     "0xe376461acc3680a9f713d5c652991d31b8637d4264b5af5ecebfc5cc96728f94",
     "0xdfdf33047d8be3b1d77b5e972fc074a1e2054245033e07611013df29c7100551"},
    {"0xf88882012c07830186a09470997970c51812dc3a010c7d01b50e0d17dc79c880a4a694fc3a000000000000"
     "00000000000000000000000000000000000014d1120d7b1600008241fca04dfb8f3fecc2d5ee4c7600899ec6"
     "814a8ae38f8b211818d42f9a6a232658bf5fa0234ac67c3e00ef7f4cb776e4a281b7bfc38056b6d43bd5269d"
     "a59413f2adf960",
     "0xcffbd5c5d7e935b4b1e71a1ff663defa591529a1927bdf7db95c690edd07d9a0",
     "0x8ffca937c7d94e10f8b6bbab9c5795555a03aaf99dff0a2994e0dd588c66a329"},
    {"0x01f8da8220ec7f843b9aca0082c3509470997970c51812dc3a010c7d01b50e0d17dc79c8017ff872f85994"
     "70997970c51812dc3a010c7d01b50e0d17dc79c8f842a0000000000000000000000000000000000000000000"
     "0000000000000000000000a01111111111111111111111111111111111111111111111111111111111111111"
     "d6942222222222222222222222222222222222222222c080a06117e1049d910032c4cd7df23413b1850a4c21"
     "e709b560fc8a7ef5741afec635a044fde0937f8599a29459717b44091a80682373f76b352ff7e6ccf94a1e29"
     "bbe6",
     "0xc80d69a38dc72cf9691ca77b7518c02f7b09b51e98bf9affad1b882ff9176924",
     "0xc5512a370259daff331c75fa8df6e7286a779f221f960c00454d35ad8b63bf89"},
    {"0x02f8bb8220ec8180843b9aca008477359400830493e09470997970c51812dc3a010c7d01b50e0d17dc79c8"
     "90ffffffffffffffffffffffffffffffffb83cababababababababababababababababababababababababab"
     "abababababababababababababababababababababababababababababababababababc080a0a90faf5a6798"
     "e0e2d5d69616e5a64887a87def12d4ad0f9b548ad0c635c9aab5a03ba1acb5f2085058672ddca2ee55de8b91"
     "62981e366c0aa2afeefc1915cb6834",
     "0x1e07abcc669304bf662560fe969de3b5f2d06c7964fa47acfb807b4c0a827f03",
     "0x0dc283756701cc9f56dff9041284b740798113defcc1094125cc728c89888ec1"},
    {"0x02f8a08220ec8501000000008080809470997970c51812dc3a010c7d01b50e0d17dc79c88000f838f79470"
     "997970c51812dc3a010c7d01b50e0d17dc79c8e1a01111111111111111111111111111111111111111111111"
     "11111111111111111101a02b24bdd89ec6816fb71f32731027922bed3cf68cc0aeacaa442e6e3e5cc6252ea0"
     "3f9dbdf8390d5b582101979f39dce3b142a1073fbac00a21fcab92f7012d9e28",
     "0x023a6a89ba698466c332ef181b9c7a22929e519e10a9cc44d4110dfeefc0f2b1",
     "0x992022f32a67bfdd5ad9d55ecf25f6630ca81f4a01c0f29ebddaae27491b33d6"},
};

/// What the vectors were made from, in the same order.
std::vector<SignedTransaction> drafts() {
    const AccessListEntry two_keys{recipient, {Hash{}, filled_with(0x11)}};
    const AccessListEntry one_key{recipient, {filled_with(0x11)}};
    AccessListEntry no_keys;
    no_keys.address.bytes.fill(0x22);
    const Bytes stake =
        *parse_hex("0xa694fc3a00000000000000000000000000000000000000000000000014d1120d7b160000");
    std::vector<SignedTransaction> out(5);
    for (SignedTransaction& draft : out) {
        draft.chain_id = chain_id;
        draft.to = recipient;
    }
    const auto fill = [&](size_t i, uint8_t type, uint64_t nonce, u128 priority, u128 fee,
                          uint64_t gas, u128 value, Bytes data) {
        out[i].type = type;
        out[i].nonce = nonce;
        out[i].max_priority_fee_per_gas = priority;
        out[i].max_fee_per_gas = fee;
        out[i].gas_limit = gas;
        out[i].value = value;
        out[i].data = std::move(data);
    };
    fill(0, 0, 0, 1'000'000'000, 1'000'000'000, 21'000, 1'500'000'000'000'000'000, {});
    fill(1, 0, 300, 7, 7, 100'000, 0, stake);
    fill(2, 1, 127, 1'000'000'000, 1'000'000'000, 50'000, 1, {0x7f});
    out[2].access_list = {two_keys, no_keys};
    fill(3, 2, 128, 1'000'000'000, 2'000'000'000, 300'000, u128_max, Bytes(60, 0xab));
    fill(4, 2, uint64_t{1} << 32, 0, 0, 0, 0, {0});
    out[4].access_list = {one_key};
    return out;
}

TEST(Transaction, reads_what_wallet_libraries_sign) {
    const std::vector<SignedTransaction> expected = drafts();
    for (size_t i = 0; i < std::size(vectors); ++i) {
        const Bytes raw = parse_hex(vectors[i].raw).value();
        const auto tx = decode_transaction(raw, chain_id);
        ASSERT_TRUE(tx) << i << ": " << tx.error().text;
        EXPECT_EQ(to_hex(tx->hash), vectors[i].hash);
        EXPECT_EQ(to_hex(tx->signing_hash), vectors[i].signing_hash);
        EXPECT_EQ(sender_of(*tx), sender);
        EXPECT_EQ(tx->type, expected[i].type);
        EXPECT_EQ(tx->chain_id, expected[i].chain_id);
        EXPECT_EQ(tx->nonce, expected[i].nonce);
        EXPECT_TRUE(tx->max_priority_fee_per_gas == expected[i].max_priority_fee_per_gas);
        EXPECT_TRUE(tx->max_fee_per_gas == expected[i].max_fee_per_gas);
        EXPECT_EQ(tx->gas_limit, expected[i].gas_limit);
        EXPECT_EQ(tx->to, expected[i].to);
        EXPECT_TRUE(tx->value == expected[i].value);
        EXPECT_EQ(tx->data, expected[i].data);
        EXPECT_EQ(tx->access_list, expected[i].access_list);
        EXPECT_EQ(to_hex(encode_signed(*tx)), vectors[i].raw);
    }
}

/// RFC 6979 leaves the signer no choice, so the bytes must be the same.
TEST(Transaction, signs_to_the_bytes_that_wallet_libraries_send) {
    const std::vector<SignedTransaction> made = drafts();
    for (size_t i = 0; i < made.size(); ++i)
        EXPECT_EQ(to_hex(sign_transaction(made[i], key)), vectors[i].raw) << i;
}

/// The wire fields of a good transaction, to be spoilt one at a time.
struct Wire {
    uint8_t type;
    std::vector<Bytes> fields;

    explicit Wire(const SignedTransaction& draft) : type{draft.type} {
        const Bytes raw = sign_transaction(draft, key);
        const BytesView list = BytesView{raw}.subspan(type == 0 ? 0 : 1);
        RlpReader reader{decode_rlp(list).value().payload};
        while (!reader.at_end()) {
            const RlpItem item = reader.next().value();
            RlpWriter field;
            if (item.is_list)
                field.list(RlpWriter{}.raw(item.payload));
            else
                field.string(item.payload);
            fields.push_back(std::move(field).take());
        }
    }
    Bytes raw() const {
        RlpWriter items;
        for (const Bytes& field : fields) items.raw(field);
        Bytes out = items.as_list();
        if (type != 0) out.insert(out.begin(), type);
        return out;
    }
    /// The same with one field replaced by encoded bytes.
    Bytes with(size_t index, std::string_view hex) const {
        Wire spoilt = *this;
        spoilt.fields.at(index) = parse_hex(hex).value();
        return spoilt.raw();
    }
    Bytes without_last() const {
        Wire spoilt = *this;
        spoilt.fields.pop_back();
        return spoilt.raw();
    }
};

const Wire legacy{drafts()[0]};
const Wire type_1{drafts()[2]};
const Wire type_2{drafts()[3]};

struct Refusal {
    Bytes raw;
    Kind kind;
    std::string_view text;
};

void expect_refused(const std::vector<Refusal>& table) {
    for (const Refusal& row : table) {
        const auto tx = decode_transaction(row.raw, chain_id);
        ASSERT_FALSE(tx) << row.text;
        EXPECT_EQ(tx.error().text, row.text);
        EXPECT_EQ(tx.error().kind, row.kind) << row.text;
    }
}

Bytes changed(Bytes raw, size_t at, uint8_t byte) {
    raw.at(at) = byte;
    return raw;
}

Bytes followed_by(Bytes raw, uint8_t byte) {
    raw.push_back(byte);
    return raw;
}

TEST(Transaction, refuses_a_wrong_envelope) {
    const Bytes good = type_2.raw();
    Bytes cut = good;
    cut.pop_back();
    SignedTransaction largest = drafts()[3];
    largest.data.resize(transaction_size_max_bytes - 170);
    while (sign_transaction(largest, key).size() < transaction_size_max_bytes)
        largest.data.push_back(1);
    EXPECT_TRUE(decode_transaction(sign_transaction(largest, key), chain_id));
    largest.data.push_back(1);
    expect_refused({
        {{}, Kind::empty, "empty transaction"},
        {sign_transaction(largest, key), Kind::too_large,
         "oversized data: transaction size 131073, limit 131072"},
        {changed(good, 0, 3), Kind::unsupported_type, "transaction type 3 (blob) is not supported"},
        {changed(good, 0, 4), Kind::unsupported_type,
         "transaction type 4 (set code) is not supported"},
        {changed(good, 0, 0), Kind::unsupported_type, "transaction type 0 is not supported"},
        {changed(good, 0, 0x7f), Kind::unsupported_type, "transaction type 127 is not supported"},
        {changed(good, 0, 0xb8), Kind::unsupported_type, "transaction type 184 is not supported"},
        {{2}, Kind::malformed_rlp, "invalid transaction: item is longer than the input"},
        {{2, 0x80}, Kind::malformed_rlp, "invalid transaction: expected list, got string"},
        {cut, Kind::malformed_rlp, "invalid transaction: item is longer than the input"},
        {followed_by(good, 0), Kind::malformed_rlp, "invalid transaction: trailing bytes"},
        {followed_by(legacy.raw(), 0), Kind::malformed_rlp, "invalid transaction: trailing bytes"},
        {{0xf8, 0x01, 0xc0}, Kind::malformed_rlp, "invalid transaction: non-canonical size"},
        {{0xc0}, Kind::wrong_field_count, "wrong number of fields: have 0, want 9"},
        {legacy.without_last(), Kind::wrong_field_count, "wrong number of fields: have 8, want 9"},
        {type_1.without_last(), Kind::wrong_field_count,
         "wrong number of fields: have 10, want 11"},
        {changed(good, 0, 1), Kind::wrong_field_count, "wrong number of fields: have 12, want 11"},
    });
}

TEST(Transaction, refuses_fields_that_are_not_canonical_or_too_large) {
    const std::string_view nine = "0x89010000000000000000";
    const std::string_view seventeen = "0x910100000000000000000000000000000000";
    expect_refused({
        {type_2.with(0, nine), Kind::field_out_of_range, "invalid chain id: integer too large"},
        {type_2.with(1, nine), Kind::field_out_of_range, "invalid nonce: integer too large"},
        {type_2.with(1, "0x00"), Kind::malformed_rlp, "invalid nonce: leading zeros in integer"},
        {type_2.with(1, "0x8105"), Kind::malformed_rlp, "invalid transaction: non-canonical size"},
        {type_2.with(1, "0xc0"), Kind::malformed_rlp, "invalid nonce: expected string, got list"},
        {type_2.with(2, seventeen), Kind::field_out_of_range,
         "invalid max priority fee per gas: integer too large"},
        {type_2.with(3, seventeen), Kind::field_out_of_range,
         "invalid max fee per gas: integer too large"},
        {legacy.with(1, seventeen), Kind::field_out_of_range,
         "invalid gas price: integer too large"},
        {type_2.with(4, nine), Kind::field_out_of_range, "invalid gas limit: integer too large"},
        {type_2.with(5, "0x8101"), Kind::malformed_rlp, "invalid transaction: non-canonical size"},
        {type_2.with(5, "0x01"), Kind::field_out_of_range,
         "invalid recipient: wrong size of a fixed-size string"},
        {type_2.with(6, seventeen), Kind::field_out_of_range, "invalid value: integer too large"},
        {type_2.with(6, "0x820001"), Kind::malformed_rlp,
         "invalid value: leading zeros in integer"},
        {type_2.with(7, "0xc0"), Kind::malformed_rlp, "invalid data: expected string, got list"},
        {legacy.with(7, "0xa101" + std::string(64, '0')), Kind::field_out_of_range,
         "invalid r: integer too large"},
        {legacy.with(7, "0x820001"), Kind::malformed_rlp, "invalid r: leading zeros in integer"},
        {legacy.with(8, "0xc0"), Kind::malformed_rlp, "invalid s: expected string, got list"},
        {type_2.with(11, "0x00"), Kind::malformed_rlp, "invalid s: leading zeros in integer"},
    });
}

TEST(Transaction, refuses_malformed_access_lists) {
    const std::string address(40, '2');
    const std::string short_key = "0xd8d794" + address + "c101";
    const std::string key_as_list = "0xd8d794" + address + "c1c0";
    const std::string third_part = "0xd8d794" + address + "c080";
    expect_refused({
        {type_2.with(8, "0x80"), Kind::malformed_rlp,
         "invalid access list: expected list, got string"},
        {type_2.with(8, "0xc101"), Kind::malformed_rlp,
         "invalid access list: expected list, got string"},
        {type_2.with(8, "0xc1c0"), Kind::malformed_rlp,
         "invalid access list: item is longer than the input"},
        {type_2.with(8, "0xc3c201c0"), Kind::field_out_of_range,
         "invalid access list: wrong size of a fixed-size string"},
        {type_2.with(8, short_key), Kind::field_out_of_range,
         "invalid access list: wrong size of a fixed-size string"},
        {type_2.with(8, key_as_list), Kind::malformed_rlp,
         "invalid access list: expected string, got list"},
        {type_2.with(8, third_part), Kind::malformed_rlp, "invalid access list: trailing bytes"},
    });
}

TEST(Transaction, refuses_what_the_fields_mean) {
    SignedTransaction elsewhere = drafts()[3];
    elsewhere.chain_id = 1;
    SignedTransaction legacy_elsewhere = drafts()[0];
    legacy_elsewhere.chain_id = 8429;
    SignedTransaction creation = drafts()[3];
    creation.to.reset();
    SignedTransaction tip_above_fee = drafts()[3];
    tip_above_fee.max_priority_fee_per_gas = tip_above_fee.max_fee_per_gas;
    EXPECT_TRUE(decode_transaction(sign_transaction(tip_above_fee, key), chain_id));
    ++tip_above_fee.max_priority_fee_per_gas;
    constexpr std::string_view unprotected =
        "only replay-protected (EIP-155) transactions allowed over RPC";
    expect_refused({
        {legacy.with(6, "0x1b"), Kind::unprotected, unprotected},
        {legacy.with(6, "0x1c"), Kind::unprotected, unprotected},
        {sign_transaction(elsewhere, key), Kind::wrong_chain_id,
         "invalid chain id: have 1 want 8428"},
        {sign_transaction(legacy_elsewhere, key), Kind::wrong_chain_id,
         "invalid chain id: have 8429 want 8428"},
        {legacy.with(6, "0x23"), Kind::wrong_chain_id, "invalid chain id: have 0 want 8428"},
        {legacy.with(6, "0x8a01000000000000000000"), Kind::field_out_of_range,
         "invalid v: integer too large"},
        {sign_transaction(creation, key), Kind::contract_creation,
         "contract creation is not supported"},
        {sign_transaction(tip_above_fee, key), Kind::fee_order,
         "max priority fee per gas higher than max fee per gas"},
    });
}

TEST(Transaction, refuses_signatures_that_nobody_honest_sends) {
    const auto word = [](const Hash& value) { return "0xa0" + to_hex(value).substr(2); };
    const std::string order = word(crypto::curve_order);
    Hash above_half = crypto::half_curve_order;
    ++above_half.bytes[31];
    EXPECT_TRUE(decode_transaction(type_2.with(11, word(crypto::half_curve_order)), chain_id));
    expect_refused({
        {type_2.with(10, "0x80"), Kind::invalid_signature, "invalid signature: r is zero"},
        {type_2.with(10, order), Kind::invalid_signature,
         "invalid signature: r is not below the order"},
        {type_2.with(11, "0x80"), Kind::invalid_signature, "invalid signature: s is zero"},
        {type_2.with(11, order), Kind::invalid_signature,
         "invalid signature: s is not below the order"},
        {type_2.with(11, word(above_half)), Kind::invalid_signature,
         "invalid signature: s above half the order (EIP-2)"},
        {legacy.with(8, word(above_half)), Kind::invalid_signature,
         "invalid signature: s above half the order (EIP-2)"},
        {type_2.with(9, "0x02"), Kind::invalid_signature,
         "invalid signature: y parity is 2, neither 0 nor 1"},
        {type_1.with(8, "0x1b"), Kind::invalid_signature,
         "invalid signature: y parity is 27, neither 0 nor 1"},
        {legacy.with(6, "0x80"), Kind::invalid_signature, "invalid signature: v is 0"},
        {legacy.with(6, "0x22"), Kind::invalid_signature, "invalid signature: v is 34"},
    });
}

TEST(Transaction, an_r_beside_the_curve_decodes_but_has_no_sender) {
    const auto tx = decode_transaction(type_2.with(10, "0x05"), chain_id);
    ASSERT_TRUE(tx);
    EXPECT_FALSE(sender_of(*tx));
}

/// One flipped bit anywhere is refused, or names another sender, and encodes to itself if accepted.
TEST(Transaction, no_flipped_bit_keeps_the_sender) {
    for (const Vector& vector : vectors) {
        const Bytes good = parse_hex(vector.raw).value();
        for (size_t bit = 0; bit < good.size() * 8; ++bit) {
            const auto mask = static_cast<uint8_t>(1 << bit % 8);
            const Bytes raw = changed(good, bit / 8, good[bit / 8] ^ mask);
            const auto tx = decode_transaction(raw, chain_id);
            if (!tx) continue;
            EXPECT_EQ(encode_signed(*tx), raw);
            EXPECT_NE(sender_of(*tx), sender) << bit;
        }
    }
}

}  // namespace
}  // namespace thaw::codec
