#include "thaw/main/banner.hpp"

#include "thaw/base/text.hpp"
#include "thaw/main/duration.hpp"
#include "thaw/sim/development.hpp"

namespace thaw::cli {

namespace {

std::string speed_text(uint64_t day_ms) {
    if (day_ms == 0) return "stands still; move it with evm_increaseTime";
    if (day_ms == 86'400'000) return "runs as fast as yours";
    return "a day takes " +
           (day_ms % 1'000 == 0 ? format_duration(day_ms / 1'000) : std::to_string(day_ms) + "ms");
}

std::string accounts_text() {
    std::string out;
    size_t index = 0;
    for (const crypto::PrivateKey& key : sim::development_accounts())
        out += "  (" + std::to_string(index++) + ") " + to_hex(crypto::address_of(key)) + "  " +
               to_hex(BytesView{key.bytes}) + "\n";
    return out;
}

}  // namespace

std::string devnet_banner(sim::Devnet& devnet, const Config& config, const Endpoint& bound) {
    const auto [hub, head] = [&] {
        const node::View view = devnet.node().view();
        return std::pair{view.state().networks.hub.get(0), view.head()};
    }();
    const std::string where = format_endpoint(bound);
    const std::string rpc_flag = where == "127.0.0.1:8545" ? "" : " --rpc http://" + where;
    std::string out = "\nThaw devnet is ready.\n\n";
    out += "  JSON-RPC    http://" + where + "   ws://" + where + "\n";
    out += "  page        http://" + where + "/\n";
    out += "  chain id    " + std::to_string(hub.chain_id) + "\n";
    out += "  head        block " + std::to_string(head->header.number) + ", " +
           format_time(head->header.timestamp) + "\n";
    out += "  chain time  " + speed_text(config.day_ms) + "\n";
    out += "  data        " + config.data + (devnet.created() ? " (new)" : " (continued)") + "\n\n";
    out += "Accounts and their keys, by the mnemonic\n  " + std::string{sim::development_mnemonic} +
           "\n" + accounts_text();
    out +=
        "Everybody knows these keys: send nothing of value to them on any other network.\n"
        "Each began with 10,000 ETH, BNB, FTM, DOT, KSM and MATIC, arrived through the bridge.\n\n";
    out += "Add it to a wallet: network URL http://" + where + ", chain id " +
           std::to_string(hub.chain_id) + ", currency ETH; import one of the keys.\n\n";
    out += "Try next, in another terminal:\n";
    for (const std::string_view line : {"status", "stake bnb 1.5", "balance"})
        out += "  thaw " + std::string{line} + rpc_flag + "\n";
    out += "Stop with Ctrl-C.\n";
    return out;
}

}  // namespace thaw::cli
