#include "thaw/protocol/vault/strategy.hpp"

// What was earned becomes the holders', a day later.
namespace thaw::protocol::vault {

Result<u128> harvest(Call& call) {
    const u128 worth = std::min(TRY(compound(call)), assets_max);
    Vault v = here(call);
    const Take take = take_of(v);
    const Harvest h = harvested(v.position, worth, issued::supply(call, call.self()), call.now_s(),
                                take.fee_bps, take.bounty_bps);
    v.position = h.after;
    keep(call, v);
    if (h.fee_shares != 0)
        issued::mint(call, call.self(), call.read<networks::Books>().hub.get(0).treasury,
                     h.fee_shares);
    if (h.bounty_shares != 0) issued::mint(call, call.self(), call.sender(), h.bounty_shares);
    call.emit(
        Harvested{call.sender(), h.profit, h.fee_shares, h.bounty_shares, h.after.locked_to_s});
    return h.bounty_shares;
}

}  // namespace thaw::protocol::vault
