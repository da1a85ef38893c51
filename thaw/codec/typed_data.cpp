#include "thaw/codec/typed_data.hpp"

#include "thaw/crypto/keccak.hpp"

namespace thaw::codec {

namespace {

constexpr Hash domain_type = crypto::keccak256_constexpr(
    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
constexpr Hash permit_type = crypto::keccak256_constexpr(
    "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");

}  // namespace

Hash typed_word(uint64_t value) {
    Hash out;
    for (size_t i = 32; value != 0; value >>= 8) out.bytes[--i] = static_cast<uint8_t>(value);
    return out;
}

Hash typed_word(const Address& address) {
    Hash out;
    std::copy(address.bytes.begin(), address.bytes.end(), out.bytes.begin() + 12);
    return out;
}

Hash struct_hash(std::span<const Hash> words) {
    return crypto::keccak256(
        BytesView{reinterpret_cast<const uint8_t*>(words.data()), words.size_bytes()});
}

Hash domain_separator(std::string_view name, std::string_view version, uint64_t chain_id,
                      const Address& verifying_contract) {
    return struct_hash(std::array{domain_type, crypto::keccak256(name), crypto::keccak256(version),
                                  typed_word(chain_id), typed_word(verifying_contract)});
}

Hash typed_data_digest(const Hash& domain_separator, const Hash& struct_hash) {
    std::array<uint8_t, 66> message{0x19, 0x01};
    std::copy(domain_separator.bytes.begin(), domain_separator.bytes.end(), message.begin() + 2);
    std::copy(struct_hash.bytes.begin(), struct_hash.bytes.end(), message.begin() + 34);
    return crypto::keccak256(BytesView{message});
}

Hash permit_digest(const Hash& domain_separator, const Address& owner, const Address& spender,
                   const Hash& value, uint64_t nonce, const Hash& deadline) {
    return typed_data_digest(
        domain_separator,
        struct_hash(std::array{permit_type, typed_word(owner), typed_word(spender), value,
                               typed_word(nonce), deadline}));
}

Hash permit_digest(const Hash& domain_separator, const Address& owner, const Address& spender,
                   const Hash& value, uint64_t nonce, uint64_t deadline) {
    return permit_digest(domain_separator, owner, spender, value, nonce, typed_word(deadline));
}

}  // namespace thaw::codec
