#include "thaw/protocol/multicall/face.hpp"
#include "thaw/protocol/token/face.hpp"

namespace thaw::protocol::multicall {
namespace {

Result<void> within_limits(Call& call, size_t calls) {
    if (calls > calls_max) return fail(TooManyCalls{Number{calls}, Number{calls_max}});
    if (call.execution().depth >= depth_max) return fail(TooDeep{Number{depth_max}});
    return {};
}

Result<Bytes> run(Call& call, const Address& from, const Address& to, u128 value, BytesView data) {
    return call.execution().dispatch(call.execution(), from, to, Assets{value}, data);
}

}  // namespace

Result<std::vector<Bytes>> batch(Call& call, std::vector<BatchCall> calls) {
    TRY_VOID(within_limits(call, calls.size()));
    std::vector<Bytes> results;
    for (const BatchCall& inner : calls) {
        auto result = run(call, call.sender(), inner.to, inner.value, inner.data);
        if (!result)
            return fail(BatchCallFailed{Number{results.size()}, std::move(result).error().data});
        results.push_back(*std::move(result));
    }
    return results;
}

Result<std::vector<Outcome>> aggregate3(Call& call, std::vector<Call3> calls) {
    TRY_VOID(within_limits(call, calls.size()));
    std::vector<Outcome> outcomes;
    for (const Call3& inner : calls) {
        auto result = run(call, call.self(), inner.target, 0, inner.data);
        if (!result && !inner.allow_failure) return tl::unexpected(std::move(result).error());
        outcomes.push_back(
            {result.has_value(), result ? *std::move(result) : std::move(result).error().data});
    }
    return outcomes;
}

Result<std::vector<Outcome>> try_aggregate(Call& call, bool require_success,
                                           std::vector<Call2> calls) {
    std::vector<Call3> all;
    for (Call2& inner : calls)
        all.push_back({inner.target, !require_success, std::move(inner.data)});
    return aggregate3(call, std::move(all));
}

Result<std::tuple<Number, std::vector<Bytes>>> aggregate(Call& call, std::vector<Call2> calls) {
    auto outcomes = TRY(try_aggregate(call, true, std::move(calls)));
    std::vector<Bytes> results;
    for (Outcome& outcome : outcomes) results.push_back(std::move(outcome.data));
    return std::tuple{Number{call.block().height}, std::move(results)};
}

Result<Number> block_number(const Query& query) { return Number{query.block().height}; }
Result<Number> block_timestamp(const Query& query) { return Number{query.now_s()}; }
Result<Number> block_gas_limit(const Query& query) {
    return Number{query.read<networks::Books>().hub.get(0).block_gas_limit};
}
Result<u128> base_fee(const Query& query) {
    return query.read<networks::Books>().hub.get(0).base_fee;
}
Result<Number> chain_id(const Query& query) { return Number{query.block().chain_id}; }
Result<Assets> eth_balance(const Query& query, Address account) {
    return token::held(query, token::user_account(eth, account));
}

}  // namespace thaw::protocol::multicall
