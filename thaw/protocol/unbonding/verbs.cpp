#include "thaw/base/text.hpp"
#include "thaw/protocol/liquid/ledger.hpp"
#include "thaw/protocol/unbonding/face.hpp"
#include "thaw/protocol/unbonding/owners.hpp"

namespace thaw::protocol::unbonding {
namespace {

Entry entry_of(const Query& query, uint64_t id, const Ticket& t) {
    const NetworkId network = network_of(id);
    const Batch b = batch(query, network, t.batch);
    const bool earns =
        query.read<networks::Books>().networks.get(network).earns_while_unbonding != 0;
    const bool final = b.status == BatchStatus::finalised;
    return {.id = Number{id},
            .network = network,
            .owner = t.owner,
            .shares = liquid::whole(t.shares),
            .nominal = t.nominal,
            .expected = final ? left_of(query, t, network)
                              : payment(t.shares, t.nominal, liquid::rate(query, network), earns),
            .requested_at_s = t.requested_at_s,
            .ready_at_s = ready_at_s(query, t, network),
            .batch = t.batch,
            .status = static_cast<uint8_t>(b.status)};
}

std::string_view status_in_words(uint8_t status) {
    constexpr std::array words{"none", "waiting", "unbonding", "payable", "paid"};
    return words[status];
}

std::string seconds_in_words(uint64_t seconds) {
    if (seconds >= 2 * 86'400) return to_decimal(seconds / 86'400) + " days";
    if (seconds >= 2 * 3'600) return to_decimal(seconds / 3'600) + " hours";
    if (seconds >= 2 * 60) return to_decimal(seconds / 60) + " minutes";
    return to_decimal(seconds) + " seconds";
}

}  // namespace

uint64_t ready_at_s(const Query& query, const Ticket& t, NetworkId network) {
    const Batch b = batch(query, network, t.batch);
    const auto parameters = query.read<networks::Books>().networks.get(network);
    if (b.status >= BatchStatus::finalised) return b.finalised_at_s;
    if (b.completes_at_s != 0) return b.completes_at_s;
    if (b.status == BatchStatus::dispatched) return b.dispatched_at_s + parameters.unbonding_s;
    const uint64_t leaves = std::max(
        query.now_s(), queue(query, network).last_dispatch_s + parameters.batch_interval_s);
    return leaves + parameters.unbonding_s;
}

Result<Entry> ticket(const Query& query, Number id) {
    return entry_of(query, id.value, TRY(existing(query, id)));
}

Result<std::vector<Entry>> tickets_of(const Query& query, Address owner, uint64_t from) {
    constexpr size_t page_max = 100;
    const Books& books = query.read<Books>();
    std::vector<Entry> page;
    const uint64_t count = books.owners.get(owner).tickets;
    for (uint64_t i = from; i < count && page.size() < page_max; ++i) {
        const uint64_t id = books.owned.get(OwnerKey{.owner = owner, .index = i}).ticket;
        page.push_back(entry_of(query, id, books.tickets.get(id)));
    }
    return page;
}

Result<Assets> claim(Call& call, Number id) {
    const Ticket t = call.read<Books>().tickets.get(id.value);
    const NetworkId network = network_of(id.value);
    if (t.owner.is_zero()) {
        const uint64_t number = number_of(id.value);
        if (network != 0 && network <= network_count && number != 0 &&
            number <= queue(call, network).issued)
            return fail(TicketAlreadyPaid{id});
        return fail(ERC721NonexistentToken{id});
    }
    if (batch(call, network, t.batch).status != BatchStatus::finalised)
        return fail(TicketNotReady{id, ready_at_s(call, t, network)});
    return pay(call, id.value);
}

Result<Assets> claim_part(Call& call, Number id, Assets assets) {
    Ticket t = TRY(existing(call, id));
    const NetworkId network = network_of(id.value);
    if (!may_move(call, call.sender(), t, id.value))
        return fail(ERC721InsufficientApproval{call.sender(), id});
    Batch b = batch(call, network, t.batch);
    if (b.status != BatchStatus::finalised)
        return fail(TicketNotReady{id, ready_at_s(call, t, network)});
    const Assets due = left_of(call, t, network);
    if (assets.is_zero() || assets > due) return fail(ClaimOutOfRange{id, assets, due});
    if (assets == due) {
        pay(call, id.value);
        return Assets{};
    }
    t.claimed.value = add(t.claimed.value, assets.value);
    b.unpaid.value = sub(b.unpaid.value, assets.value);
    Books& books = call.own<Books>();
    books.tickets.put(id.value, t);
    books.batches.put({.batch = t.batch, .network = network}, b);
    hand_over(call, token::bucket_account(network, token::Bucket::claimable), id.value, t.owner,
              assets);
    const Assets left{due.value - assets.value};
    call.emit(TicketPartlyPaid{network, id, t.owner, assets, left});
    return left;
}

Result<std::string> explain(const Query& query, Number id) {
    const Ticket t = TRY(existing(query, id));
    const NetworkId network = network_of(id.value);
    const Batch b = batch(query, network, t.batch);
    const uint64_t ready = ready_at_s(query, t, network);
    const std::string wait =
        ready > query.now_s() ? "in " + seconds_in_words(ready - query.now_s()) : "at any moment";
    if (b.status == BatchStatus::finalised) return std::string{"Payable now: claim it."};
    const std::string sooner = payable_batch(query, network) != 0
                                   ? " New stakes pay the oldest tickets before that."
                                   : " From the next daily report on, new stakes pay the oldest "
                                     "tickets before that.";
    if (b.status == BatchStatus::open)
        return "Waits for its batch to be sent to the host; expected to be paid " + wait + "." +
               sooner;
    if (b.completes_at_s == 0)
        return "Its batch is on the way to the host; expected to be paid " + wait + "." + sooner;
    if (ready > query.now_s()) return "Unbonds on the host; will be paid " + wait + "." + sooner;
    return std::string{"Unbonded on the host; the payment is being collected."};
}

Result<Number> balance_of(const Query& query, Address owner) {
    return Number{query.read<Books>().owners.get(owner).tickets};
}

Result<Address> owner_of(const Query& query, Number id) { return TRY(existing(query, id)).owner; }

Result<Number> token_of_owner_by_index(const Query& query, Address owner, Number index) {
    const Books& books = query.read<Books>();
    if (index.value >= books.owners.get(owner).tickets)
        return fail(ERC721OutOfBoundsIndex{owner, index});
    return Number{books.owned.get(OwnerKey{.owner = owner, .index = index.value}).ticket};
}

Result<void> transfer_from(Call& call, Address from, Address to, Number id) {
    if (to.is_zero() || is_flash_pool(to)) return fail(ERC721InvalidReceiver{to});
    const Ticket t = TRY(existing(call, id));
    if (!may_move(call, call.sender(), t, id.value))
        return fail(ERC721InsufficientApproval{call.sender(), id});
    if (t.owner != from) return fail(ERC721IncorrectOwner{from, id, t.owner});
    take_away(call, id.value);
    give(call, id.value, to);
    call.emit(Transfer{from, to, id});
    return {};
}

Result<void> approve(Call& call, Address spender, Number id) {
    const Ticket t = TRY(existing(call, id));
    if (call.sender() != t.owner &&
        call.read<Books>().operators.get({t.owner, call.sender()}).on == 0)
        return fail(ERC721InsufficientApproval{call.sender(), id});
    call.own<Books>().approved.put(id.value, ApprovedAddress{spender});
    call.emit(Approval{t.owner, spender, id});
    return {};
}

Result<void> set_approval_for_all(Call& call, Address spender, bool approved) {
    call.own<Books>().operators.put({call.sender(), spender}, Flag{static_cast<uint8_t>(approved)});
    call.emit(ApprovalForAll{call.sender(), spender, approved});
    return {};
}

Result<Address> get_approved(const Query& query, Number id) {
    TRY(existing(query, id));
    return query.read<Books>().approved.get(id.value).spender;
}

Result<bool> is_approved_for_all(const Query& query, Address owner, Address spender) {
    return query.read<Books>().operators.get({owner, spender}).on != 0;
}

Result<std::string> name(const Query&) { return std::string{"Thaw unstaking tickets"}; }
Result<std::string> symbol(const Query&) { return std::string{"THAW-TICKET"}; }

Result<std::string> token_uri(const Query& query, Number id) {
    const Entry e = TRY(ticket(query, id));
    const auto network = query.read<networks::Books>().networks.get(e.network);
    std::string json = "data:application/json;utf8,{\"name\":\"Ticket ";
    json += to_decimal(id.value) + "\",\"description\":\"";
    json += format_amount(e.nominal.value, network.decimals) + " ";
    json +=
        std::string{network.asset_symbol.view()} + " being unstaked. " + TRY(explain(query, id));
    json += "\",\"attributes\":[{\"trait_type\":\"network\",\"value\":\"";
    json += std::string{network.name.view()};
    json += "\"},{\"trait_type\":\"nominal\",\"value\":\"" + to_decimal(e.nominal.value);
    json += "\"},{\"display_type\":\"date\",\"trait_type\":\"ready\",\"value\":";
    json += to_decimal(e.ready_at_s) + "},{\"trait_type\":\"status\",\"value\":\"";
    json += std::string{status_in_words(e.status)} + "\"}]}";
    return json;
}

Result<bool> supports_interface(const Query&, codec::Selector id) {
    // ERC-165, ERC-721 and its metadata extension.
    return id.value == 0x01ffc9a7 || id.value == 0x80ac58cd || id.value == 0x5b5e139f;
}

}  // namespace thaw::protocol::unbonding
