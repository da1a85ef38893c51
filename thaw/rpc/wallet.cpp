#include "thaw/base/text.hpp"
#include "thaw/crypto/keccak.hpp"
#include "thaw/rpc/backend.hpp"
#include "thaw/rpc/drafts.hpp"
#include "thaw/rpc/typed_data_json.hpp"

namespace thaw::rpc {

namespace {

Error unknown_account(const Address& account) {
    return {code::server, "unknown account " + to_hex(account) +
                              ": it is none of the development accounts; sign in your wallet and "
                              "use eth_sendRawTransaction"};
}

std::string signature_text(const Hash& digest, const crypto::PrivateKey& key) {
    const crypto::Signature signature = crypto::sign(digest, key);
    Bytes out;
    append(out, signature.r.bytes);
    append(out, signature.s.bytes);
    out.push_back(static_cast<uint8_t>(27 + signature.y_parity));
    return to_hex(out);
}

/// Completes, signs and admits; an impersonated sender needs no signature.
tl::expected<Hash, Error> send(Backend& b, const CallObject& call) {
    const crypto::PrivateKey* key = b.key_of(call.from);
    if (key == nullptr && !b.is_impersonated(call.from))
        return tl::unexpected(unknown_account(call.from));
    if (!call.to)
        return tl::unexpected(
            Error{code::server,
                  "contract creation is not possible on this chain: its contracts "
                  "are native; give \"to\""});
    if (const auto why = not_a_sender(b.node.view().state(), call.from))
        return tl::unexpected(*why);
    codec::SignedTransaction draft = TRY(draft_for(b, call));
    const auto hash = key != nullptr
                          ? b.node.submit(codec::sign_transaction(std::move(draft), *key))
                          : b.node.submit_impersonated(call.from, std::move(draft));
    if (!hash) return tl::unexpected(Error{hash.error().code, hash.error().text});
    return *hash;
}

void send_transaction(Backend& b, const Params& p, Reply reply) {
    auto call = argument(p, 0, read_call);
    if (!call) return reply(tl::unexpected(call.error()));
    if (!call->has_from) {
        if (b.accounts.empty())
            return reply(tl::unexpected(Error{code::invalid_params, "\"from\" is missing"}));
        call->from = b.accounts.front();
    }
    const auto hash = send(b, *call);
    if (!hash) return reply(tl::unexpected(hash.error()));
    reply_when_sealed(b, *hash, std::move(reply));
}

/// EIP-191, version 0x45.
Answer personal_sign(const Backend& b, const Params& p) {
    const Bytes message = TRY(argument(p, 0, read_data));
    const Address account = TRY(argument(p, 1, read_address));
    const crypto::PrivateKey* key = b.key_of(account);
    if (key == nullptr) return tl::unexpected(unknown_account(account));
    const std::string prefix =
        "\x19"
        "Ethereum Signed Message:\n" +
        std::to_string(message.size());
    Bytes signed_bytes;
    append(signed_bytes, view_of(prefix));
    append(signed_bytes, message);
    return json::value(signature_text(crypto::keccak256(signed_bytes), *key));
}

Answer sign_typed_data(const Backend& b, const Params& p) {
    const Address account = TRY(argument(p, 0, read_address));
    const Hash digest = TRY(argument(p, 1, typed_data_digest));
    const crypto::PrivateKey* key = b.key_of(account);
    if (key == nullptr) return tl::unexpected(unknown_account(account));
    return json::value(signature_text(digest, *key));
}

Answer sign_transaction(const Backend& b, const Params& p) {
    const CallObject call = TRY(argument(p, 0, read_call));
    const crypto::PrivateKey* key = b.key_of(call.from);
    if (key == nullptr) return tl::unexpected(unknown_account(call.from));
    return json::value(to_hex(codec::sign_transaction(TRY(draft_for(b, call)), *key)));
}

}  // namespace

void add_wallet(Methods& m, Backend& b) {
    const auto accounts = [&b](const Params&) -> Answer {
        json::array out;
        for (const Address& account : b.accounts) out.push_back(json::value(to_hex(account)));
        return json::value(std::move(out));
    };
    m.add("eth_accounts", "", "The development accounts; none on a public network.", accounts);
    if (!b.options.dev) return;
    m.add("eth_requestAccounts", "", "The development accounts.", accounts);
    m.add_async("eth_sendTransaction", "transaction",
                "Completes, signs with a development key and sends a transaction.",
                [&b](const Params& p, Reply reply) { send_transaction(b, p, std::move(reply)); });
    m.add("eth_signTransaction", "transaction", "Completes a transaction and signs it.",
          [&b](const Params& p) { return sign_transaction(b, p); });
    m.add("personal_sign", "message address", "Signs a message (EIP-191).",
          [&b](const Params& p) { return personal_sign(b, p); });
    m.add("eth_signTypedData_v4", "address typedData", "Signs typed data (EIP-712).",
          [&b](const Params& p) { return sign_typed_data(b, p); });
}

}  // namespace thaw::rpc
