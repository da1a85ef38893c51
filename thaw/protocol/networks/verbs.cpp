#include "thaw/protocol/governance/books.hpp"
#include "thaw/protocol/networks/face.hpp"

namespace thaw::protocol::networks {
namespace {

Result<Network> known(const Query& query, NetworkId network) {
    if (network == 0 || network > network_count) return fail(NoSuchNetwork{network});
    return query.read<Books>().networks.get(network);
}

uint64_t fee_change_possible_at(const Network& n) {
    return n.fee_changed_at_s == 0 ? 0 : n.fee_changed_at_s + fee_change_interval_s;
}

/// The owner, as long as the role can still pass on.
Result<void> only_passing_owner(const Call& call) {
    TRY_VOID(only_owner(call));
    if (call.sender() == timelock_address) return fail(OwnedByGovernance{});
    return {};
}

}  // namespace

bool stands_still(const Query& query, NetworkId network) {
    return query.read<Books>().networks.get(network).halted != 0 ||
           query.now_s() < query.read<governance::Books>().pauses.get(network).until_s;
}

void hand_over(Call& call, const Address& timelock) {
    Books& books = call.own<Books>();
    Hub hub = books.hub.get(0);
    const Address before = hub.owner;
    hub.owner = timelock;
    hub.heir = {};
    books.hub.put(0, hub);
    call.emit_as(networks_address, OwnershipTransferred{before, timelock});
}

Result<void> only_owner(const Call& call) {
    const Address owner = call.read<Books>().hub.get(0).owner;
    if (owner.is_zero() || call.sender() != owner)
        return fail(OwnableUnauthorizedAccount{call.sender()});
    return {};
}

void halt_because(Call& call, NetworkId network, std::string_view reason) {
    Books& books = call.own<Books>();
    Network n = books.networks.get(network);
    if (n.halted != 0) return;
    n.halted = 1;
    books.networks.put(network, n);
    call.emit_as(networks_address, Halted{network, std::string{reason}});
}

Result<void> halt(Call& call, NetworkId network, std::string reason) {
    TRY_VOID(only_owner(call));
    const Network n = TRY(known(call, network));
    if (n.halted != 0) return fail(AlreadyHalted{network});
    halt_because(call, network, reason);
    return {};
}

Result<void> resume(Call& call, NetworkId network) {
    TRY_VOID(only_owner(call));
    Network n = TRY(known(call, network));
    if (n.halted == 0) return fail(NotHalted{network});
    n.halted = 0;
    call.own<Books>().networks.put(network, n);
    call.emit(Resumed{network});
    return {};
}

Result<void> set_fee(Call& call, NetworkId network, uint32_t fee_bps) {
    TRY_VOID(only_owner(call));
    Network n = TRY(known(call, network));
    const uint32_t before = n.fee_bps;
    const uint32_t highest = fee_next_max_bps(before);
    if (fee_bps > highest) return fail(FeeTooHigh{fee_bps, highest});
    if (fee_bps == before) return fail(SameAsBefore{});
    if (const uint64_t at_s = fee_change_possible_at(n); call.now_s() < at_s)
        return fail(ChangeTooSoon{at_s});
    n.fee_bps = fee_bps;
    n.fee_changed_at_s = call.now_s();
    call.own<Books>().networks.put(network, n);
    call.emit(FeeChanged{network, before, fee_bps});
    return {};
}

Result<void> transfer_ownership(Call& call, Address heir) {
    TRY_VOID(only_passing_owner(call));
    Books& books = call.own<Books>();
    Hub hub = books.hub.get(0);
    hub.heir = heir;
    books.hub.put(0, hub);
    call.emit(OwnershipOffered{hub.owner, heir});
    return {};
}

Result<void> accept_ownership(Call& call) {
    Books& books = call.own<Books>();
    Hub hub = books.hub.get(0);
    if (hub.heir.is_zero() || call.sender() != hub.heir)
        return fail(OwnableUnauthorizedAccount{call.sender()});
    const Address before = hub.owner;
    hub.owner = hub.heir;
    hub.heir = {};
    books.hub.put(0, hub);
    call.emit(OwnershipTransferred{before, hub.owner});
    return {};
}

Result<void> renounce_ownership(Call& call) {
    TRY_VOID(only_passing_owner(call));
    Books& books = call.own<Books>();
    Hub hub = books.hub.get(0);
    const Address before = hub.owner;
    hub.owner = hub.heir = {};
    books.hub.put(0, hub);
    call.emit(OwnershipTransferred{before, {}});
    return {};
}

Result<Address> owner(const Query& query) { return query.read<Books>().hub.get(0).owner; }
Result<Address> pending_owner(const Query& query) { return query.read<Books>().hub.get(0).heir; }

Result<Terms> terms(const Query& query, NetworkId network) {
    const Network n = TRY(known(query, network));
    return Terms{.fee_bps = n.fee_bps,
                 .fee_next_max_bps = networks::fee_next_max_bps(n.fee_bps),
                 .fee_change_possible_at_s = fee_change_possible_at(n),
                 .halted = stands_still(query, network)};
}

}  // namespace thaw::protocol::networks
