#include "thaw/base/text.hpp"
#include "thaw/crypto/keccak.hpp"
#include "thaw/rpc/backend.hpp"
#include "thaw/rpc/encode.hpp"
#include "thaw/rpc/time_limit.hpp"

namespace thaw::rpc {

namespace {

using protocol::State;

json::value json_of(const json::object& object) { return object; }

/// The block after the head as it would be sealed now: no hash yet, so clients show it as pending.
json::object pending_block(const Backend& backend, bool full) {
    const auto pool = backend.node.pool();
    const uint64_t now_s = backend.node.clock().now_s();
    const auto head = backend.node.head();
    codec::Header header;
    header.parent_hash = head->hash;
    header.number = head->header.number + 1;
    header.timestamp = std::max(now_s, head->header.timestamp);
    header.gas_limit = head->header.gas_limit;
    header.base_fee_per_gas = head->header.base_fee_per_gas;
    json::object out = header_json(header, {});
    for (const auto field : {"hash", "nonce", "miner", "logsBloom"}) out[field] = nullptr;
    json::array transactions;
    for (const auto& entry : pool) {
        if (!entry.executable) continue;
        if (full)
            transactions.push_back(pending_json(*entry.transaction, entry.sender));
        else
            transactions.push_back(json::value(to_hex(entry.transaction->hash)));
    }
    out["size"] = "0x0";
    out["uncles"] = json::array{};
    out["transactions"] = std::move(transactions);
    return out;
}

bool is_pending(const BlockId& id) {
    const auto* tag = std::get_if<Tag>(&id);
    return tag != nullptr && *tag == Tag::pending;
}

Answer block_answer(const Backend& backend, const BlockId& id, bool full) {
    if (is_pending(id)) return json_of(pending_block(backend, full));
    const auto block = find_block(backend.node, id);
    if (block == nullptr) return nullptr;
    return json_of(block_json(*block, full));
}

void add_chain(Methods& m, Backend& b) {
    m.add("eth_chainId", "", "The chain id.",
          [&b](const Params&) -> Answer { return json::value(quantity(b.chain_id)); });
    m.add("net_version", "", "The chain id as a decimal string.",
          [&b](const Params&) -> Answer { return json::value(std::to_string(b.chain_id)); });
    m.add("net_listening", "", "Always true.", [](const Params&) -> Answer { return true; });
    m.add("net_peerCount", "", "Always zero: the hub has one sequencer.",
          [](const Params&) -> Answer { return "0x0"; });
    m.add("web3_clientVersion", "", "Name and version of this program.",
          [&b](const Params&) -> Answer { return json::value(b.options.client_version); });
    m.add("web3_sha3", "data", "Keccak-256 of the data.", [](const Params& p) -> Answer {
        const Bytes data = TRY(argument(p, 0, read_data));
        return json::value(to_hex(crypto::keccak256(data)));
    });
    m.add("eth_syncing", "", "Always false.", [](const Params&) -> Answer { return false; });
    m.add("eth_blockNumber", "", "The height of the head.", [&b](const Params&) -> Answer {
        return json::value(quantity(b.node.head()->header.number));
    });
    m.add("eth_gasPrice", "", "A price with which a transaction is taken, in wei.",
          [&b](const Params&) -> Answer { return json::value(quantity(b.gas_price())); });
    m.add("eth_maxPriorityFeePerGas", "", "A tip with which a transaction is taken, in wei.",
          [](const Params&) -> Answer { return json::value(quantity(suggested_tip)); });
}

void add_state(Methods& m, Backend& b) {
    m.add("eth_getBalance", "address block?", "Balance of the native coin, in wei.",
          [&b](const Params& p) -> Answer {
              const Address account = TRY(argument(p, 0, read_address));
              const BlockId block = TRY(argument_or(p, 1, read_block, Tag::latest));
              const node::View view = b.node.view();
              const uint64_t height = TRY(state_height(b.node, view, block));
              return json::value(at_height(view, height, [&](const State& state) {
                  return quantity(state.token.balances
                                      .get(protocol::token::user_account(protocol::eth, account))
                                      .value);
              }));
          });
    m.add("eth_getTransactionCount", "address block?", "The nonce of an account.",
          [&b](const Params& p) -> Answer {
              const Address account = TRY(argument(p, 0, read_address));
              const BlockId block = TRY(argument_or(p, 1, read_block, Tag::latest));
              if (is_pending(block)) return json::value(quantity(b.node.pending_nonce(account)));
              const node::View view = b.node.view();
              const uint64_t height = TRY(state_height(b.node, view, block));
              return json::value(at_height(view, height, [&](const State& state) {
                  return quantity(state.accounts.accounts.get(account).nonce);
              }));
          });
    m.add("eth_getCode", "address block?", "Code of an account; native contracts show a stub.",
          [&b](const Params& p) -> Answer {
              const Address account = TRY(argument(p, 0, read_address));
              const BlockId block = TRY(argument_or(p, 1, read_block, Tag::latest));
              const node::View view = b.node.view();
              const uint64_t height = TRY(state_height(b.node, view, block));
              return json::value(at_height(view, height, [&](const State& state) {
                  return json::value(to_hex(protocol::code_at(state, account)));
              }));
          });
    m.add("eth_getStorageAt", "address slot block?", "Always zero: contracts here are native.",
          [&b](const Params& p) -> Answer {
              TRY(argument(p, 0, read_address));
              const json::value& slot = *p.find(1);
              if (!read_quantity(slot, p.where(1)) && !read_hash(slot, p.where(1)))
                  return tl::unexpected(
                      invalid(p.where(1), "a slot as a quantity or 32 bytes", slot));
              const BlockId block = TRY(argument_or(p, 2, read_block, Tag::latest));
              TRY(state_height(b.node, b.node.view(), block));
              return json::value(to_hex(Hash{}));
          });
}

void add_blocks(Methods& m, Backend& b) {
    m.add("eth_getBlockByNumber", "block full?", "A block by number or tag, or null.",
          [&b](const Params& p) -> Answer {
              const BlockId id = TRY(argument(p, 0, read_block));
              const bool full = TRY(argument_or(p, 1, read_bool, false));
              return block_answer(b, id, full);
          });
    m.add("eth_getBlockByHash", "hash full?", "A block by hash, or null.",
          [&b](const Params& p) -> Answer {
              const Hash hash = TRY(argument(p, 0, read_hash));
              const bool full = TRY(argument_or(p, 1, read_bool, false));
              return block_answer(b, hash, full);
          });
    const auto count = [&b](const BlockId& id) -> Answer {
        const auto block = find_block(b.node, id);
        if (block == nullptr) return nullptr;
        return json::value(quantity(block->transactions.size()));
    };
    m.add("eth_getBlockTransactionCountByNumber", "block", "How many transactions a block has.",
          [count](const Params& p) -> Answer { return count(TRY(argument(p, 0, read_block))); });
    m.add("eth_getBlockTransactionCountByHash", "hash", "How many transactions a block has.",
          [count](const Params& p) -> Answer { return count(TRY(argument(p, 0, read_hash))); });
    m.add("eth_getUncleCountByBlockNumber", "block", "Always zero.",
          [](const Params&) -> Answer { return "0x0"; });
    m.add("eth_getUncleCountByBlockHash", "hash", "Always zero.",
          [](const Params&) -> Answer { return "0x0"; });
}

Answer sealed_transaction(const Backend& b, const Hash& hash) {
    const auto found = b.node.transaction(hash);
    if (!found) return nullptr;
    return json_of(transaction_json(*found->block, found->index));
}

void add_transactions(Methods& m, Backend& b) {
    const auto at = [&b](const BlockId& id, uint64_t index) -> Answer {
        const auto block = find_block(b.node, id);
        if (block == nullptr || index >= block->transactions.size()) return nullptr;
        return json_of(transaction_json(*block, static_cast<size_t>(index)));
    };
    m.add("eth_getTransactionByBlockNumberAndIndex", "block index", "A transaction, or null.",
          [at](const Params& p) -> Answer {
              const BlockId id = TRY(argument(p, 0, read_block));
              return at(id, TRY(argument(p, 1, read_quantity64)));
          });
    m.add("eth_getTransactionByBlockHashAndIndex", "hash index", "A transaction, or null.",
          [at](const Params& p) -> Answer {
              const Hash hash = TRY(argument(p, 0, read_hash));
              return at(hash, TRY(argument(p, 1, read_quantity64)));
          });
    m.add("eth_getTransactionByHash", "hash", "A transaction, sealed or pending, or null.",
          [&b](const Params& p) -> Answer {
              const Hash hash = TRY(argument(p, 0, read_hash));
              Answer sealed = sealed_transaction(b, hash);
              if (!sealed->is_null()) return sealed;
              if (const auto entry = b.node.pending(hash))
                  return json_of(pending_json(*entry->transaction, entry->sender));
              return sealed_transaction(b, hash);  // it may have gone from the pool into a block
          });
    m.add("eth_getTransactionReceipt", "hash", "What became of a transaction; null while pending.",
          [&b](const Params& p) -> Answer {
              const Hash hash = TRY(argument(p, 0, read_hash));
              const auto found = b.node.transaction(hash);
              if (!found) return nullptr;
              return json_of(receipt_json(*found->block, found->index));
          });
    m.add("eth_getBlockReceipts", "block", "Every receipt of a block, or null.",
          [&b](const Params& p) -> Answer {
              const BlockId id = TRY(argument(p, 0, read_block));
              const auto block = find_block(b.node, id);
              if (block == nullptr) return nullptr;
              json::array out;
              for (size_t i = 0; i < block->transactions.size(); ++i)
                  out.push_back(receipt_json(*block, i));
              return json::value(std::move(out));
          });
}

constexpr uint64_t fee_history_blocks_max = 1024;
constexpr size_t fee_history_percentiles_max = 100;

Decoded<std::vector<double>> read_percentiles(const Params& p) {
    std::vector<double> out;
    const json::value* value = p.find(2);
    if (value == nullptr) return out;
    const json::array* array = value->if_array();
    bool right = array != nullptr && array->size() <= fee_history_percentiles_max;
    for (size_t i = 0; right && i < array->size(); ++i) {
        const json::value& item = (*array)[i];
        boost::system::error_code fault;
        out.push_back(item.is_number() ? item.to_number<double>(fault) : -1);
        right = !fault && out.back() >= 0 && out.back() <= 100 && (i == 0 || out[i] >= out[i - 1]);
    }
    if (!right)
        return tl::unexpected(
            invalid(p.where(2), "at most 100 rising percentiles from 0 to 100", *value));
    return out;
}

/// Tips at the given percentiles of a block's gas, as execution-apis defines them.
json::array reward_row(const node::SealedBlock& block, const std::vector<double>& percentiles) {
    std::vector<std::pair<u128, uint64_t>> tips;
    for (const auto& t : block.transactions)
        tips.emplace_back(
            t.effective_gas_price - std::min(t.effective_gas_price, block.header.base_fee_per_gas),
            t.receipt.gas_used);
    std::sort(tips.begin(), tips.end());
    json::array row;
    size_t at = 0;
    uint64_t sum = tips.empty() ? 0 : tips[0].second;
    for (const double percentile : percentiles) {
        const auto wanted =
            static_cast<uint64_t>(static_cast<double>(block.header.gas_used) * percentile / 100);
        while (at + 1 < tips.size() && sum < wanted) sum += tips[++at].second;
        row.push_back(json::value(tips.empty() ? "0x0" : quantity(tips[at].first)));
    }
    return row;
}

Answer fee_history(const Backend& b, const Params& p) {
    const uint64_t asked = TRY(argument(p, 0, read_number));
    const BlockId newest = TRY(argument(p, 1, read_block));
    const std::vector<double> percentiles = TRY(read_percentiles(p));
    const auto last = find_block(b.node, newest);
    if (last == nullptr)
        return tl::unexpected(Error{code::server, "header not found: no such newest block"});
    const uint64_t end = last->header.number + 1;
    const uint64_t count = std::min({asked, end, fee_history_blocks_max});
    json::array fees, ratios, rewards;
    for (uint64_t height = end - count; height < end; ++height) {
        TimeLimit::check();
        const auto block = percentiles.empty() ? nullptr : b.node.block(height);
        const auto header = block != nullptr ? block->header : b.node.header(height);
        if (!header) return tl::unexpected(Error{code::server, "header not found: taken back"});
        fees.push_back(json::value(quantity(header->base_fee_per_gas)));
        ratios.push_back(static_cast<double>(header->gas_used) /
                         static_cast<double>(std::max<uint64_t>(header->gas_limit, 1)));
        if (block != nullptr) rewards.push_back(reward_row(*block, percentiles));
    }
    if (count != 0) fees.push_back(json::value(quantity(b.base_fee)));  // of the next block
    json::object out{{"oldestBlock", quantity(end - count)},
                     {"baseFeePerGas", std::move(fees)},
                     {"gasUsedRatio", std::move(ratios)}};
    if (!percentiles.empty()) out["reward"] = std::move(rewards);
    return json_of(out);
}

}  // namespace

void add_eth_read(Methods& m, Backend& b) {
    add_chain(m, b);
    add_state(m, b);
    add_blocks(m, b);
    add_transactions(m, b);
    m.add("eth_feeHistory", "count newest percentiles?", "Base fees and tips of recent blocks.",
          [&b](const Params& p) { return fee_history(b, p); });
}

}  // namespace thaw::rpc
