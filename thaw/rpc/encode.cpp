#include "thaw/rpc/encode.hpp"

#include "thaw/base/text.hpp"

namespace thaw::rpc {

std::string quantity(u128 value) {
    char buffer[34];
    char* at = buffer + sizeof buffer;
    do {
        *--at = "0123456789abcdef"[static_cast<unsigned>(value & 15)];
        value >>= 4;
    } while (value != 0);
    *--at = 'x';
    *--at = '0';
    return {at, buffer + sizeof buffer};
}

std::string quantity(const Hash& word) {
    std::string text = to_hex(word);
    const size_t first = text.find_first_not_of('0', 2);
    return first == text.npos ? "0x0" : "0x" + text.substr(first);
}

json::object header_json(const codec::Header& header, const Hash& hash) {
    return {{"number", quantity(header.number)},
            {"hash", to_hex(hash)},
            {"parentHash", to_hex(header.parent_hash)},
            {"nonce", "0x0000000000000000"},
            {"sha3Uncles", to_hex(codec::empty_ommers_hash)},
            {"logsBloom", to_hex(header.logs_bloom.bytes)},
            {"transactionsRoot", to_hex(header.transactions_root)},
            {"stateRoot", to_hex(header.state_root)},
            {"receiptsRoot", to_hex(header.receipts_root)},
            {"miner", to_hex(header.beneficiary)},
            {"difficulty", "0x0"},
            {"extraData", to_hex(header.extra_data)},
            {"gasLimit", quantity(header.gas_limit)},
            {"gasUsed", quantity(header.gas_used)},
            {"timestamp", quantity(header.timestamp)},
            {"mixHash", to_hex(header.mix_hash)},
            {"baseFeePerGas", quantity(header.base_fee_per_gas)}};
}

json::object block_json(const node::SealedBlock& block, bool full_transactions) {
    json::object out = header_json(block.header, block.hash);
    out["size"] = quantity(block.size);
    out["uncles"] = json::array{};
    json::array transactions;
    transactions.reserve(block.transactions.size());
    for (size_t i = 0; i < block.transactions.size(); ++i) {
        if (full_transactions)
            transactions.push_back(transaction_json(block, i));
        else
            transactions.push_back(json::value(to_hex(block.transactions[i].transaction->hash)));
    }
    out["transactions"] = std::move(transactions);
    return out;
}

json::array access_list_json(std::span<const codec::AccessListEntry> list) {
    json::array out;
    for (const auto& entry : list) {
        json::array keys;
        for (const Hash& key : entry.storage_keys) keys.push_back(json::value(to_hex(key)));
        out.push_back(
            json::object{{"address", to_hex(entry.address)}, {"storageKeys", std::move(keys)}});
    }
    return out;
}

namespace {

/// What does not depend on a block.
json::object transaction_fields(const codec::SignedTransaction& t, const Address& sender) {
    json::object out{{"hash", to_hex(t.hash)},
                     {"from", to_hex(sender)},
                     {"to", t.to ? json::value(to_hex(*t.to)) : json::value(nullptr)},
                     {"nonce", quantity(t.nonce)},
                     {"gas", quantity(t.gas_limit)},
                     {"value", quantity(t.value)},
                     {"input", to_hex(t.data)},
                     {"type", quantity(t.type)},
                     {"chainId", quantity(t.chain_id)},
                     {"r", quantity(t.signature.r)},
                     {"s", quantity(t.signature.s)}};
    const u128 parity = t.signature.y_parity;
    out["v"] = quantity(t.type == 0 ? u128{t.chain_id} * 2 + 35 + parity : parity);
    if (t.type != 0) {
        out["yParity"] = quantity(parity);
        out["accessList"] = access_list_json(t.access_list);
    }
    if (t.type == 2) {
        out["maxFeePerGas"] = quantity(t.max_fee_per_gas);
        out["maxPriorityFeePerGas"] = quantity(t.max_priority_fee_per_gas);
    }
    out["gasPrice"] = quantity(t.max_fee_per_gas);
    return out;
}

}  // namespace

json::object transaction_json(const node::SealedBlock& block, size_t index) {
    const node::SealedTransaction& sealed = block.transactions[index];
    json::object out = transaction_fields(*sealed.transaction, sealed.sender);
    out["gasPrice"] = quantity(sealed.effective_gas_price);
    out["blockHash"] = to_hex(block.hash);
    out["blockNumber"] = quantity(block.header.number);
    out["transactionIndex"] = quantity(index);
    return out;
}

json::object pending_json(const codec::SignedTransaction& transaction, const Address& sender) {
    json::object out = transaction_fields(transaction, sender);
    out["blockHash"] = nullptr;
    out["blockNumber"] = nullptr;
    out["transactionIndex"] = nullptr;
    return out;
}

json::object log_json(const node::SealedBlock& block, size_t index, size_t log, bool removed) {
    const node::SealedTransaction& sealed = block.transactions[index];
    const codec::Log& said = sealed.receipt.logs[log];
    json::array topics;
    for (const Hash& topic : said.topics) topics.push_back(json::value(to_hex(topic)));
    return {{"address", to_hex(said.emitter)},
            {"topics", std::move(topics)},
            {"data", to_hex(said.data)},
            {"blockNumber", quantity(block.header.number)},
            {"transactionHash", to_hex(sealed.transaction->hash)},
            {"transactionIndex", quantity(index)},
            {"blockHash", to_hex(block.hash)},
            {"logIndex", quantity(sealed.first_log_index + log)},
            {"removed", removed}};
}

json::object receipt_json(const node::SealedBlock& block, size_t index) {
    const node::SealedTransaction& sealed = block.transactions[index];
    const codec::SignedTransaction& t = *sealed.transaction;
    json::array logs;
    for (size_t i = 0; i < sealed.receipt.logs.size(); ++i)
        logs.push_back(log_json(block, index, i, false));
    return {{"transactionHash", to_hex(t.hash)},
            {"transactionIndex", quantity(index)},
            {"blockHash", to_hex(block.hash)},
            {"blockNumber", quantity(block.header.number)},
            {"from", to_hex(sealed.sender)},
            {"to", t.to ? json::value(to_hex(*t.to)) : json::value(nullptr)},
            {"cumulativeGasUsed", quantity(sealed.cumulative_gas_used)},
            {"gasUsed", quantity(sealed.receipt.gas_used)},
            {"contractAddress", nullptr},
            {"logs", std::move(logs)},
            {"logsBloom", to_hex(codec::bloom_of(sealed.receipt.logs).bytes)},
            {"status", sealed.receipt.success ? "0x1" : "0x0"},
            {"type", quantity(t.type)},
            {"effectiveGasPrice", quantity(sealed.effective_gas_price)}};
}

}  // namespace thaw::rpc
