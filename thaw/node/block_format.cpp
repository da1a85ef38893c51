#include "thaw/node/block_format.hpp"

#include "thaw/base/math.hpp"
#include "thaw/node/checksum.hpp"
#include "thaw/node/packing.hpp"

namespace thaw::node {

namespace {

constexpr uint32_t magic = 0x31425754;  // "TWB1"
constexpr size_t topics_max = 4;

void put_log(Packer& out, const codec::Log& log) {
    out.put(log.emitter).put(static_cast<uint8_t>(log.topics.size()));
    for (const Hash& topic : log.topics) out.put(topic);
    out.put_bytes(log.data);
}

codec::Log get_log(Unpacker& in, bool& ok) {
    codec::Log log;
    log.emitter = in.get<Address>();
    const auto topics = in.get<uint8_t>();
    if (topics > topics_max) ok = false;
    for (size_t i = 0; ok && i < topics; ++i) log.topics.push_back(in.get<Hash>());
    const BytesView data = in.get_bytes();
    log.data.assign(data.begin(), data.end());
    return log;
}

void put_header(Packer& out, const codec::Header& header) {
    out.put(header.parent_hash).put(header.beneficiary).put(header.state_root);
    out.put(header.transactions_root).put(header.receipts_root).put(header.logs_bloom.bytes);
    out.put(header.number).put(header.gas_limit).put(header.gas_used).put(header.timestamp);
    out.put_bytes(header.extra_data).put(header.mix_hash).put(header.base_fee_per_gas);
}

codec::Header get_header(Unpacker& in) {
    codec::Header header;
    header.parent_hash = in.get<Hash>();
    header.beneficiary = in.get<Address>();
    header.state_root = in.get<Hash>();
    header.transactions_root = in.get<Hash>();
    header.receipts_root = in.get<Hash>();
    header.logs_bloom.bytes = in.get<std::array<uint8_t, 256>>();
    header.number = in.get<uint64_t>();
    header.gas_limit = in.get<uint64_t>();
    header.gas_used = in.get<uint64_t>();
    header.timestamp = in.get<uint64_t>();
    const BytesView extra = in.get_bytes();
    header.extra_data.assign(extra.begin(), extra.end());
    header.mix_hash = in.get<Hash>();
    header.base_fee_per_gas = in.get<u128>();
    return header;
}

/// What stands before the transactions; false when it is not that of a block at `height`.
bool begin(Unpacker& in, uint64_t height, codec::Header& header) {
    if (in.get<uint32_t>() != magic) return false;
    header = get_header(in);
    return header.number == height;
}

void put_transaction(Packer& out, const SealedTransaction& sealed) {
    out.put_bytes(sealed.transaction->raw)
        .put(sealed.sender)
        .put(static_cast<uint8_t>(sealed.impersonated));
    out.put(static_cast<uint8_t>(sealed.receipt.success)).put(sealed.receipt.gas_used);
    out.put_bytes(sealed.receipt.output);
    out.put(static_cast<uint32_t>(sealed.receipt.logs.size()));
    for (const codec::Log& log : sealed.receipt.logs) put_log(out, log);
}

bool get_transaction(Unpacker& in, uint64_t chain_id, SealedTransaction& sealed) {
    auto transaction = codec::decode_transaction(in.get_bytes(), chain_id);
    if (!transaction) return false;
    sealed.transaction = std::make_shared<const codec::SignedTransaction>(std::move(*transaction));
    sealed.sender = in.get<Address>();
    sealed.impersonated = in.get_flag();
    sealed.receipt.success = in.get_flag();
    sealed.receipt.gas_used = in.get<uint64_t>();
    const BytesView output = in.get_bytes();
    sealed.receipt.output.assign(output.begin(), output.end());
    const uint32_t logs = in.get_count(sizeof(Address) + 5);
    bool ok = in.ok();
    for (uint32_t i = 0; ok && i < logs; ++i) {
        sealed.receipt.logs.push_back(get_log(in, ok));
        ok = ok && in.ok();
    }
    return ok;
}

/// Bytes of an RLP string or list around a payload of more than one byte.
uint64_t rlp_size(uint64_t payload) {
    if (payload <= 55) return payload + 1;
    return payload + 1 + (71 - static_cast<unsigned>(std::countl_zero(payload))) / 8;
}
static_assert((71 - std::countl_zero(uint64_t{56})) / 8 == 1);
static_assert((71 - std::countl_zero(uint64_t{256})) / 8 == 2);

}  // namespace

u128 effective_gas_price(const codec::SignedTransaction& transaction, u128 base_fee) {
    const auto wished = checked_add(base_fee, transaction.max_priority_fee_per_gas);
    return std::min(transaction.max_fee_per_gas, wished.value_or(u128_max));
}

protocol::Command command_of(const codec::SignedTransaction& transaction, const Address& sender,
                             u128 gas_price) {
    return {.sender = sender,
            .nonce = transaction.nonce,
            .to = *transaction.to,
            .value = Assets{transaction.value},
            .data = transaction.data,
            .gas_limit = transaction.gas_limit,
            .gas_price = gas_price,
            .access_list_gas = protocol::access_list_gas(transaction.access_list)};
}

void complete(SealedBlock& block) {
    uint64_t gas = 0;
    uint64_t logs = 0;
    uint64_t body = 0;
    for (SealedTransaction& sealed : block.transactions) {
        const codec::SignedTransaction& tx = *sealed.transaction;
        gas += sealed.receipt.gas_used;
        sealed.cumulative_gas_used = gas;
        sealed.first_log_index = logs;
        logs += sealed.receipt.logs.size();
        sealed.effective_gas_price = effective_gas_price(tx, block.header.base_fee_per_gas);
        // Within a block a typed transaction is a string, one of type 0 a list as it stands.
        body += tx.type == 0 ? tx.raw.size() : rlp_size(tx.raw.size());
    }
    const Bytes header = block.header.rlp();
    block.hash = crypto::keccak256(header);
    constexpr uint64_t no_ommers = 1;
    block.size = rlp_size(header.size() + rlp_size(body) + no_ommers);
}

Bytes encode_block(const SealedBlock& block) {
    Packer out;
    out.reserve(1024 + 3 * block.size);
    out.put(magic);
    put_header(out, block.header);
    out.put(static_cast<uint32_t>(block.transactions.size()));
    for (const SealedTransaction& sealed : block.transactions) put_transaction(out, sealed);
    Bytes bytes = std::move(out).take();
    append_checksum(bytes, block.header.number);
    return bytes;
}

std::optional<SealedBlock> decode_block(BytesView bytes, uint64_t height, uint64_t chain_id) {
    const auto payload = without_checksum(bytes, height);
    if (!payload) return std::nullopt;
    Unpacker in{*payload};
    SealedBlock block;
    if (!begin(in, height, block.header)) return std::nullopt;
    constexpr size_t transaction_size_min = sizeof(Address) + 22;
    const uint32_t count = in.get_count(transaction_size_min);
    block.transactions.resize(count);
    for (SealedTransaction& sealed : block.transactions)
        if (!get_transaction(in, chain_id, sealed)) return std::nullopt;
    if (!in.finished()) return std::nullopt;
    complete(block);
    return block;
}

std::optional<codec::Header> decode_header(BytesView bytes, uint64_t height) {
    const auto payload = without_checksum(bytes, height);
    if (!payload) return std::nullopt;
    Unpacker in{*payload};
    codec::Header header;
    if (!begin(in, height, header) || !in.ok()) return std::nullopt;
    return header;
}

}  // namespace thaw::node
