// Load on a running devnet, over HTTP, as wallets would make it: transactions are signed before, by
// many accounts; what is timed ends when the last of them is in a durable block.
//   bench_http PORT             transfers, stakes and reads; five runs each, one JSON line per run
//   bench_http PORT fill COUNT  funds COUNT fresh accounts, 256 to a transaction
#include <chrono>
#include <cinttypes>
#include <thread>
#include <vector>

#include "bench/connection.hpp"
#include "thaw/base/text.hpp"
#include "thaw/codec/face.hpp"
#include "thaw/codec/transaction.hpp"
#include "thaw/crypto/hd_wallet.hpp"
#include "thaw/crypto/keccak.hpp"
#include "thaw/protocol/addresses.hpp"
#include "thaw/protocol/multicall/face.hpp"

namespace thaw::bench {
namespace {

using protocol::ContractKind;
using protocol::multicall::BatchCall;

constexpr std::string_view mnemonic = "test test test test test test test test test test test junk";
constexpr uint64_t chain_id = 8429;
constexpr u128 ether = 1'000'000'000'000'000'000;
constexpr size_t account_count = 200;
constexpr size_t connection_count = 8;
constexpr size_t calls_per_batch = 256;
constexpr size_t runs = 5;
constexpr Address bnb_token = protocol::contract_address(ContractKind::asset, 1);
constexpr Address bnb_staking = protocol::contract_address(ContractKind::staking, 1);

struct Account {
    crypto::PrivateKey key;
    Address address;
    uint64_t nonce = 0;
};

Account account_of(const crypto::PrivateKey& key) { return {key, crypto::address_of(key), 0}; }

Hash numbered(std::string_view what, uint64_t number) {
    const std::string text = std::string{what} + std::to_string(number);
    return crypto::keccak256(view_of(std::string_view{text}));
}

/// The bytes of the account's next transaction, as the params of eth_sendRawTransaction want them.
std::string signed_next(Account& from, const Address& to, u128 value, Bytes data, uint64_t gas) {
    codec::SignedTransaction draft{.chain_id = chain_id,
                                   .nonce = from.nonce++,
                                   .max_priority_fee_per_gas = 1,
                                   .max_fee_per_gas = 1'000,
                                   .gas_limit = gas,
                                   .to = to,
                                   .value = value,
                                   .data = std::move(data)};
    return to_hex(codec::sign_transaction(std::move(draft), from.key));
}

std::string request(std::string_view method, std::string_view params) {
    return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + std::string{method} + "\",\"params\":[" +
           std::string{params} + "]}";
}
std::string quoted(std::string_view text) { return "\"" + std::string{text} + "\""; }

/// The requests as bodies: singly, or as JSON-RPC batches of `size`.
std::vector<std::string> bodies(const std::vector<std::string>& requests, size_t size) {
    if (size == 1) return requests;
    std::vector<std::string> out;
    for (size_t i = 0; i < requests.size(); i += size) {
        std::string body = "[";
        for (size_t j = i; j < std::min(requests.size(), i + size); ++j)
            body += (j == i ? "" : ",") + requests[j];
        out.push_back(body + "]");
    }
    return out;
}

std::string post(Connection& connection, const std::string& body) {
    std::string answer = connection.post(body);
    if (answer.find("\"error\"") != std::string::npos) stop("refused: " + answer.substr(0, 400));
    return answer;
}

/// The quantities of the answer's results, in order.
std::vector<u128> quantities(const std::string& answer) {
    std::vector<u128> found;
    constexpr std::string_view mark = "\"result\":\"0x";
    for (size_t at = answer.find(mark); at != std::string::npos; at = answer.find(mark, at)) {
        at += mark.size();
        u128 value = 0;
        for (; answer[at] != '"'; ++at)
            value = value << 4 | static_cast<unsigned>(answer[at] <= '9' ? answer[at] - '0'
                                                                         : answer[at] - 'a' + 10);
        found.push_back(value);
    }
    return found;
}

u128 quantity(Connection& connection, std::string_view method, std::string_view params) {
    const auto found = quantities(post(connection, request(method, params)));
    if (found.size() != 1) stop("no answer to " + std::string{method});
    return found[0];
}

std::string nonce_request(const Account& account) {
    return request("eth_getTransactionCount", quoted(to_hex(account.address)) + ",\"latest\"");
}

/// The nonces as of the newest block, asked a hundred at a time.
std::vector<u128> nonces(Connection& connection, const std::vector<Account>& accounts) {
    std::vector<std::string> requests;
    for (const Account& account : accounts) requests.push_back(nonce_request(account));
    std::vector<u128> all;
    for (const std::string& body : bodies(requests, 100))
        for (const u128 nonce : quantities(post(connection, body))) all.push_back(nonce);
    return all;
}

/// Returns when every account's transactions are in a block.
void wait_for(Connection& connection, const std::vector<Account>& accounts) {
    const auto start = std::chrono::steady_clock::now();
    while (true) {
        const auto now = nonces(connection, accounts);
        bool all = now.size() == accounts.size();
        for (size_t i = 0; all && i < now.size(); ++i) all = now[i] >= accounts[i].nonce;
        if (all) return;
        if (std::chrono::steady_clock::now() - start > std::chrono::minutes{3})
            stop("transactions did not reach a block within three minutes");
        std::this_thread::sleep_for(std::chrono::milliseconds{2});
    }
}

/// Sends each connection its bodies, all connections at once; returns when all are answered.
void send_all(uint16_t port, const std::vector<std::vector<std::string>>& by_connection) {
    std::vector<std::jthread> threads;
    for (const auto& own : by_connection)
        threads.emplace_back([port, &own] {
            Connection connection{port};
            for (const std::string& body : own) post(connection, body);
        });
}

template <class F>
double seconds(const F& work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void print(const char* what, size_t count, double taken) {
    std::printf("{\"what\":\"%s\",\"count\":%zu,\"seconds\":%.4f}\n", what, count, taken);
    std::fflush(stdout);
}

Account treasurer(Connection& connection) {
    Account account = account_of(*crypto::derive_key(mnemonic, 0));
    account.nonce = static_cast<uint64_t>(nonces(connection, {account}).at(0));
    return account;
}

void run_batch(Connection& connection, Account& from, const std::vector<BatchCall>& calls,
               uint64_t gas) {
    Bytes data = codec::call_data<"batch((address to, uint256 value, bytes data)[] calls)">(calls);
    const std::string raw = signed_next(from, protocol::batch_address, 0, std::move(data), gas);
    post(connection, request("eth_sendRawTransaction", quoted(raw)));
}

Bytes transfer_data(const Address& to, u128 amount) {
    return codec::call_data<"transfer(address to, uint256 value)">(to, Assets{amount});
}

/// The accounts that make the load, with ETH for gas and BNB to move; funded once per chain.
std::vector<Account> load_accounts(Connection& connection) {
    std::vector<Account> accounts;
    for (size_t i = 0; i < account_count; ++i)
        accounts.push_back(account_of({numbered("load account ", i).bytes}));
    Account from = treasurer(connection);
    std::vector<BatchCall> calls;
    for (const Account& account : accounts) {
        calls.push_back({account.address, ether / 10, {}});
        calls.push_back({bnb_token, 0, transfer_data(account.address, 40 * ether)});
        if (calls.size() + 2 <= calls_per_batch && &account != &accounts.back()) continue;
        run_batch(connection, from, calls, 29'000'000);
        calls.clear();
    }
    wait_for(connection, {from});
    const auto now = nonces(connection, accounts);
    for (size_t i = 0; i < accounts.size(); ++i) accounts[i].nonce = static_cast<uint64_t>(now[i]);
    const auto last = quoted(to_hex(accounts.back().address)) + ",\"latest\"";
    if (quantity(connection, "eth_getBalance", last) == 0) stop("the accounts were not funded");
    return accounts;
}

/// Signs `each` transactions per account by `make(account, i)`, sends them, waits for the blocks.
template <class Make>
void measure_transactions(uint16_t port, std::vector<Account>& accounts, const char* what,
                          size_t each, size_t batch, const Make& make) {
    Connection watcher{port};
    for (size_t run = 0; run < runs; ++run) {
        std::vector<std::vector<std::string>> requests(connection_count);
        for (size_t i = 0; i < each; ++i)
            for (size_t a = 0; a < accounts.size(); ++a)
                requests[a % connection_count].push_back(
                    request("eth_sendRawTransaction", quoted(make(accounts[a], i))));
        for (auto& own : requests) own = bodies(own, batch);
        const double taken = seconds([&] {
            send_all(port, requests);
            wait_for(watcher, accounts);
        });
        print(what, each * accounts.size(), taken);
    }
}

void measure_reads(uint16_t port, const std::vector<Account>& accounts, const char* what,
                   size_t count, size_t batch) {
    for (size_t run = 0; run < runs; ++run) {
        std::vector<std::vector<std::string>> requests(connection_count);
        for (size_t i = 0; i < count; ++i) {
            const Address& who = accounts[i % accounts.size()].address;
            const Bytes data = codec::call_data<"balanceOf(address account)">(who);
            requests[i % connection_count].push_back(
                request("eth_call", "{\"to\":\"" + to_hex(bnb_token) + "\",\"data\":\"" +
                                        to_hex(data) + "\"},\"latest\""));
        }
        for (auto& own : requests) own = bodies(own, batch);
        print(what, count, seconds([&] { send_all(port, requests); }));
    }
}

void measure_all(uint16_t port) {
    Connection connection{port};
    std::vector<Account> accounts = load_accounts(connection);
    const auto transfer = [&](Account& from, size_t i) {
        const Address& to = accounts[(from.nonce + i) % accounts.size()].address;
        return signed_next(from, bnb_token, 0, transfer_data(to, 1 + i), 100'000);
    };
    const auto stake = [](Account& from, size_t) {
        return signed_next(from, bnb_staking, 0,
                           codec::call_data<"stake(uint256 assets)">(Assets{ether / 10}), 150'000);
    };
    measure_transactions(port, accounts, "transfers", 20, 1, transfer);
    measure_transactions(port, accounts, "transfers, batches of 100", 50, 100, transfer);
    measure_transactions(port, accounts, "stakes", 20, 1, stake);
    measure_transactions(port, accounts, "stakes, batches of 100", 50, 100, stake);
    measure_reads(port, accounts, "reads", 20'000, 1);
    measure_reads(port, accounts, "reads, batches of 100", 100'000, 100);
}

void fill(uint16_t port, size_t count) {
    constexpr uint64_t ahead_max = 200;
    Connection connection{port};
    Account from = treasurer(connection);
    std::vector<BatchCall> calls;
    const double taken = seconds([&] {
        for (size_t i = 0; i < count; ++i) {
            Address to;
            const Hash name = numbered("fresh account ", i);
            std::copy_n(name.bytes.begin(), to.bytes.size(), to.bytes.begin());
            calls.push_back({to, 1, {}});
            if (calls.size() < calls_per_batch && i + 1 < count) continue;
            run_batch(connection, from, calls, 1'500'000);
            calls.clear();
            if (from.nonce % ahead_max == 0) wait_for(connection, {from});
        }
        wait_for(connection, {from});
    });
    print("fill", count, taken);
}

}  // namespace
}  // namespace thaw::bench

int main(int argc, char** argv) {
    const auto port = argc > 1 ? thaw::parse_decimal(argv[1]) : std::nullopt;
    const auto count = argc > 3 ? thaw::parse_decimal(argv[3]) : std::nullopt;
    const bool fill = argc > 2 && std::string_view{argv[2]} == "fill" && count;
    if (!port || (argc > 2 && !fill)) {
        std::fprintf(stderr, "usage: bench_http PORT [fill COUNT]\n");
        return 2;
    }
    if (fill)
        thaw::bench::fill(static_cast<uint16_t>(*port), static_cast<size_t>(*count));
    else
        thaw::bench::measure_all(static_cast<uint16_t>(*port));
}
