/// The timelock: the hub's owner once governance is. It does what was voted after a wait, all of it
/// or nothing, and nothing else; the guardian may pause, and a pause ends by itself. Views, events
/// and errors carry the names of OpenZeppelin's TimelockController.
#pragma once
#include "thaw/protocol/governance/calls.hpp"
#include "thaw/protocol/governance/limits.hpp"
#include "thaw/protocol/multicall/face.hpp"
#include "thaw/protocol/networks/face.hpp"

namespace thaw::protocol::governance {

using codec::Number;

struct CallScheduled {
    static constexpr std::string_view abi =
        "CallScheduled(bytes32 indexed id, uint256 indexed index, address target, uint256 value, "
        "bytes data, bytes32 predecessor, uint256 delay)";
    Hash id;
    Number index;
    Address target;
    u128 value;
    Bytes data;
    Hash predecessor;
    Number delay;
};
struct CallExecuted {
    static constexpr std::string_view abi =
        "CallExecuted(bytes32 indexed id, uint256 indexed index, address target, uint256 value, "
        "bytes data)";
    Hash id;
    Number index;
    Address target;
    u128 value;
    Bytes data;
};
struct CallSalt {
    static constexpr std::string_view abi = "CallSalt(bytes32 indexed id, bytes32 salt)";
    Hash id;
    Hash salt;
};
struct Cancelled {
    static constexpr std::string_view abi = "Cancelled(bytes32 indexed id)";
    Hash id;
};
struct MinDelayChange {
    static constexpr std::string_view abi =
        "MinDelayChange(uint256 oldDuration, uint256 newDuration)";
    Number before;
    Number now;
};
struct LongDelayChange {
    static constexpr std::string_view abi =
        "LongDelayChange(uint256 oldDuration, uint256 newDuration)";
    Number before;
    Number now;
};
struct GuardianChanged {
    static constexpr std::string_view abi =
        "GuardianChanged(address indexed before, address indexed now)";
    Address before;
    Address now;
};
struct Paused {
    static constexpr std::string_view abi =
        "Paused(uint8 indexed subject, uint64 until, string reason)";
    uint8_t subject;
    uint64_t until_s;
    std::string reason;
};
struct Unpaused {
    static constexpr std::string_view abi = "Unpaused(uint8 indexed subject)";
    uint8_t subject;
};
struct HandedOver {
    static constexpr std::string_view abi = "HandedOver(address indexed before)";
    Address before;
};
struct TimelockUnauthorizedCaller {
    static constexpr std::string_view abi = "TimelockUnauthorizedCaller(address caller)";
    Address caller;
};
struct TimelockUnexpectedOperationState {
    static constexpr std::string_view abi =
        "TimelockUnexpectedOperationState(bytes32 operationId, bytes32 expectedStates)";
    Hash operation;
    Hash expected;
};
/// A delay can only grow, up to its envelope.
struct DelayOutOfRange {
    static constexpr std::string_view abi =
        "DelayOutOfRange(uint256 delay, uint256 minimum, uint256 maximum)";
    Number delay;
    Number minimum;
    Number maximum;
};
struct OperationFailed {
    static constexpr std::string_view abi = "OperationFailed(uint256 index, bytes reason)";
    Number index;
    Bytes reason;
};
/// What a rehearsal answers when every call went through; it is a refusal, so that nothing stays.
struct Rehearsed {
    static constexpr std::string_view abi = "Rehearsed(uint256 operations)";
    Number operations;
};
struct NotTheGuardian {
    static constexpr std::string_view abi = "NotTheGuardian(address account)";
    Address account;
};
struct NoSuchSubject {
    static constexpr std::string_view abi = "NoSuchSubject(uint8 subject)";
    uint8_t subject;
};
struct PauseTooSoon {
    static constexpr std::string_view abi = "PauseTooSoon(uint64 possibleAt)";
    uint64_t possible_at_s;
};
struct NotPaused {
    static constexpr std::string_view abi = "NotPaused(uint8 subject)";
    uint8_t subject;
};
struct ExecutionPaused {
    static constexpr std::string_view abi = "ExecutionPaused(uint64 until)";
    uint64_t until_s;
};

/// States of an operation, in TimelockController's order.
enum class OperationState : uint8_t { unset, waiting, ready, done };

/// The owner's last act while it is a key: the timelock takes the role for ever, the exchange's fee
/// setter included. Nobody can offer, take or give it up afterwards.
Result<void> hand_over(Call& call);
/// Runs the calls as the timelock and takes everything back: the answer is always a refusal,
/// `Rehearsed` when all would go through, `OperationFailed` otherwise. Anybody may ask.
Result<void> rehearse(Call& call, Targets targets, Values values, Payloads payloads);
/// The timelock's own terms, by a vote only. Delays grow and never shrink.
Result<void> update_delay(Call& call, Number delay);
Result<void> update_long_delay(Call& call, Number delay);
Result<void> set_guardian(Call& call, Address guardian);
/// Stops what was voted from being carried out (subject 0), or new stakes and flash exits of a
/// network (1 to 5), for 14 days, by the guardian; the same again no sooner than 14 days after the
/// end. Nothing is carried out by it.
Result<void> pause(Call& call, uint8_t subject, std::string reason);
/// Ends a pause before its time, by the guardian or by a vote.
Result<void> unpause(Call& call, uint8_t subject);

Result<Address> guardian(const Query& query);
/// The first second in which a subject goes on; 0 when it does.
Result<uint64_t> paused_until(const Query& query, uint8_t subject);
Result<Number> min_delay(const Query& query);
Result<Number> long_delay(const Query& query);
Result<Number> grace_period(const Query& query);
/// How long these calls would wait.
Result<Number> delay_for(const Query& query, Targets targets, Payloads payloads);
Result<bool> is_operation(const Query& query, Hash id);
Result<bool> is_operation_pending(const Query& query, Hash id);
Result<bool> is_operation_ready(const Query& query, Hash id);
Result<bool> is_operation_done(const Query& query, Hash id);
/// When it is ready; 1 when it is done; 0 when there is none.
Result<Number> timestamp(const Query& query, Hash id);
Result<uint8_t> operation_state(const Query& query, Hash id);
Result<Hash> hash_operation_batch(const Query& query, Targets targets, Values values,
                                  Payloads payloads, Hash predecessor, Hash salt);

// ---- For the governor.

OperationState state_of(const Query& query, const Hash& id);
/// The second after which an operation is too old: its grace, and as much of a pause as fell into
/// it.
uint64_t expires_at(const Query& query, const Hash& id);
/// Refuses calls that would not go through at the time given.
Result<void> check_rehearsal(Call& call, const Targets& targets, const Values& values,
                             const Payloads& payloads, uint64_t at_s);
void schedule(Call& call, const Hash& id, const Targets& targets, const Values& values,
              const Payloads& payloads, const Hash& salt, uint64_t delay_s);
Result<void> carry_out(Call& call, const Hash& id, const Targets& targets, const Values& values,
                       const Payloads& payloads);
void withdraw(Call& call, const Hash& id);

#define THAW_PAYLOADS "address[] targets, uint256[] values, bytes[] payloads"

using TimelockFace = Interface<
    Events<CallScheduled, CallExecuted, CallSalt, Cancelled, MinDelayChange, LongDelayChange,
           GuardianChanged, Paused, Unpaused, HandedOver>,
    Errors<TimelockUnauthorizedCaller, TimelockUnexpectedOperationState, DelayOutOfRange,
           OperationFailed, Rehearsed, NotTheGuardian, NoSuchSubject, PauseTooSoon, NotPaused,
           ExecutionPaused, networks::OwnableUnauthorizedAccount, networks::SameAsBefore,
           multicall::TooDeep>,
    Fn<"handOver()", hand_over>, Fn<"rehearse(" THAW_PAYLOADS ")", rehearse>,
    Fn<"updateDelay(uint256 newDelay)", update_delay>,
    Fn<"updateLongDelay(uint256 newDelay)", update_long_delay>,
    Fn<"setGuardian(address guardian)", set_guardian>,
    Fn<"pause(uint8 subject, string reason)", pause>, Fn<"unpause(uint8 subject)", unpause>,
    Fn<"guardian() view returns (address)", guardian>,
    Fn<"pausedUntil(uint8 subject) view returns (uint64)", paused_until>,
    Fn<"getMinDelay() view returns (uint256)", min_delay>,
    Fn<"getLongDelay() view returns (uint256)", long_delay>,
    Fn<"gracePeriod() view returns (uint256)", grace_period>,
    Fn<"delayFor(address[] targets, bytes[] payloads) view returns (uint256)", delay_for>,
    Fn<"isOperation(bytes32 id) view returns (bool)", is_operation>,
    Fn<"isOperationPending(bytes32 id) view returns (bool)", is_operation_pending>,
    Fn<"isOperationReady(bytes32 id) view returns (bool)", is_operation_ready>,
    Fn<"isOperationDone(bytes32 id) view returns (bool)", is_operation_done>,
    Fn<"getTimestamp(bytes32 id) view returns (uint256)", timestamp>,
    Fn<"getOperationState(bytes32 id) view returns (uint8)", operation_state>,
    Fn<"hashOperationBatch(" THAW_PAYLOADS ", bytes32 predecessor, bytes32 salt) view returns "
       "(bytes32)",
       hash_operation_batch>>;

}  // namespace thaw::protocol::governance
