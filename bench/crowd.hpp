/// Accounts that make load, and what they sign. Everything follows from the numbers of accounts and
/// nonces, so two chains with the same id that are asked for the same get the same bytes.
#pragma once
#include "bench/requests.hpp"
#include "thaw/base/text.hpp"
#include "thaw/codec/face.hpp"
#include "thaw/codec/transaction.hpp"
#include "thaw/crypto/hd_wallet.hpp"
#include "thaw/crypto/keccak.hpp"
#include "thaw/protocol/addresses.hpp"
#include "thaw/protocol/multicall/face.hpp"

namespace thaw::bench {

using protocol::ContractKind;
using protocol::multicall::BatchCall;

inline constexpr std::string_view mnemonic =
    "test test test test test test test test test test test junk";
inline constexpr uint64_t chain_id = 8429;
inline constexpr u128 ether = 1'000'000'000'000'000'000;
inline constexpr size_t account_count = 200;
inline constexpr size_t calls_per_batch = 256;
inline constexpr Address bnb_token = protocol::contract_address(ContractKind::asset, 1);
inline constexpr Address bnb_staking = protocol::contract_address(ContractKind::staking, 1);

struct Account {
    crypto::PrivateKey key;
    Address address;
    uint64_t nonce = 0;
};

inline Account account_of(const crypto::PrivateKey& key) {
    return {key, crypto::address_of(key), 0};
}

inline Hash numbered(std::string_view what, uint64_t number) {
    const std::string text = std::string{what} + std::to_string(number);
    return crypto::keccak256(view_of(std::string_view{text}));
}

/// Each has a key; nonces are 0.
inline std::vector<Account> crowd() {
    std::vector<Account> accounts;
    for (size_t i = 0; i < account_count; ++i)
        accounts.push_back(account_of({numbered("load account ", i).bytes}));
    return accounts;
}

/// The account's next transaction, as the params of eth_sendRawTransaction want it.
inline std::string signed_next(Account& from, const Address& to, Bytes data, uint64_t gas) {
    codec::SignedTransaction draft{.chain_id = chain_id,
                                   .nonce = from.nonce++,
                                   .max_priority_fee_per_gas = 1,
                                   .max_fee_per_gas = 1'000,
                                   .gas_limit = gas,
                                   .to = to,
                                   .data = std::move(data)};
    return to_hex(codec::sign_transaction(std::move(draft), from.key));
}

inline Bytes transfer_data(const Address& to, u128 amount) {
    return codec::call_data<"transfer(address to, uint256 value)">(to, Assets{amount});
}

/// A transfer to another of them, or a stake of the least that is taken.
inline std::string next_of(std::vector<Account>& accounts, size_t who, bool stakes) {
    Account& from = accounts[who];
    if (stakes)
        return signed_next(from, bnb_staking,
                           codec::call_data<"stake(uint256 assets)">(Assets{ether / 10}), 150'000);
    const Address& to = accounts[(who + 1 + from.nonce * 7) % accounts.size()].address;
    return signed_next(from, bnb_token, transfer_data(to, 1 + from.nonce), 100'000);
}

inline std::string nonce_request(const Account& account) {
    return request("eth_getTransactionCount", quoted(to_hex(account.address)) + ",\"latest\"");
}

/// Takes the nonces as of the newest block.
inline void learn_nonces(Connection& connection, std::vector<Account>& accounts) {
    for (Account& account : accounts)
        account.nonce =
            static_cast<uint64_t>(quantities(post(connection, nonce_request(account))).at(0));
}

/// Returns when every account's transactions are in a block. Asks for one account at a time: the
/// watching should not be the load.
inline void wait_for(Connection& connection, const std::vector<Account>& accounts) {
    const auto start = WallClock::now();
    for (const Account& account : accounts)
        while (quantities(post(connection, nonce_request(account))).at(0) < account.nonce) {
            std::this_thread::sleep_for(std::chrono::milliseconds{2});
            if (WallClock::now() - start > std::chrono::minutes{3})
                stop("transactions did not reach a block within three minutes");
        }
}

}  // namespace thaw::bench
