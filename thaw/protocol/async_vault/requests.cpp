#include "thaw/protocol/async_vault/requests.hpp"

#include "thaw/protocol/async_vault/limits.hpp"

// Redemptions: asked for, waited for as a ticket, claimed.
namespace thaw::protocol::async_vault {
namespace {

using token::Bucket;

token::Account payment_of(NetworkId network, uint64_t id) {
    return token::bucket_account(network, Bucket::redeemable, id);
}
LineKey line_key(const Query& query, const Address& controller) {
    return {.controller = controller, .network = index_of(query.self())};
}
PlaceKey place_key(const LineKey& line, uint64_t place) {
    return {.controller = line.controller, .network = line.network, .place = place};
}

/// Visits the oldest requests of a controller that are still open, with what can be claimed of
/// each.
template <class Visit>
void look_through(const Query& query, const Address& controller, const Visit& visit) {
    const Books& books = query.read<Books>();
    const LineKey key = line_key(query, controller);
    const Line line = books.lines.get(key);
    const uint64_t end = std::min(line.end, line.first + requests_per_claim_max);
    for (uint64_t place = line.first; place < end; ++place) {
        const uint64_t id = books.places.get(place_key(key, place)).ticket;
        const Request request = books.requests.get(id);
        if (!request.controller.is_zero()) visit(id, request, claimable(query, id, request));
    }
}

Claim claimable_in_all(const Query& query, const Address& controller) {
    Claim sum;
    look_through(query, controller, [&](uint64_t, const Request&, const Claim& claim) {
        sum.shares.value = add(sum.shares.value, claim.shares.value);
        sum.assets.value = add(sum.assets.value, claim.assets.value);
    });
    return sum;
}

/// Notes what was taken of a request. When nothing of it is left it is over, and a rest of its
/// payment that no share stands for is the pool's.
void note(Call& call, uint64_t id, Request request, Shares taken) {
    Books& books = call.own<Books>();
    request.claimed.value = add(request.claimed.value, taken.value);
    if (request.claimed < request.shares) {
        books.requests.put(id, request);
        return;
    }
    books.requests.erase(id);
    const auto payment = payment_of(request.network, id);
    token::post(call, payment, token::bucket_account(request.network, Bucket::buffer),
                token::held(call, payment));
}

/// Takes requests that are over off the front of a line.
void shorten(Call& call, const Address& controller) {
    Books& books = call.own<Books>();
    const LineKey key = line_key(call, controller);
    Line line = books.lines.get(key);
    while (line.first < line.end &&
           !books.requests.has(books.places.get(place_key(key, line.first)).ticket))
        books.places.erase(place_key(key, line.first++));
    if (line.first == line.end)
        books.lines.erase(key);
    else
        books.lines.put(key, line);
}

/// Claims from a controller's requests, oldest first, what `part` wants of each; returns the sum.
template <class Part>
Claim claim_from(Call& call, const Address& controller, const Address& receiver, const Part& part) {
    const NetworkId network = index_of(call.self());
    Claim sum;
    look_through(call, controller, [&](uint64_t id, const Request& request, const Claim& claim) {
        const Claim taken = part(claim, sum);
        if (taken.shares.is_zero()) return;
        const auto ticket = unbonding::ticket(call, Number{id});
        if (ticket && ticket->status == static_cast<uint8_t>(unbonding::BatchStatus::finalised))
            THAW_ASSERT(unbonding::claim(call, Number{id}));
        token::post(call, payment_of(network, id), token::user_account(network, receiver),
                    taken.assets);
        note(call, id, request, taken.shares);
        sum.shares.value = add(sum.shares.value, taken.shares.value);
        sum.assets.value = add(sum.assets.value, taken.assets.value);
    });
    shorten(call, controller);
    call.emit(Withdraw{call.sender(), receiver, controller, sum.assets, sum.shares});
    return sum;
}

Result<void> may_claim(const Query& query, const Address& sender, const Address& receiver,
                       const Address& controller) {
    if (!may_act_for(query, controller, sender)) return fail(NotOperator{controller, sender});
    if (receiver.is_zero()) return fail(staking::ZeroReceiver{});
    return {};
}

}  // namespace

bool may_act_for(const Query& query, const Address& controller, const Address& sender) {
    return sender == controller || *is_operator(query, controller, sender);
}

Claim claimable(const Query& query, uint64_t id, const Request& request) {
    Assets payment = token::held(query, payment_of(request.network, id));
    SubShares waiting;
    if (const auto ticket = unbonding::ticket(query, Number{id})) {
        if (ticket->status == static_cast<uint8_t>(unbonding::BatchStatus::finalised))
            payment.value = add(payment.value, ticket->expected.value);
        else
            waiting = query.read<unbonding::Books>().tickets.get(id).shares;
    }
    const SubShares asked{request.shares.value * liquid::sub_units};
    const Shares done = liquid::whole(SubShares{sub(asked.value, waiting.value)});
    const Shares open{sub(done.value, request.claimed.value)};
    return open.is_zero() ? Claim{} : Claim{open, payment};  // a fraction of a share waits
}

Result<Number> request_redeem(Call& call, Shares shares, Address controller, Address owner) {
    const NetworkId network = index_of(call.self());
    if (controller.is_zero()) return fail(staking::ZeroReceiver{});
    if (shares.is_zero()) return fail(staking::ZeroAmount{});
    if (!may_act_for(call, owner, call.sender()))
        TRY_VOID(allowance::spend(call, owner, shares.value));

    Call inner{call.execution(), contract_address(ContractKind::staking, network), owner, {}};
    const Number id =
        TRY(staking::unstake_shares(inner, kind_of(call.self()), call.self(), shares));

    Books& books = call.own<Books>();
    const LineKey key = line_key(call, controller);
    Line line = books.lines.get(key);
    books.places.put(place_key(key, line.end++), Id{id.value});
    books.lines.put(key, line);
    books.requests.put(id.value, {.controller = controller, .network = network, .shares = shares});
    call.emit(RedeemRequest{controller, owner, id, call.sender(), shares});
    return id;
}

Result<Shares> pending_redeem_request(const Query& query, Number id, Address controller) {
    const Request request = query.read<Books>().requests.get(id.value);
    if (request.network != index_of(query.self()) || request.controller != controller)
        return Shares{};
    const Claim claim = claimable(query, id.value, request);
    return Shares{request.shares.value - request.claimed.value - claim.shares.value};
}

Result<Shares> claimable_redeem_request(const Query& query, Number id, Address controller) {
    const Request request = query.read<Books>().requests.get(id.value);
    if (request.network != index_of(query.self()) || request.controller != controller)
        return Shares{};
    return claimable(query, id.value, request).shares;
}

Result<Shares> max_redeem(const Query& query, Address controller) {
    return claimable_in_all(query, controller).shares;
}

Result<Assets> max_withdraw(const Query& query, Address controller) {
    return claimable_in_all(query, controller).assets;
}

Result<Assets> preview_redeem(const Query&, Shares) { return fail(RedemptionIsAsynchronous{}); }

Result<Shares> preview_withdraw(const Query&, Assets) { return fail(RedemptionIsAsynchronous{}); }

Result<Assets> redeem(Call& call, Shares shares, Address receiver, Address controller) {
    TRY_VOID(may_claim(call, call.sender(), receiver, controller));
    if (shares.is_zero()) return fail(staking::ZeroAmount{});
    if (const Shares most = claimable_in_all(call, controller).shares; most < shares)
        return fail(ERC4626ExceededMaxRedeem{controller, shares, most});
    const auto part = [&](const Claim& claim, const Claim& sum) {
        return part_by_shares(claim, Shares{shares.value - sum.shares.value});
    };
    return claim_from(call, controller, receiver, part).assets;
}

Result<Shares> withdraw(Call& call, Assets assets, Address receiver, Address controller) {
    TRY_VOID(may_claim(call, call.sender(), receiver, controller));
    if (assets.is_zero()) return fail(staking::ZeroAmount{});
    if (const Assets most = claimable_in_all(call, controller).assets; most < assets)
        return fail(ERC4626ExceededMaxWithdraw{controller, assets, most});
    const auto part = [&](const Claim& claim, const Claim& sum) {
        if (sum.assets == assets) return Claim{};
        return part_by_assets(claim, Assets{assets.value - sum.assets.value});
    };
    return claim_from(call, controller, receiver, part).shares;
}

}  // namespace thaw::protocol::async_vault
