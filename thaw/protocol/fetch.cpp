#include "thaw/protocol/fetch.hpp"

namespace thaw::protocol {

void fetch_rows(const State& state, const Address& sender, const Address& to, BytesView data) {
    const auto fetch = [](const auto& table, const auto& key) {
        const auto row = table.get(key);
        asm volatile("" : : "m"(row));  // not left out, though nobody uses it
    };
    fetch(state.accounts.accounts, sender);
    fetch(state.token.balances, token::user_account(eth, sender));
    if (!is_native(to)) return;
    // The first argument of most verbs is who receives; others find a row that is not there.
    constexpr size_t argument_at = 4 + 12;
    Address other = sender;
    if (data.size() >= argument_at + sizeof other)
        std::copy_n(data.begin() + argument_at, sizeof other, other.bytes.begin());
    const uint8_t index = index_of(to);
    switch (kind_of(to)) {
        case ContractKind::asset:
            fetch(state.token.balances, token::user_account(index, sender));
            fetch(state.token.balances, token::user_account(index, other));
            break;
        case ContractKind::staking:
            fetch(state.token.balances, token::user_account(index, sender));
            fetch(state.liquid.holdings, liquid::Key{.holder = sender, .network = index});
            break;
        case ContractKind::liquid:
            fetch(state.liquid.holdings, liquid::Key{.holder = sender, .network = index});
            fetch(state.liquid.holdings, liquid::Key{.holder = other, .network = index});
            break;
        default:
            break;
    }
}

}  // namespace thaw::protocol
