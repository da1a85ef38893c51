// Joining and leaving.
#include "thaw/protocol/coins/face.hpp"
#include "thaw/protocol/stable/ledger.hpp"

namespace thaw::protocol::stable {
namespace {

/// The asset is token 0, the liquid token 1.
Way way_of(const Query& query, const Address& pair) {
    const NetworkId network = network_of(query, pair);
    return {network, pair, coin_of(query, network, false), coin_of(query, network, true)};
}

Result<u128> liquidity_for(const Query& query, const Way& way, u128 amount0, u128 amount1) {
    const auto asset = least_in(way.sold, amount0);
    const auto liquid = least_in(way.bought, amount1);
    if (!asset || !liquid) return fail(AmountTooLarge{std::max(amount0, amount1)});
    const auto more =
        minted(market_of(query, way), issued::supply(query, way.pair), *asset, *liquid);
    if (!more) return tl::unexpected(refusal_of(more.error(), std::max(amount0, amount1)));
    return *more;
}

/// What a part of the liquidity takes along, as the pair counts it.
struct Part {
    u128 asset = 0;
    u128 liquid = 0;
};
Result<Part> part_for(const Query& query, const Way& way, u128 liquidity) {
    if (liquidity == 0) return fail(ZeroAmount{});
    const u128 supply = issued::supply(query, way.pair);
    if (liquidity > supply) return fail(AmountTooLarge{liquidity});
    const Pair pair = query.read<Books>().pairs.get(way.network);
    return Part{part_of(pair.asset_reserve, liquidity, supply),
                part_of(pair.liquid_reserve, liquidity, supply)};
}

/// Pays whole shares, however little they are worth now.
Result<void> pay_shares(Call& call, const Way& way, const Address& to, u128 shares, Pair& row) {
    if (shares == 0) return {};
    TRY_VOID(coins::move(call, way.bought.address, way.pair, to, shares));
    row.liquid_reserve = sub(row.liquid_reserve, shares * liquid::sub_units);
    return {};
}

}  // namespace

Result<u128> join(Call& call, const Address& pair, u128 amount0, u128 amount1, const Address& from,
                  const Address& to) {
    TRY_VOID(check_receiver(pair, to));
    const Way way = way_of(call, pair);
    const u128 all = TRY(liquidity_for(call, way, amount0, amount1));
    const bool first = issued::supply(call, pair) == 0;
    Pair row = observed(call, way.network);
    if (amount0 != 0) TRY_VOID(take_in(call, pair, way.sold, from, amount0, row));
    if (amount1 != 0) TRY_VOID(take_in(call, pair, way.bought, from, amount1, row));
    put(call, way.network, row);
    if (first) issued::mint(call, pair, {}, locked_supply);
    const u128 liquidity = first ? all - locked_supply : all;
    issued::mint(call, pair, to, liquidity);
    call.emit_as(pair, Mint{from, amount0, amount1});
    return liquidity;
}

Result<u128> add_liquidity(Call& call, u128 amount0, u128 amount1, u128 minimum, Address to,
                           Number deadline) {
    TRY_VOID(check_deadline(call, deadline));
    const u128 liquidity = TRY(join(call, call.self(), amount0, amount1, call.sender(), to));
    if (liquidity < minimum) return fail(LessThanMinimum{liquidity, minimum});
    return liquidity;
}

Result<std::tuple<u128, u128>> remove_liquidity(Call& call, u128 liquidity, u128 minimum0,
                                                u128 minimum1, Address to, Number deadline) {
    TRY_VOID(check_deadline(call, deadline));
    TRY_VOID(check_receiver(call.self(), to));
    const Way way = way_of(call, call.self());
    const Part part = TRY(part_for(call, way, liquidity));
    const u128 shares = part.liquid / liquid::sub_units;
    const u128 shown = coins::to_face_down(call, way.bought.address, shares);
    if (part.asset < minimum0) return fail(LessThanMinimum{part.asset, minimum0});
    if (shown < minimum1) return fail(LessThanMinimum{shown, minimum1});
    if (part.asset == 0 && shares == 0) return fail(ZeroAmount{});
    Pair row = observed(call, way.network);
    TRY_VOID(issued::burn(call, way.pair, call.sender(), liquidity));
    TRY_VOID(pay_out(call, way.pair, way.sold, to, part.asset, row));
    TRY_VOID(pay_shares(call, way, to, shares, row));
    put(call, way.network, row);
    call.emit(Burn{call.sender(), part.asset, shown, to});
    return std::tuple{part.asset, shown};
}

Result<u128> remove_liquidity_one(Call& call, u128 liquidity, Address token, u128 minimum,
                                  Address to, Number deadline) {
    TRY_VOID(check_deadline(call, deadline));
    TRY_VOID(check_receiver(call.self(), to));
    const Way both = way_of(call, call.self());
    const bool wants_liquid = token == both.bought.address;
    if (!wants_liquid && token != both.sold.address) return fail(NotACoinOfThePair{token});
    const Part part = TRY(part_for(call, both, liquidity));
    const Way way = wants_liquid ? both : Way{both.network, both.pair, both.bought, both.sold};

    Pair row = observed(call, way.network);
    Pair left = row;  // after the part is taken out, before one coin of it is sold
    left.asset_reserve -= part.asset;
    left.liquid_reserve -= part.liquid;
    const Market market = market_of(call, left, way);
    const auto keep = detail::to_keep(market);
    if (!keep) return tl::unexpected(refusal_of(keep.error(), liquidity));
    const auto more = bought(market, wants_liquid ? part.asset : part.liquid);
    if (!more) return tl::unexpected(refusal_of(more.error(), liquidity));
    const auto face = face_out(way.bought, add(wants_liquid ? part.liquid : part.asset, *more));
    if (!face) return fail(AmountTooLarge{liquidity});
    if (*face == 0) return fail(ZeroAmount{});
    if (*face < minimum) return fail(LessThanMinimum{*face, minimum});
    TRY_VOID(issued::burn(call, way.pair, call.sender(), liquidity));
    TRY_VOID(pay_out(call, way.pair, way.bought, to, *face, row));
    if (const auto guard = detail::guarded(market_of(call, row, way), *keep); !guard)
        return tl::unexpected(refusal_of(guard.error(), liquidity));
    put(call, way.network, row);
    call.emit(Burn{call.sender(), wants_liquid ? 0 : *face, wants_liquid ? *face : 0, to});
    return *face;
}

Result<u128> preview_add(const Query& query, u128 amount0, u128 amount1) {
    const u128 all = TRY(liquidity_for(query, way_of(query, query.self()), amount0, amount1));
    return issued::supply(query, query.self()) == 0 ? all - locked_supply : all;
}

Result<std::tuple<u128, u128>> preview_remove(const Query& query, u128 liquidity) {
    const Way way = way_of(query, query.self());
    const Part part = TRY(part_for(query, way, liquidity));
    return std::tuple{part.asset, coins::to_face_down(query, way.bought.address,
                                                      part.liquid / liquid::sub_units)};
}

Result<void> skim(Call& call, Address to) {
    TRY_VOID(check_receiver(call.self(), to));
    const Way way = way_of(call, call.self());
    const Pair row = call.read<Books>().pairs.get(way.network);
    const u128 assets = sub(coins::stored(call, way.sold.address, way.pair), row.asset_reserve);
    const u128 shares = sub(coins::stored(call, way.bought.address, way.pair), row.liquid_reserve) /
                        liquid::sub_units;
    if (assets == 0 && shares == 0) return fail(ZeroAmount{});
    if (assets != 0) TRY_VOID(coins::move(call, way.sold.address, way.pair, to, assets));
    if (shares != 0) TRY_VOID(coins::move(call, way.bought.address, way.pair, to, shares));
    return {};
}

}  // namespace thaw::protocol::stable
