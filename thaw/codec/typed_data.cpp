#include "thaw/codec/typed_data.hpp"

#include "thaw/crypto/keccak.hpp"

namespace thaw::codec {

namespace {

constexpr Hash domain_type = crypto::keccak256_constexpr(
    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
constexpr Hash permit_type = crypto::keccak256_constexpr(
    "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");

Hash word(uint64_t value) {
    Hash out;
    for (size_t i = 32; value != 0; value >>= 8) out.bytes[--i] = static_cast<uint8_t>(value);
    return out;
}

Hash word(const Address& address) {
    Hash out;
    std::copy(address.bytes.begin(), address.bytes.end(), out.bytes.begin() + 12);
    return out;
}

/// The hash of words one after the other.
template <size_t count>
Hash hash_of(const std::array<Hash, count>& words) {
    return crypto::keccak256(view_of(words));
}

}  // namespace

Hash domain_separator(std::string_view name, std::string_view version, uint64_t chain_id,
                      const Address& verifying_contract) {
    return hash_of(std::array{domain_type, crypto::keccak256(name), crypto::keccak256(version),
                              word(chain_id), word(verifying_contract)});
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
        hash_of(std::array{permit_type, word(owner), word(spender), value, word(nonce), deadline}));
}

Hash permit_digest(const Hash& domain_separator, const Address& owner, const Address& spender,
                   const Hash& value, uint64_t nonce, uint64_t deadline) {
    return permit_digest(domain_separator, owner, spender, value, nonce, word(deadline));
}

}  // namespace thaw::codec
