#include "thaw/codec/typed_data.hpp"
#include "thaw/crypto/secp256k1.hpp"
#include "thaw/protocol/addresses.hpp"
#include "thaw/protocol/allowance/books.hpp"
#include "thaw/protocol/allowance/face.hpp"
#include "thaw/protocol/assets/face.hpp"
#include "thaw/protocol/issued/books.hpp"

namespace thaw::protocol::allowance {
namespace {

Key key_of(const Address& token, const Address& owner, const Address& spender) {
    return {.owner = owner, .spender = spender, .token = token};
}
NonceKey nonce_key(const Address& token, const Address& owner) {
    return {.owner = owner, .token = token};
}

void grant(Call& call, const Address& owner, const Address& spender, Allowance value) {
    call.own<Books>().allowances.put(key_of(call.self(), owner, spender), Row{value.value});
    call.emit(Approval{owner, spender, value});
}

}  // namespace

std::string token_name(const Query& query) {
    const auto issue = query.read<issued::Books>().issues.get(query.self());
    if (issue.number != 0) return std::string{issue.name.view()};
    const uint8_t index = index_of(query.self());
    const auto& networks = query.read<networks::Books>().networks;
    switch (kind_of(query.self())) {
        case ContractKind::liquid:
            return std::string{networks.get(index).liquid_symbol.view()};
        case ContractKind::legacy:
            return std::string{networks.get(index).legacy_symbol.view()};
        case ContractKind::wrapped:
            return std::string{networks.get(index).wrapped_symbol.view()};
        case ContractKind::flash:
            return "flash" + std::string{networks.get(index).asset_symbol.view()};
        case ContractKind::governor:
            return "ThawGovernor";
        default:
            break;
    }
    if (index == thaw_token) return "Thaw";
    if (index > thaw_token) return std::string{assets::listing(query, index).name.view()};
    return std::string{networks.get(index).asset_symbol.view()};
}

Result<bool> approve(Call& call, Address spender, Allowance value) {
    if (spender.is_zero()) return fail(ERC20InvalidSpender{spender});
    grant(call, call.sender(), spender, value);
    return true;
}

Result<void> permit(Call& call, Address owner, Address spender, codec::Word value,
                    codec::Word deadline, uint8_t v, Hash r, Hash s) {
    Books& books = call.own<Books>();
    const NonceKey key = nonce_key(call.self(), owner);
    const Nonce nonce = books.nonces.get(key);

    const auto last_s = codec::word_value(deadline.bytes.bytes);
    if (last_s && *last_s < call.now_s()) return fail(ERC2612ExpiredSignature{deadline});
    if (spender.is_zero()) return fail(ERC20InvalidSpender{spender});
    const Hash digest = codec::permit_digest(*domain_separator(call), owner, spender, value.bytes,
                                             nonce.next, deadline.bytes);
    const auto signer = v == 27 || v == 28
                            ? crypto::recover(digest, {r, s, static_cast<uint8_t>(v - 27)})
                            : std::nullopt;
    if (!signer || *signer != owner)
        return fail(ERC2612InvalidSigner{signer.value_or(Address{}), owner});

    books.nonces.put(key, Nonce{nonce.next + 1});
    grant(call, owner, spender, Allowance{codec::word_value(value.bytes.bytes).value_or(u128_max)});
    return {};
}

Result<Allowance> allowance_of(const Query& query, Address owner, Address spender) {
    return Allowance{
        query.read<Books>().allowances.get(key_of(query.self(), owner, spender)).amount};
}

Result<Number> nonces(const Query& query, Address owner) {
    return Number{query.read<Books>().nonces.get(nonce_key(query.self(), owner)).next};
}

void use_nonce(Call& call, const Address& owner) {
    Books& books = call.own<Books>();
    const NonceKey key = nonce_key(call.self(), owner);
    books.nonces.put(key, Nonce{books.nonces.get(key).next + 1});
}

Result<Hash> domain_separator(const Query& query) {
    return codec::domain_separator(token_name(query), "1", query.block().chain_id, query.self());
}

Result<Domain> eip712_domain(const Query& query) {
    // 0x0f: name, version, chainId and verifyingContract are in the domain; salt is not.
    return Domain{codec::Byte{0x0f},
                  token_name(query),
                  "1",
                  Number{query.block().chain_id},
                  query.self(),
                  Hash{},
                  {}};
}

Result<void> spend(Call& call, const Address& owner, u128 amount) {
    Books& books = call.own<Books>();
    const Key key = key_of(call.self(), owner, call.sender());
    Row row = books.allowances.get(key);
    if (row.amount == u128_max) return {};
    if (row.amount < amount)
        return fail(ERC20InsufficientAllowance{call.sender(), Allowance{row.amount}, amount});
    row.amount -= amount;
    books.allowances.put(key, row);
    return {};
}

}  // namespace thaw::protocol::allowance
