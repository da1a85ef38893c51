#include "thaw/protocol/governance/timelock.hpp"

#include "thaw/protocol/exchange/face.hpp"

namespace thaw::protocol::governance {
namespace {

Settings settings(const Query& query) { return query.read<Books>().settings.get(0); }
Operation operation(const Query& query, const Hash& id) {
    return query.read<Books>().operations.get(id);
}
Pause paused(const Query& query, uint8_t subject) {
    return query.read<Books>().pauses.get(subject);
}

Result<void> only_self(const Call& call) {
    if (call.sender() != timelock_address) return fail(TimelockUnauthorizedCaller{call.sender()});
    return {};
}

/// Each call in order as the timelock; the first that is refused refuses all.
Result<void> run(Call& call, const Targets& targets, const Values& values,
                 const Payloads& payloads) {
    Execution& execution = call.execution();
    if (execution.depth >= multicall::depth_max)
        return fail(multicall::TooDeep{Number{multicall::depth_max}});
    for (size_t i = 0; i < targets.size(); ++i) {
        auto result = execution.dispatch(execution, timelock_address, targets[i], Assets{values[i]},
                                         payloads[i]);
        if (!result) return fail(OperationFailed{Number{i}, std::move(result).error().data});
    }
    return {};
}

Hash bit_of(OperationState state) {
    Hash bits;
    bits.bytes[31] = static_cast<uint8_t>(1u << static_cast<unsigned>(state));
    return bits;
}

/// A delay that grows within its envelope.
Result<void> check_delay(Number delay, uint64_t before, uint64_t maximum) {
    if (delay.value == before) return fail(networks::SameAsBefore{});
    if (delay.value < before || delay.value > maximum)
        return fail(DelayOutOfRange{delay, Number{before}, Number{maximum}});
    return {};
}

}  // namespace

Result<void> hand_over(Call& call) {
    TRY_VOID(networks::only_owner(call));
    const Address before = call.sender();
    if (before == timelock_address) return fail(networks::SameAsBefore{});
    networks::hand_over(call, timelock_address);
    Call factory = call.as(factory_address, before);
    if (TRY(exchange::fee_to_setter(factory)) == before)
        TRY_VOID(exchange::set_fee_to_setter(factory, timelock_address));
    call.emit(HandedOver{before});
    return {};
}

Result<void> rehearse(Call& call, Targets targets, Values values, Payloads payloads) {
    if (targets.size() != values.size() || targets.size() != payloads.size() ||
        targets.size() > operations_max)
        return fail(OperationFailed{Number{targets.size()}, {}});
    TRY_VOID(run(call, targets, values, payloads));
    return fail(Rehearsed{Number{targets.size()}});
}

Result<void> update_delay(Call& call, Number delay) {
    TRY_VOID(only_self(call));
    Settings terms = settings(call);
    TRY_VOID(check_delay(delay, terms.min_delay_s, min_delay_max_s));
    call.emit(MinDelayChange{Number{terms.min_delay_s}, delay});
    terms.min_delay_s = delay.value;
    call.own<Books>().settings.put(0, terms);
    return {};
}

Result<void> update_long_delay(Call& call, Number delay) {
    TRY_VOID(only_self(call));
    Settings terms = settings(call);
    TRY_VOID(check_delay(delay, terms.long_delay_s, long_delay_max_s));
    call.emit(LongDelayChange{Number{terms.long_delay_s}, delay});
    terms.long_delay_s = delay.value;
    call.own<Books>().settings.put(0, terms);
    return {};
}

Result<void> set_guardian(Call& call, Address guardian) {
    TRY_VOID(only_self(call));
    Settings terms = settings(call);
    if (terms.guardian == guardian) return fail(networks::SameAsBefore{});
    call.emit(GuardianChanged{terms.guardian, guardian});
    terms.guardian = guardian;
    call.own<Books>().settings.put(0, terms);
    return {};
}

Result<void> pause(Call& call, uint8_t subject, std::string reason) {
    const Address guardian = settings(call).guardian;
    if (guardian.is_zero() || call.sender() != guardian) return fail(NotTheGuardian{call.sender()});
    if (subject > network_count) return fail(NoSuchSubject{subject});
    const Pause before = paused(call, subject);
    const uint64_t possible_at_s = before.until_s + pause_rest_s;
    if (before.until_s != 0 && call.now_s() < possible_at_s)
        return fail(PauseTooSoon{possible_at_s});
    const Pause now{.since_s = call.now_s(), .until_s = call.now_s() + pause_s};
    call.own<Books>().pauses.put(subject, now);
    call.emit(Paused{subject, now.until_s, std::move(reason)});
    return {};
}

Result<void> unpause(Call& call, uint8_t subject) {
    const Address guardian = settings(call).guardian;
    if (call.sender() != timelock_address && (guardian.is_zero() || call.sender() != guardian))
        return fail(NotTheGuardian{call.sender()});
    Pause now = paused(call, subject);
    if (call.now_s() >= now.until_s) return fail(NotPaused{subject});
    now.until_s = call.now_s();
    call.own<Books>().pauses.put(subject, now);
    call.emit(Unpaused{subject});
    return {};
}

Result<Address> guardian(const Query& query) { return settings(query).guardian; }

Result<uint64_t> paused_until(const Query& query, uint8_t subject) {
    if (subject > network_count) return fail(NoSuchSubject{subject});
    const uint64_t until_s = paused(query, subject).until_s;
    return query.now_s() < until_s ? until_s : 0;
}

Result<Number> min_delay(const Query& query) { return Number{settings(query).min_delay_s}; }
Result<Number> long_delay(const Query& query) { return Number{settings(query).long_delay_s}; }
Result<Number> grace_period(const Query&) { return Number{grace_s}; }

Result<Number> delay_for(const Query& query, Targets targets, Payloads payloads) {
    if (targets.size() != payloads.size()) return fail(OperationFailed{Number{targets.size()}, {}});
    return Number{delay_of(settings(query), targets, payloads)};
}

OperationState state_of(const Query& query, const Hash& id) {
    const Operation o = operation(query, id);
    if (o.queued_s == 0) return OperationState::unset;
    if (o.done_s != 0) return OperationState::done;
    return query.now_s() < ready_at(o) ? OperationState::waiting : OperationState::ready;
}

uint64_t expires_at(const Query& query, const Hash& id) {
    const uint64_t ready_s = ready_at(operation(query, id));
    const uint64_t end_s = ready_s + grace_s;
    const Pause stood = paused(query, 0);
    const uint64_t from_s = std::max(stood.since_s, ready_s);
    return from_s >= end_s || stood.until_s <= from_s ? end_s : end_s + (stood.until_s - from_s);
}

Result<bool> is_operation(const Query& query, Hash id) {
    return state_of(query, id) != OperationState::unset;
}
Result<bool> is_operation_pending(const Query& query, Hash id) {
    const OperationState state = state_of(query, id);
    return state == OperationState::waiting || state == OperationState::ready;
}
Result<bool> is_operation_ready(const Query& query, Hash id) {
    return state_of(query, id) == OperationState::ready;
}
Result<bool> is_operation_done(const Query& query, Hash id) {
    return state_of(query, id) == OperationState::done;
}
Result<Number> timestamp(const Query& query, Hash id) {
    const Operation o = operation(query, id);
    if (o.queued_s == 0) return Number{0};
    return Number{o.done_s != 0 ? 1 : ready_at(o)};
}
Result<uint8_t> operation_state(const Query& query, Hash id) {
    return static_cast<uint8_t>(state_of(query, id));
}

Result<Hash> hash_operation_batch(const Query&, Targets targets, Values values, Payloads payloads,
                                  Hash predecessor, Hash salt) {
    return operation_hash(targets, values, payloads, predecessor, salt);
}

Result<void> check_rehearsal(Call& call, const Targets& targets, const Values& values,
                             const Payloads& payloads, uint64_t at_s) {
    Execution& execution = call.execution();
    const uint64_t now_s = execution.block.now_s;
    execution.block.now_s = at_s;
    const auto result = execution.dispatch(
        execution, governor_address, timelock_address, {},
        codec::call_data<"rehearse(" THAW_PAYLOADS ")">(targets, values, payloads));
    execution.block.now_s = now_s;
    THAW_ASSERT(!result);  // a rehearsal leaves nothing behind
    if (result.error().data == codec::revert_with(Rehearsed{Number{targets.size()}}).data)
        return {};
    return tl::unexpected(result.error());
}

void schedule(Call& call, const Hash& id, const Targets& targets, const Values& values,
              const Payloads& payloads, const Hash& salt, uint64_t delay_s) {
    call.own<Books>().operations.put(id, {.queued_s = call.now_s(), .delay_s = delay_s});
    for (size_t i = 0; i < targets.size(); ++i)
        call.emit_as(
            timelock_address,
            CallScheduled{id, Number{i}, targets[i], values[i], payloads[i], {}, Number{delay_s}});
    call.emit_as(timelock_address, CallSalt{id, salt});
}

Result<void> carry_out(Call& call, const Hash& id, const Targets& targets, const Values& values,
                       const Payloads& payloads) {
    if (state_of(call, id) != OperationState::ready)
        return fail(TimelockUnexpectedOperationState{id, bit_of(OperationState::ready)});
    Operation o = operation(call, id);
    o.done_s = call.now_s();
    call.own<Books>().operations.put(id, o);  // before its calls, so that none can bring it again
    TRY_VOID(run(call, targets, values, payloads));
    for (size_t i = 0; i < targets.size(); ++i)
        call.emit_as(timelock_address,
                     CallExecuted{id, Number{i}, targets[i], values[i], payloads[i]});
    return {};
}

void withdraw(Call& call, const Hash& id) {
    if (operation(call, id).queued_s == 0) return;
    call.own<Books>().operations.erase(id);
    call.emit_as(timelock_address, Cancelled{id});
}

}  // namespace thaw::protocol::governance
