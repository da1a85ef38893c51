#include "thaw/rpc/backend.hpp"

#include "thaw/base/text.hpp"
#include "thaw/crypto/secp256k1.hpp"
#include "thaw/protocol/contracts.hpp"

namespace thaw::rpc {

Backend::Backend(node::Node& n, BackendOptions o)
    : node{n},
      options{std::move(o)},
      error_names{protocol::contracts(n.view().state())},
      patience{std::make_unique<Patience>(options.seal_wait_max)} {
    const node::View view = node.view();
    const auto hub = view.state().networks.hub.get(0);
    chain_id = hub.chain_id;
    base_fee = hub.base_fee;
    block_gas_limit = hub.block_gas_limit;
    for (const auto& key : options.dev_keys) accounts.push_back(crypto::address_of(key));
}

const crypto::PrivateKey* Backend::key_of(const Address& account) const {
    const auto it = std::find(accounts.begin(), accounts.end(), account);
    return it == accounts.end() ? nullptr
                                : &options.dev_keys[static_cast<size_t>(it - accounts.begin())];
}

bool Backend::is_impersonated(const Address& account) const {
    const std::lock_guard lock{mutex_};
    return impersonated_.contains(account);
}

void Backend::impersonate(const Address& account, bool on) {
    const std::lock_guard lock{mutex_};
    if (on)
        impersonated_.insert(account);
    else
        impersonated_.erase(account);
}

node::BlockPtr find_block(const node::Node& node, const BlockId& id) {
    if (const auto* number = std::get_if<uint64_t>(&id)) return node.block(*number);
    if (const auto* hash = std::get_if<Hash>(&id)) return node.block(*hash);
    return std::get<Tag>(id) == Tag::earliest ? node.block(0) : node.head();
}

Decoded<uint64_t> state_height(const node::Node& node, const node::View& view, const BlockId& id) {
    const uint64_t head = view.head()->header.number;
    uint64_t height = head;
    if (const auto* number = std::get_if<uint64_t>(&id)) {
        height = *number;
    } else if (const auto* hash = std::get_if<Hash>(&id)) {
        const auto found = node.height_of(*hash);
        if (!found)
            return tl::unexpected(
                Error{code::server, "header not found: no block has the hash " + to_hex(*hash)});
        height = *found;
    } else if (std::get<Tag>(id) == Tag::earliest) {
        height = 0;
    }
    if (height > head)
        return tl::unexpected(
            Error{code::server, "header not found: block " + std::to_string(height) +
                                    " is above the head, which is block " + std::to_string(head)});
    const uint64_t oldest = view.oldest_readable_height();
    if (height < oldest)
        return tl::unexpected(
            Error{code::server, "state of block " + std::to_string(height) +
                                    " is no longer kept; the oldest readable is " +
                                    std::to_string(oldest)});
    return height;
}

Error revert_error(const Backend& backend, BytesView output) {
    std::string message = "execution reverted";
    const std::string reason = backend.error_names.reason(output);
    if (!reason.empty()) message += ": " + reason;
    return {code::reverted, std::move(message), json::value(to_hex(output))};
}

namespace {

/// The text that wallets match to say "not enough ETH".
Decoded<bool> check_funds(const node::View& view, uint64_t height, const CallObject& call) {
    if (call.value == 0) return true;
    const u128 balance = at_height(view, height, [&](const protocol::State& state) {
        return state.token.balances.get(protocol::token::user_account(protocol::eth, call.from))
            .value;
    });
    if (balance >= call.value) return true;
    return tl::unexpected(
        Error{code::server, "insufficient funds for gas * price + value: address " +
                                to_hex(call.from) + " has " + to_decimal(balance) +
                                " wei, the call sends " + to_decimal(call.value)});
}

}  // namespace

std::optional<Error> not_a_sender(const protocol::State& state, const Address& from) {
    if (!protocol::is_contract(state, from)) return std::nullopt;
    return Error{code::invalid_params,
                 to_hex(from) +
                     " is a contract of the hub, for which nobody can sign: give an "
                     "account as \"from\""};
}

Decoded<Simulation> simulation_for(const Backend& backend, const node::View& view,
                                   const CallObject& call, const BlockId& block) {
    if (!call.to)
        return tl::unexpected(
            Error{code::server,
                  "contract creation is not possible on this chain: its contracts "
                  "are native; give \"to\""});
    if (call.chain_id && *call.chain_id != backend.chain_id)
        return tl::unexpected(Error{code::invalid_params,
                                    "chainId is " + std::to_string(*call.chain_id) +
                                        ", this chain's is " + std::to_string(backend.chain_id)});
    if (const auto why = not_a_sender(view.state(), call.from)) return tl::unexpected(*why);
    Simulation out;
    out.height = TRY(state_height(backend.node, view, block));
    TRY(check_funds(view, out.height, call));
    out.context = view.context_at(out.height);
    if (const auto* tag = std::get_if<Tag>(&block); tag != nullptr && *tag == Tag::pending) {
        ++out.context.height;
        out.context.now_s = std::max(out.context.now_s, backend.node.clock().now_s());
    }
    out.command = {
        .sender = call.from,
        .nonce = call.nonce.value_or(0),
        .to = *call.to,
        .value = Assets{call.value},
        .data = call.data,
        .gas_limit = std::min(call.gas.value_or(backend.block_gas_limit), backend.block_gas_limit),
        .gas_price = 0,
        .access_list_gas = protocol::access_list_gas(call.access_list)};
    return out;
}

Decoded<uint64_t> estimate_gas(const Backend& backend, const node::View& view,
                               const CallObject& call, const BlockId& block) {
    Simulation run = TRY(simulation_for(backend, view, call, block));
    const uint64_t most = run.command.gas_limit;
    const auto receipt_with = [&](uint64_t gas_limit) {
        run.command.gas_limit = gas_limit;
        return view.simulate(run.height, run.context, run.command);
    };
    const auto first = receipt_with(most);
    if (!first.success) return tl::unexpected(revert_error(backend, first.output));
    uint64_t enough = first.gas_used;
    if (receipt_with(enough).success) return enough;
    uint64_t too_little = enough;
    for (enough = most;
         enough - too_little > 1;) {  // what is used may be less than what must be offered
        const uint64_t middle = too_little + (enough - too_little) / 2;
        (receipt_with(middle).success ? enough : too_little) = middle;
    }
    return enough;
}

}  // namespace thaw::rpc
