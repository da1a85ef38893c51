#include "thaw/protocol/fetch.hpp"

namespace thaw::protocol {

void fetch_rows(const State& state, const Address& sender, const Address& to, BytesView data) {
    state.accounts.accounts.fetch(sender);
    state.token.balances.fetch(token::user_account(eth, sender));
    if (!is_native(to)) return;
    // The first argument of most verbs is who receives; others find a row that is not there.
    constexpr size_t argument_at = 4 + 12;
    Address other = sender;
    if (data.size() >= argument_at + sizeof other)
        std::copy_n(data.begin() + argument_at, sizeof other, other.bytes.begin());
    const uint8_t index = index_of(to);
    switch (kind_of(to)) {
        case ContractKind::asset:
            state.token.balances.fetch(token::user_account(index, sender));
            state.token.balances.fetch(token::user_account(index, other));
            break;
        case ContractKind::staking:
            state.token.balances.fetch(token::user_account(index, sender));
            state.liquid.holdings.fetch({.holder = sender, .network = index});
            break;
        case ContractKind::liquid:
            state.liquid.holdings.fetch({.holder = sender, .network = index});
            state.liquid.holdings.fetch({.holder = other, .network = index});
            break;
        default:
            break;
    }
}

}  // namespace thaw::protocol
