/// What oracle members owe the hub: everything that happened on the hosts and is not decided yet,
/// in the order in which the hub wants to hear it.
#pragma once
#include <variant>

#include "thaw/hosts/worlds.hpp"
#include "thaw/protocol/state.hpp"

namespace thaw::hosts {

/// The second word on a loss that waits for it: yes if the report is what this member sees itself.
struct SecondWord {
    protocol::NetworkId network = 0;
    uint64_t frame = 0;
    Hash payload;
    bool confirms = false;
};
/// One thing to attest.
using Attestation = std::variant<protocol::oracle::Listing, protocol::oracle::Deposit,
                                 protocol::oracle::Outcome, protocol::oracle::Report, SecondWord>;

/// The call to the oracle that attests it.
Bytes call_data_of(const Attestation& attestation);

/// Whether the hub has heard it from enough members.
bool is_decided(const protocol::State& state, const Attestation& attestation);

/// Whether this member's word on it is already in the hub's books.
bool has_attested(const protocol::State& state, const Attestation& attestation,
                  const Address& member);

/// The host whose instructions and reports must be decided in order; 0 for what depends
/// on nothing.
HostId host_in_order(const Attestation& attestation);

/// What is undecided at `now_s`, at most `limit` of it. Frame by frame: what happened before the
/// end of a frame stands before the reports of that frame, because a report speaks of a state with
/// exactly these outcomes applied; what happened after it comes later, even if it is known already.
/// A host whose next outcome is not known yet (a transfer under way) waits; the others do not wait
/// for it.
std::vector<Attestation> agenda(const protocol::State& state, const Worlds& worlds, uint64_t now_s,
                                size_t limit);

/// Drops from the worlds what the hub has decided, but for the last frames, which people may want
/// to look at.
void forget_decided(const protocol::State& state, Worlds& worlds);

/// What the hub has asked for and the hosts have not been told, oldest first.
struct Errand {
    HostId host = 0;
    Instruction instruction;
};
std::vector<Errand> errands(const protocol::State& state, const Worlds& worlds);

/// What a host does not know of after so long is sent again.
inline constexpr uint64_t resend_after_s = 600;

/// Carries errands out, each at the second in which it was emitted or now, whichever is later on
/// its host's clock, then lets all hosts live until `now_s`. So a jump of chain time does not come
/// between an instruction and its execution. An instruction that got lost, or whose block was
/// dropped, is sent again; its number sees to it that it is carried out once.
void run_errands(Worlds& worlds, const std::vector<Errand>& errands, uint64_t now_s);

}  // namespace thaw::hosts
