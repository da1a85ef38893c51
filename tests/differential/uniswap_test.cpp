// Each operation of a random journal, as the real Uniswap V2 carried it out on anvil
// (tests/vectors/uniswap_v2.mjs), carried out by the hub: the same success, the same events to the
// byte, the same refusals, and after each block the same reserves, supplies, products and price
// sums. THAW_UNISWAP_JOURNAL names another journal than the one beside it.
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>

#include "tests/scenario/expect.hpp"
#include "thaw/protocol/exchange/router.hpp"

namespace thaw::differential {
namespace {

using namespace scenario;
using exchange::Limit;
using exchange::Path;

constexpr uint16_t users = 4;
constexpr std::array<Address, 4> coins_of_journal{asset_of(bnb), asset_of(fantom),
                                                  asset_of(polygon), weth_address};

u128 number(std::string_view text) {
    u128 value = 0;
    for (const char c : text) value = value * 10 + static_cast<unsigned>(c - '0');
    return value;
}
const Address& coin(std::string_view digit) {
    return coins_of_journal.at(static_cast<size_t>(number(digit)));
}
/// "02": the pair of coins 0 and 2.
Address pair(std::string_view digits) {
    return exchange::pair_address(coin(digits.substr(0, 1)), coin(digits.substr(1, 1)));
}
Path path(std::string_view list) {
    Path all;
    for (size_t i = 0; i < list.size(); i += 2) all.push_back(coin(list.substr(i, 1)));
    return all;
}

/// What the hub is asked for one line.
struct Order {
    Address to;
    Bytes data;
    u128 wei = 0;
};
using Words = std::vector<std::string>;  // without the user

#define TO_ROUTER(text, ...) \
    Order { router_address, call_data<text>(__VA_ARGS__) }

Order by_pair(const Words& w) {
    const Address to =
        w[0] == "send" || w[0] == "wrap" || w[0] == "unwrap" ? Address{} : pair(w[1]);
    const auto someone = [&](size_t at) { return user(static_cast<uint16_t>(number(w[at]))); };
    if (w[0] == "send")
        return {coin(w[1]), call_data<"transfer(address to, uint256 value) returns (bool)">(
                                pair(w[2]), number(w[3]))};
    if (w[0] == "lp")
        return {to,
                call_data<"transfer(address to, uint256 value) returns (bool)">(to, number(w[2]))};
    if (w[0] == "wrap") return {weth_address, call_data<"deposit() payable">(), number(w[1])};
    if (w[0] == "unwrap") return {weth_address, call_data<"withdraw(uint256 wad)">(number(w[1]))};
    if (w[0] == "mint")
        return {to, call_data<"mint(address to) returns (uint256 liquidity)">(someone(2))};
    if (w[0] == "burn")
        return {to, call_data<"burn(address to) returns (uint256 amount0, uint256 amount1)">(
                        someone(2))};
    if (w[0] == "skim") return {to, call_data<"skim(address to)">(someone(2))};
    if (w[0] == "sync") return {to, call_data<"sync()">()};
    demand(w[0] == "swap", "unknown operation " + w[0]);
    return {to, call_data<"swap(uint256 amount0Out, uint256 amount1Out, address to, bytes data)">(
                    number(w[2]), number(w[3]), someone(4), Bytes{})};
}

/// What accounts do whose keys are known: they sign allowances.
Order by_permit(const Words& w) {
    const auto n = [&](size_t at) { return number(w[at]); };
    const auto someone = [&](size_t at) { return user(static_cast<uint16_t>(n(at))); };
    const auto hash = [&](size_t at) { return *parse_hash(w[at]); };
    const auto v = [&](size_t at) { return static_cast<uint8_t>(n(at)); };
    if (w[0] == "removePermit")
        return TO_ROUTER(
            "removeLiquidityWithPermit(address a, address b, uint256 x, uint256 m, uint256 n, "
            "address to, uint256 deadline, bool approveMax, uint8 v, bytes32 r, bytes32 s)",
            coin(w[1]), coin(w[2]), n(3), u128{0}, u128{0}, someone(4), n(5), w[6] == "1", v(7),
            hash(8), hash(9));
    const Address owner = *parse_address(w[2]);
    const Address at = pair(w[1]);
    if (w[0] == "give")
        return {at, call_data<"transfer(address to, uint256 value) returns (bool)">(owner, n(3))};
    if (w[0] == "pull")
        return {at, call_data<"transferFrom(address from, address to, uint256 value)">(
                        owner, someone(3), n(4))};
    return {at, call_data<"permit(address owner, address spender, uint256 value, uint256 deadline, "
                          "uint8 v, bytes32 r, bytes32 s)">(owner, someone(3), n(4), n(5), v(6),
                                                            hash(7), hash(8))};
}

Order by_liquidity(const Words& w) {
    const auto n = [&](size_t at) { return number(w[at]); };
    const Address to = user(static_cast<uint16_t>(n(w.size() - 2)));
    const u128 deadline = n(w.size() - 1);
    if (w[0] == "add")
        return TO_ROUTER(
            "addLiquidity(address a, address b, uint256 x, uint256 y, uint256 m, "
            "uint256 n, address to, uint256 deadline)",
            coin(w[1]), coin(w[2]), n(3), n(4), n(5), n(6), to, deadline);
    if (w[0] == "addEth") {
        Order order = TO_ROUTER(
            "addLiquidityETH(address a, uint256 x, uint256 m, uint256 n, "
            "address to, uint256 deadline)",
            coin(w[1]), n(2), n(4), n(5), to, deadline);
        order.wei = n(3);
        return order;
    }
    if (w[0] == "remove")
        return TO_ROUTER(
            "removeLiquidity(address a, address b, uint256 x, uint256 m, uint256 n, "
            "address to, uint256 deadline)",
            coin(w[1]), coin(w[2]), n(3), n(4), n(5), to, deadline);
    if (w[0] == "removeEth")
        return TO_ROUTER(
            "removeLiquidityETH(address a, uint256 x, uint256 m, uint256 n, address "
            "to, uint256 deadline)",
            coin(w[1]), n(2), n(3), n(4), to, deadline);
    return TO_ROUTER(
        "removeLiquidityETHSupportingFeeOnTransferTokens(address a, uint256 x, "
        "uint256 m, uint256 n, address to, uint256 deadline)",
        coin(w[1]), n(2), n(3), n(4), to, deadline);
}

#define ENDS ", address[] path, address to, uint256 deadline)"

Order by_swap(const Words& w) {
    const u128 x = number(w[1]);
    const u128 y = number(w[2]);
    const Path way = path(w[3]);
    const Address to = user(static_cast<uint16_t>(number(w[4])));
    const u128 last = number(w[5]);
    const auto with = [](Order order, u128 wei) {
        order.wei = wei;
        return order;
    };
    if (w[0] == "tt")
        return TO_ROUTER("swapExactTokensForTokens(uint256 x, uint256 y" ENDS, x, y, way, to, last);
    if (w[0] == "tx")
        return TO_ROUTER("swapTokensForExactTokens(uint256 x, uint256 y" ENDS, x, y, way, to, last);
    if (w[0] == "tex")
        return TO_ROUTER("swapTokensForExactETH(uint256 x, uint256 y" ENDS, x, y, way, to, last);
    if (w[0] == "te")
        return TO_ROUTER("swapExactTokensForETH(uint256 x, uint256 y" ENDS, x, y, way, to, last);
    if (w[0] == "et")
        return with(TO_ROUTER("swapExactETHForTokens(uint256 y" ENDS, y, way, to, last), x);
    if (w[0] == "ext")
        return with(TO_ROUTER("swapETHForExactTokens(uint256 x" ENDS, x, way, to, last), y);
    if (w[0] == "ttf")
        return TO_ROUTER(
            "swapExactTokensForTokensSupportingFeeOnTransferTokens(uint256 x, uint256 "
            "y" ENDS,
            x, y, way, to, last);
    if (w[0] == "etf")
        return with(TO_ROUTER("swapExactETHForTokensSupportingFeeOnTransferTokens(uint256 y" ENDS,
                              y, way, to, last),
                    x);
    return TO_ROUTER("swapExactTokensForETHSupportingFeeOnTransferTokens(uint256 x, uint256 y" ENDS,
                     x, y, way, to, last);
}

Order order_of(const Words& w) {
    const std::string& verb = w[0];
    if (verb == "create")
        return {factory_address,
                call_data<"createPair(address tokenA, address tokenB) returns (address pair)">(
                    coin(w[1].substr(0, 1)), coin(w[1].substr(1, 1)))};
    if (verb == "feeTo")
        return {factory_address,
                call_data<"setFeeTo(address to)">(w[1] == "1" ? user(users + 1) : Address{})};
    constexpr std::array signed_ones{"give", "permit", "pull", "removePermit"};
    if (std::ranges::find(signed_ones, verb) != signed_ones.end()) return by_permit(w);
    if (verb.starts_with("add") || verb.starts_with("remove")) return by_liquidity(w);
    constexpr std::array swaps{"tt", "tx", "tex", "te", "et", "ext", "ttf", "etf", "tef"};
    if (std::ranges::find(swaps, verb) != swaps.end()) return by_swap(w);
    return by_pair(w);
}

std::string eight(const Bytes& bytes) { return to_hex(crypto::keccak256(bytes)).substr(2, 16); }

std::string logs_of(const Receipt& receipt) {
    std::string text;
    for (const auto& log : receipt.logs) {
        text += "\n" + to_hex(log.emitter);
        for (const Hash& topic : log.topics) text += " " + to_hex(topic);
        text += " " + to_hex(log.data);
    }
    return text;
}

class Journal {
  public:
    Journal() {
        for (uint16_t u = 1; u <= users; ++u) {
            for (const NetworkId n : {bnb, fantom, polygon}) s.deposit(n, user(u), power(27));
            const u128 wrapped = power(23);
            s.deposit(eth, user(u), power(24) + wrapped - s.assets(eth, user(u)));
            demand(s.send(user(u), weth_address, {}, Assets{wrapped}, 0).success, "wrapping");
        }
    }
    /// The receipt's eight bytes, and whether it went through.
    std::string carry_out(std::string_view who, const Words& words) {
        const Order order = order_of(words);
        const Address from = who == "0"              ? hub_owner
                             : who.starts_with("0x") ? *parse_address(who)
                                                     : user(static_cast<uint16_t>(number(who)));
        receipt = s.send(from, order.to, order.data, Assets{order.wei}, 0);
        Bytes seen{receipt.success};
        if (!receipt.success && speaks_uniswap(order.to)) append(seen, receipt.output);
        for (const auto& log : receipt.logs) {
            append(seen, log.emitter.bytes);
            for (const Hash& topic : log.topics) append(seen, topic.bytes);
            append(seen, log.data);
        }
        return std::string{receipt.success ? "1 " : "0 "} + eight(seen);
    }
    std::string shows() {
        Bytes all;
        int open = 0;
        for (size_t a = 0; a < 4; ++a)
            for (size_t b = a + 1; b < 4; ++b) {
                const Address to = exchange::pair_address(coins_of_journal[a], coins_of_journal[b]);
                if (!is_contract(s.state, to)) continue;
                ++open;
                for (const Bytes& data :
                     {call_data<"getReserves()">(), call_data<"totalSupply()">(),
                      call_data<"kLast()">(), call_data<"price0CumulativeLast()">(),
                      call_data<"price1CumulativeLast()">()})
                    append(
                        all,
                        simulate(s.state, s.block,
                                 {.sender = alice, .to = to, .data = data, .gas_limit = 1'000'000})
                            .output);
            }
        return to_decimal(static_cast<unsigned>(open)) + " " + eight(all);
    }

    Scenario s{without_pairs(), Scenario::Checks::none};
    Receipt receipt;

  private:
    static Genesis without_pairs() {
        Genesis genesis = scenario_genesis();
        genesis.pairs.clear();
        genesis.hub.chain_id = 31'337;  // anvil's: permits are signed for it
        return genesis;
    }
    static u128 power(int digits) {
        u128 n = 1;
        while (digits-- > 0) n *= 10;
        return n;
    }
    bool speaks_uniswap(const Address& to) const {
        return to == factory_address || to == router_address || s.state.exchange.pairs.has(to);
    }
};

TEST(Uniswap, CarriesOutEveryOperationAsTheRealOneDid) {
    const char* other = std::getenv("THAW_UNISWAP_JOURNAL");
    const std::string name = other != nullptr ? other : THAW_SOURCE "/tests/vectors/uniswap_v2.txt";
    std::ifstream file{name};
    ASSERT_TRUE(file) << name;
    Journal journal;
    std::map<std::string, std::array<int, 2>> tally;  // refused, done
    int checked = 0, blocks = 0, line_number = 0;
    for (std::string line; std::getline(file, line);) {
        ++line_number;
        std::istringstream stream{line};
        Words words{std::istream_iterator<std::string>{stream}, {}};
        if (words[0] == "at") {
            journal.s.block.now_s = static_cast<uint64_t>(number(words[1]));
            ++journal.s.block.height;
            ++blocks;
            continue;
        }
        if (words[0] == "shows") {
            ASSERT_EQ(journal.shows(), words[1] + " " + words[2]) << name << ":" << line_number;
            journal.s.state.seal();
            continue;
        }
        const std::string expected = words[words.size() - 2] + " " + words.back();
        const Words operation(words.begin() + 1, words.end() - 2);
        ASSERT_EQ(journal.carry_out(words[0], operation), expected)
            << name << ":" << line_number << ": " << line
            << "\nhere: " << to_hex(journal.receipt.output) << " "
            << std::string(journal.receipt.output.begin(), journal.receipt.output.end()) << ", "
            << logs_of(journal.receipt);
        ++tally[operation[0]][journal.receipt.success];
        ++checked;
        if (checked % 256 == 0) {
            ASSERT_EQ(broken_invariant(journal.s.state, journal.s.block), std::nullopt);
        }
    }
    for (const auto& [verb, counts] : tally) {
        std::printf("%-12s %6d done %6d refused\n", verb.c_str(), counts[1], counts[0]);
        EXPECT_GT(counts[1], 0) << verb << " never went through";
    }
    std::printf("%d operations in %d blocks equal Uniswap's\n", checked, blocks);
    EXPECT_EQ(tally.size(), 29u);
    EXPECT_GE(checked, 1'000);
}

}  // namespace
}  // namespace thaw::differential
