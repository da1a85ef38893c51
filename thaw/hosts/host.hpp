/// What a host chain is to the hub: an account in custody, instructions in order, events that
/// become final. A seam: simulated hosts stand behind it on a devnet.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "thaw/protocol/oracle/messages.hpp"
#include "thaw/protocol/outbox/books.hpp"

namespace thaw::hosts {

using protocol::AssetId;
using protocol::HostId;

/// An intent on its way out. The custody account's nonce is `intent`: a host carries each out at
/// most once.
struct Instruction {
    uint64_t intent = 0;
    protocol::outbox::Intent body;
};

class Host {
  public:
    virtual ~Host() = default;
    virtual HostId id() const = 0;
    virtual std::string_view name() const = 0;  ///< "BNB Smart Chain"

    /// Lets the host live until `now_s` of chain time: eras end, rewards are paid, unbondings
    /// mature.
    virtual void advance(uint64_t now_s) = 0;
    virtual uint64_t height() const = 0;

    /// Instructions carried out so far: the next acceptable `intent`.
    virtual uint64_t custody_nonce() const = 0;
    /// Carries an instruction out. One whose number is already used is ignored; one ahead of the
    /// nonce is refused (false).
    virtual bool submit(const Instruction& instruction) = 0;
    /// What became of instruction `intent`; nothing while it is unknown.
    virtual std::optional<protocol::oracle::Outcome> outcome(uint64_t intent) const = 0;

    /// Final transfers to custody, in order; `from` counts those already seen.
    virtual std::vector<protocol::oracle::Deposit> deposits(size_t from) const = 0;
    /// The report of a frame that has ended, if this host stakes: delegations, rewards, slashes,
    /// metrics. `custody` is this host's.
    virtual std::optional<protocol::oracle::Report> report(uint64_t frame) const = 0;

    virtual Assets custody_balance(AssetId asset) const = 0;
};

}  // namespace thaw::hosts
