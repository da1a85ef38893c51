// Load on a running node, over HTTP, as wallets would make it: transactions are signed before, by
// 200 accounts; what is timed ends when the last of them is in a block. The node may be anybody's
// that speaks Ethereum's JSON-RPC and has the contracts at the same addresses.
//   bench_http accounts                         the accounts and contracts, as JSON
//   bench_http fund PORT                        gives the accounts what they need (ours only)
//   bench_http fill PORT COUNT                  gives COUNT fresh accounts a token (ours only)
//   bench_http transfers|stakes|reads PORT COUNT BATCH [CONNECTIONS]
//   bench_http offers PORT COUNT BATCH [CONNECTIONS]   transfers to a server without accounts
//   bench_http paced-transfers|paced-stakes|paced-reads PORT RATE SECONDS
//   bench_http read-on PORT                     reads from 8 connections at once until killed
//   bench_http flood PORT SECONDS               transfers from 64 batching connections at once
#include <atomic>
#include <mutex>

#include "bench/crowd.hpp"
#include "thaw/node/turns.hpp"

namespace thaw::bench {
namespace {

constexpr size_t connections_usual = 8;
constexpr size_t pacer_count = 64;

void print(std::string_view what, size_t count, double taken) {
    std::printf("{\"what\":\"%.*s\",\"count\":%zu,\"seconds\":%.4f}\n",
                static_cast<int>(what.size()), what.data(), count, taken);
}

/// All is prepared: whoever counts the node's CPU time, or waits for the load, begins here.
void say_ready() {
    std::printf("ready\n");
    std::fflush(stdout);
}

void print_accounts() {
    std::string list;
    for (const Account& account : crowd())
        list += (list.empty() ? "" : ",") + quoted(to_hex(account.address));
    std::printf("{\"chain_id\":%d,\"token\":\"%s\",\"staking\":\"%s\",\"accounts\":[%s]}\n",
                static_cast<int>(chain_id), to_hex(bnb_token).c_str(), to_hex(bnb_staking).c_str(),
                list.c_str());
}

/// One of the devnet's rich accounts.
Account treasurer(Connection& connection, uint32_t number = 0) {
    std::vector<Account> one{account_of(*crypto::derive_key(mnemonic, number))};
    learn_nonces(connection, one);
    return one[0];
}

void run_batch(Connection& connection, Account& from, const std::vector<BatchCall>& calls) {
    Bytes data = codec::call_data<"batch((address to, uint256 value, bytes data)[] calls)">(calls);
    codec::SignedTransaction draft{.chain_id = chain_id,
                                   .nonce = from.nonce++,
                                   .max_priority_fee_per_gas = 1,
                                   .max_fee_per_gas = 1'000,
                                   .gas_limit = 29'000'000,
                                   .to = protocol::batch_address,
                                   .data = std::move(data)};
    const std::string raw = to_hex(codec::sign_transaction(std::move(draft), from.key));
    post(connection, request("eth_sendRawTransaction", quoted(raw)));
}

void fund(uint16_t port) {
    constexpr uint32_t treasurers = 2;  // one alone has not enough
    Connection connection{port};
    const std::vector<Account> accounts = crowd();
    for (uint32_t t = 0; t < treasurers; ++t) {
        Account from = treasurer(connection, t);
        std::vector<BatchCall> calls;
        for (size_t i = t; i < accounts.size(); i += treasurers) {
            calls.push_back({accounts[i].address, ether / 10, {}});
            calls.push_back({bnb_token, 0, transfer_data(accounts[i].address, 90 * ether)});
        }
        run_batch(connection, from, calls);
        wait_for(connection, {from});
    }
    const auto last = quoted(to_hex(accounts.back().address)) + ",\"latest\"";
    if (quantities(post(connection, request("eth_getBalance", last))).at(0) == 0)
        stop("the accounts were not funded");
}

void fill(uint16_t port, size_t count) {
    constexpr uint64_t ahead_max = 50;
    Connection connection{port};
    Account from = treasurer(connection);
    std::vector<BatchCall> calls;
    const double taken = seconds([&] {
        for (size_t i = 0; i < count; ++i) {
            Address to;
            const Hash name = numbered("fresh account ", i);
            std::copy_n(name.bytes.begin(), to.bytes.size(), to.bytes.begin());
            calls.push_back({bnb_token, 0, transfer_data(to, 1)});
            if (calls.size() < calls_per_batch && i + 1 < count) continue;
            run_batch(connection, from, calls);
            calls.clear();
            if (from.nonce % ahead_max == 0) wait_for(connection, {from});
        }
        wait_for(connection, {from});
    });
    print("fill", count, taken);
}

std::string read_of(const std::vector<Account>& accounts, size_t i) {
    const Bytes data =
        codec::call_data<"balanceOf(address account)">(accounts[i % accounts.size()].address);
    return request("eth_call", "{\"to\":\"" + to_hex(bnb_token) + "\",\"data\":\"" + to_hex(data) +
                                   "\"},\"latest\"");
}

/// Does not return. Nothing but reading is felt by whoever is measured meanwhile.
void read_on(uint16_t port) {
    const std::vector<Account> accounts = crowd();
    std::vector<std::string> requests;
    for (size_t i = 0; i < accounts.size(); ++i) requests.push_back(read_of(accounts, i));
    say_ready();
    std::vector<std::jthread> threads;
    for (size_t c = 0; c < connections_usual; ++c)
        threads.emplace_back([&] {
            node::make_way();  // readers elsewhere would take no time from the node's writers
            Connection connection{port};
            for (size_t i = 0;; ++i) post(connection, requests[i % requests.size()]);
        });
}

void measure(std::string_view what, uint16_t port, size_t count, size_t batch,
             size_t connection_count) {
    Connection watcher{port};
    std::vector<Account> accounts = crowd();
    const bool reads = what == "reads";
    const bool settles = what == "transfers" || what == "stakes";
    if (settles) learn_nonces(watcher, accounts);
    std::vector<std::vector<std::string>> requests(connection_count);
    for (size_t i = 0; i < count; ++i) {
        const size_t who = i % accounts.size();
        requests[who % connection_count].push_back(
            reads ? read_of(accounts, i)
                  : request("eth_sendRawTransaction",
                            quoted(next_of(accounts, who, what == "stakes"))));
    }
    for (auto& own : requests) own = bodies(own, batch);
    say_ready();
    const double taken = seconds([&] {
        send_all(port, requests);
        if (settles) wait_for(watcher, accounts);
    });
    print(what, count, taken);
}

/// Requests at their times, whether or not the ones before are answered: what is waited for counts
/// from when it should have been sent. Transactions are answered with their receipts (EIP-7966).
void measure_paced(std::string_view what, uint16_t port, double rate, double length) {
    std::vector<Account> accounts = crowd();
    const bool reads = what == "paced-reads";
    {
        Connection connection{port};
        if (!reads) learn_nonces(connection, accounts);
    }
    const auto count = static_cast<size_t>(rate * length);
    std::vector<std::string> requests;
    for (size_t i = 0; i < count; ++i)
        requests.push_back(reads ? read_of(accounts, i)
                                 : request("eth_sendRawTransactionSync",
                                           quoted(next_of(accounts, i % accounts.size(),
                                                          what == "paced-stakes"))));
    std::vector<double> waited_ms(count);
    const auto start = WallClock::now() + std::chrono::milliseconds{50};
    say_ready();
    {
        std::vector<std::jthread> threads;
        // One connection has all of an account's transactions, so that nonces come in order.
        for (size_t p = 0; p < pacer_count; ++p)
            threads.emplace_back([&, p] {
                node::take_short_turns();  // as a client with a processor of its own
                Connection connection{port};
                for (size_t i = 0; i < count; ++i) {
                    if (i % accounts.size() % pacer_count != p) continue;
                    const auto due =
                        start + std::chrono::duration_cast<WallClock::duration>(
                                    std::chrono::duration<double>(static_cast<double>(i) / rate));
                    std::this_thread::sleep_until(due);
                    post(connection, requests[i]);
                    waited_ms[i] =
                        std::chrono::duration<double, std::milli>(WallClock::now() - due).count();
                }
            });
    }
    const double taken = std::chrono::duration<double>(WallClock::now() - start).count();
    std::printf(
        "{\"what\":\"%.*s\",\"count\":%zu,\"seconds\":%.4f,\"p50_ms\":%.3f,"
        "\"p99_ms\":%.3f}\n",
        static_cast<int>(what.size()), what.data(), count, taken, quantile(waited_ms, 0.5),
        quantile(waited_ms, 0.99));
}

/// Far more than any node can take: each connection sends its next batch as soon as it is
/// answered, and those refused are counted, not repeated.
void flood(uint16_t port, double length) {
    constexpr size_t floods = account_count;
    constexpr size_t batch = 100;
    std::atomic<size_t> admitted = 0, refused = 0;
    std::mutex mutex;
    std::vector<double> waited_ms;
    std::string refusal;
    std::vector<std::vector<std::string>> prepared(floods);
    std::vector<Account> accounts = crowd();
    {
        Connection connection{port};
        learn_nonces(connection, accounts);
    }
    for (size_t f = 0; f < floods; ++f) {
        // One key, many nonces: signing is not what is measured. Refused ones leave gaps, and so
        // the rest of that sender's is refused or waits: the pool's limits are the point.
        std::vector<std::string> requests;
        for (size_t i = 0; i < 600; ++i)
            requests.push_back(
                request("eth_sendRawTransaction", quoted(next_of(accounts, f, false))));
        prepared[f] = bodies(requests, batch);
    }
    say_ready();
    const auto start = WallClock::now();
    {
        std::vector<std::jthread> threads;
        for (size_t f = 0; f < floods; ++f)
            threads.emplace_back([&, f] {
                Connection connection{port};
                for (const std::string& body : prepared[f]) {
                    const auto sent = WallClock::now();
                    if (std::chrono::duration<double>(sent - start).count() > length) return;
                    const std::string answer = connection.post(body);
                    const double ms =
                        std::chrono::duration<double, std::milli>(WallClock::now() - sent).count();
                    const size_t good = quantities(answer).size();
                    admitted += good;
                    refused += batch - good;
                    const std::lock_guard lock{mutex};
                    if (good > 0) waited_ms.push_back(ms);
                    if (good < batch && refusal.empty()) {
                        const size_t at = answer.find("\"message\":\"") + 11;
                        refusal = answer.substr(at, answer.find('"', at) - at);
                    }
                }
            });
    }
    std::printf(
        "{\"what\":\"flood\",\"admitted\":%zu,\"refused\":%zu,\"seconds\":%.4f,"
        "\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"refusal\":\"%s\"}\n",
        admitted.load(), refused.load(),
        std::chrono::duration<double>(WallClock::now() - start).count(), quantile(waited_ms, 0.5),
        quantile(waited_ms, 0.99), refusal.c_str());
}

}  // namespace
}  // namespace thaw::bench

int main(int argc, char** argv) {
    using namespace thaw::bench;
    const std::string_view what = argc > 1 ? argv[1] : "";
    const auto number = [&](int i) { return argc > i ? std::atof(argv[i]) : 0.0; };
    const auto port = static_cast<uint16_t>(number(2));
    if (what == "accounts")
        print_accounts();
    else if (what == "fund" && argc == 3)
        fund(port);
    else if (what == "fill" && argc == 4)
        fill(port, static_cast<size_t>(number(3)));
    else if ((what == "transfers" || what == "stakes" || what == "reads" || what == "offers") &&
             (argc == 5 || argc == 6))
        measure(what, port, static_cast<size_t>(number(3)), static_cast<size_t>(number(4)),
                argc == 6 ? static_cast<size_t>(number(5)) : connections_usual);
    else if (what.starts_with("paced-") && argc == 5)
        measure_paced(what, port, number(3), number(4));
    else if (what == "read-on" && argc == 3)
        read_on(port);
    else if (what == "flood" && argc == 4)
        flood(port, number(3));
    else {
        std::fprintf(stderr, "usage: see the head of bench/bench_http.cpp\n");
        return 2;
    }
}
