#include "thaw/base/text.hpp"
#include "thaw/crypto/keccak.hpp"
#include "thaw/protocol/contracts.hpp"
#include "thaw/rpc/backend.hpp"
#include "thaw/rpc/encode.hpp"

namespace thaw::rpc {

namespace {

constexpr size_t simulated_blocks_max = 256;
constexpr size_t simulated_calls_max = 1000;
constexpr uint64_t simulated_blocks_of_gas_max = 4;  ///< used by all calls of one request

/// keccak("Transfer(address,address,uint256)"), and the address that stands for the native coin in
/// traced transfers.
constexpr Hash transfer_topic = crypto::keccak256_constexpr("Transfer(address,address,uint256)");
constexpr Address native_coin{{0xee, 0xee, 0xee, 0xee, 0xee, 0xee, 0xee, 0xee, 0xee, 0xee,
                               0xee, 0xee, 0xee, 0xee, 0xee, 0xee, 0xee, 0xee, 0xee, 0xee}};

struct SimulateOptions {
    bool trace_transfers = false;
    bool validation = false;
    bool full = false;
};

const json::value* member(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    return value == nullptr || value->is_null() ? nullptr : value;
}

bool flag(const json::object& object, std::string_view name) {
    const json::value* value = member(object, name);
    return value != nullptr && value->is_bool() && value->get_bool();
}

constexpr u128 wei_max = u128{1} << 100;

/// Balances and nonces can be overridden; native contracts have neither code nor storage to
/// replace.
Decoded<bool> override_state(protocol::State& state, const json::value& value, Where where) {
    constexpr std::string_view shape = "an object of addresses with \"balance\" and \"nonce\"";
    const json::object* accounts = value.if_object();
    if (accounts == nullptr) return tl::unexpected(invalid(where, shape, value));
    for (const auto& [key, change] : *accounts) {
        const auto address = parse_address(key);
        const json::object* fields = change.if_object();
        if (!address || fields == nullptr) return tl::unexpected(invalid(where, shape, change));
        if (protocol::is_contract(state, *address))
            return tl::unexpected(invalid(where, "an account, not a contract of the hub", key));
        for (const auto& [name, wanted] : *fields) {
            if (name == "balance") {
                const u128 wei = TRY(read_quantity(wanted, where));
                // Sums of balances must fit: what is simulated may be moved to anybody.
                if (wei > wei_max)
                    return tl::unexpected(invalid(where, "a balance of at most 2^100 wei", wanted));
                state.token.balances.put(protocol::token::user_account(protocol::eth, *address),
                                         Assets{wei});
            } else if (name == "nonce") {
                const uint64_t nonce = TRY(read_quantity64(wanted, where));
                state.accounts.accounts.put(*address, {.nonce = nonce});
            } else {
                return tl::unexpected(invalid(where, shape, change));
            }
        }
    }
    return true;
}

codec::Log transfer_log(const Address& from, const Address& to, u128 wei) {
    codec::Log log{.emitter = native_coin, .topics = {transfer_topic}, .data = {}};
    for (const Address* party : {&from, &to}) {
        Hash word;
        std::copy(party->bytes.begin(), party->bytes.end(), word.bytes.begin() + 12);
        log.topics.push_back(word);
    }
    codec::append_word(log.data, wei);
    return log;
}

/// Runs the calls of one simulated block on the state and seals them into a block of its own.
class BlockSimulation {
  public:
    BlockSimulation(const Backend& backend, protocol::State& state, const node::SealedBlock& parent,
                    const SimulateOptions& options, uint64_t& gas_left)
        : backend_{backend}, state_{state}, options_{options}, gas_left_{gas_left} {
        block_.header.parent_hash = parent.hash;
        block_.header.number = parent.header.number + 1;
        block_.header.timestamp = parent.header.timestamp + 1;
        block_.header.gas_limit = parent.header.gas_limit;
        block_.header.base_fee_per_gas = options.validation ? parent.header.base_fee_per_gas : 0;
        block_.header.state_root = parent.header.state_root;
    }

    Decoded<bool> override_block(const json::value& value, const Where& where) {
        const json::object* fields = value.if_object();
        if (fields == nullptr) return tl::unexpected(invalid(where, "block overrides", value));
        codec::Header& h = block_.header;
        if (const auto* time = member(*fields, "time")) {
            const uint64_t at_s = TRY(read_quantity64(*time, where));
            if (at_s < h.timestamp)
                return tl::unexpected(Error{-38021, "block timestamps must rise"});
            h.timestamp = at_s;
        }
        if (const auto* number = member(*fields, "number")) {
            const uint64_t height = TRY(read_quantity64(*number, where));
            if (height < h.number) return tl::unexpected(Error{-38020, "block numbers must rise"});
            h.number = height;
        }
        return true;
    }

    Decoded<bool> run(const CallObject& call) {
        if (!call.to)
            return tl::unexpected(Error{code::server, "contract creation is not possible here"});
        if (const auto why = not_a_sender(state_, call.from)) return tl::unexpected(*why);
        if (gas_left_ < protocol::intrinsic_gas({}))
            return tl::unexpected(Error{-38015, "the calls before have used the gas of " +
                                                    std::to_string(simulated_blocks_of_gas_max) +
                                                    " blocks, the most that is simulated at once"});
        node::SealedTransaction sealed;
        fill(sealed, call);
        std::vector<protocol::CallFrame> frames;
        const protocol::Block context{.chain_id = backend_.chain_id,
                                      .height = block_.header.number,
                                      .now_s = block_.header.timestamp};
        const protocol::Command command =
            node::command_of(*sealed.transaction, call.from, sealed.effective_gas_price);
        if (options_.validation) {
            if (const auto why = protocol::unfit(state_, command))
                return tl::unexpected(unfit_error(*why));
            sealed.receipt = protocol::apply(state_, context, command, &frames);
        } else {
            sealed.receipt = protocol::simulate(state_, context, command, &frames);
            auto account = state_.accounts.accounts.get(call.from);
            ++account.nonce;
            state_.accounts.accounts.put(call.from, account);
        }
        if (options_.trace_transfers) add_transfers(sealed.receipt, frames);
        block_.header.gas_used += sealed.receipt.gas_used;
        gas_left_ -= std::min(gas_left_, sealed.receipt.gas_used);
        sealed.cumulative_gas_used = block_.header.gas_used;
        sealed.first_log_index = logs_;
        logs_ += sealed.receipt.logs.size();
        block_.transactions.push_back(std::move(sealed));
        return true;
    }

    const node::SealedBlock& seal() {
        for (const auto& t : block_.transactions)
            block_.header.logs_bloom |= codec::bloom_of(t.receipt.logs);
        block_.hash = block_.header.hash();
        block_.size = block_.header.rlp().size();
        return block_;
    }

    json::object result() const {
        json::object out = block_json(block_, options_.full);
        json::array calls;
        for (size_t i = 0; i < block_.transactions.size(); ++i) calls.push_back(call_json(i));
        out["calls"] = std::move(calls);
        return out;
    }

  private:
    void fill(node::SealedTransaction& sealed, const CallObject& call) const {
        codec::SignedTransaction t;
        t.type = call.type.value_or(2);
        t.chain_id = backend_.chain_id;
        t.nonce = call.nonce.value_or(state_.accounts.accounts.get(call.from).nonce);
        t.to = call.to;
        t.value = call.value;
        t.data = call.data;
        if (t.type != 0) t.access_list = call.access_list;
        t.gas_limit = std::min(
            {call.gas.value_or(backend_.block_gas_limit), backend_.block_gas_limit, gas_left_});
        t.max_fee_per_gas = call.max_fee_per_gas.value_or(call.gas_price.value_or(0));
        t.max_priority_fee_per_gas =
            t.type == 2 ? call.max_priority_fee_per_gas.value_or(0) : t.max_fee_per_gas;
        t.raw = codec::encode_signed(t);
        t.hash = crypto::keccak256(t.raw);
        sealed.sender = call.from;
        sealed.effective_gas_price =
            options_.validation ? std::max(t.max_fee_per_gas, block_.header.base_fee_per_gas)
                                : t.max_fee_per_gas;
        sealed.transaction = std::make_shared<const codec::SignedTransaction>(std::move(t));
    }

    static Error unfit_error(protocol::Unfit why) {
        switch (why) {
            case protocol::Unfit::nonce_too_low:
                return {-38010, "nonce too low"};
            case protocol::Unfit::nonce_too_high:
                return {-38011, "nonce too high"};
            case protocol::Unfit::intrinsic_gas_too_low:
                return {-38013, "intrinsic gas too low"};
            case protocol::Unfit::insufficient_funds:
                break;
        }
        return {-38014, "insufficient funds for gas * price + value"};
    }

    static void add_transfers(protocol::Receipt& receipt,
                              std::span<const protocol::CallFrame> frames) {
        std::vector<codec::Log> logs;
        if (receipt.success)
            for (const auto& frame : frames)
                if (frame.success && !frame.value.is_zero())
                    logs.push_back(transfer_log(frame.from, frame.to, frame.value.value));
        logs.insert(logs.end(), receipt.logs.begin(), receipt.logs.end());
        receipt.logs = std::move(logs);
    }

    json::object call_json(size_t index) const {
        const auto& receipt = block_.transactions[index].receipt;
        json::array logs;
        for (size_t i = 0; i < receipt.logs.size(); ++i)
            logs.push_back(log_json(block_, index, i, false));
        json::object out{{"returnData", to_hex(receipt.output)},
                         {"logs", std::move(logs)},
                         {"gasUsed", quantity(receipt.gas_used)},
                         {"status", receipt.success ? "0x1" : "0x0"}};
        if (receipt.success) return out;
        Error error = revert_error(backend_, receipt.output);
        out["error"] = json::object{
            {"code", error.code}, {"message", error.message}, {"data", std::move(error.data)}};
        return out;
    }

    const Backend& backend_;
    protocol::State& state_;
    SimulateOptions options_;
    uint64_t& gas_left_;  ///< of the whole request
    node::SealedBlock block_;
    uint64_t logs_ = 0;
};

Decoded<json::array> simulate_blocks(const Backend& b, const json::array& wanted,
                                     const SimulateOptions& options, const BlockId& base,
                                     const Where& where) {
    const node::View view = b.node.view();
    const uint64_t height = TRY(state_height(b.node, view, base));
    protocol::State state = view.fork_at(height);
    node::SealedBlock parent = *b.node.block(height);
    json::array out;
    size_t calls_left = simulated_calls_max;
    uint64_t gas_left = simulated_blocks_of_gas_max * b.block_gas_limit;
    for (const json::value& item : wanted) {
        const json::object* fields = item.if_object();
        if (fields == nullptr) return tl::unexpected(invalid(where, "an object for a block", item));
        BlockSimulation block{b, state, parent, options, gas_left};
        if (const auto* overrides = member(*fields, "blockOverrides"))
            TRY(block.override_block(*overrides, where));
        if (const auto* overrides = member(*fields, "stateOverrides"))
            TRY(override_state(state, *overrides, where));
        static const json::array none;
        const json::value* calls = member(*fields, "calls");
        if (calls != nullptr && !calls->is_array())
            return tl::unexpected(invalid(where, "a list of calls", *calls));
        for (const json::value& call : calls == nullptr ? none : calls->get_array()) {
            if (calls_left-- == 0)
                return tl::unexpected(Error{-38026, "at most 1000 calls are simulated"});
            const CallObject object = TRY(read_call(call, where));
            TRY(block.run(object));
        }
        parent = block.seal();
        out.push_back(block.result());
    }
    return out;
}

Answer simulate_v1(const Backend& b, const Params& p) {
    const json::value& payload = *p.find(0);
    const BlockId base = TRY(argument_or(p, 1, read_block, Tag::latest));
    const json::object* object = payload.if_object();
    const json::value* blocks = object == nullptr ? nullptr : member(*object, "blockStateCalls");
    if (blocks == nullptr || !blocks->is_array() || blocks->get_array().empty())
        return tl::unexpected(
            invalid(p.where(0), "an object with a list \"blockStateCalls\"", payload));
    if (blocks->get_array().size() > simulated_blocks_max)
        return tl::unexpected(Error{-38026, "at most 256 blocks are simulated"});
    const SimulateOptions options{.trace_transfers = flag(*object, "traceTransfers"),
                                  .validation = flag(*object, "validation"),
                                  .full = flag(*object, "returnFullTransactions")};
    return json::value(TRY(simulate_blocks(b, blocks->get_array(), options, base, p.where(0))));
}

}  // namespace

void add_eth_simulate(Methods& m, Backend& b) {
    m.add("eth_simulateV1", "payload block?", "Runs calls in blocks that are never sealed.",
          [&b](const Params& p) { return simulate_v1(b, p); });
}

}  // namespace thaw::rpc
