/// What a protocol function holds in its hands: books, the block's time, its caller, its own voice.
/// It cannot reach a clock, a file, a socket or another module's private parts.
#pragma once
#include "thaw/base/math.hpp"
#include "thaw/codec/face.hpp"

namespace thaw::protocol {

using codec::fail;
struct State;  // assembled above the modules; no module sees it whole
class Call;

/// What the block fixes before anything runs.
struct Block {
    uint64_t chain_id = 0;
    uint64_t height = 0;
    uint64_t now_s = 0;  ///< chain time, seconds since 1970
};

/// One call inside a transaction, as debug_traceTransaction shows it.
struct CallFrame {
    unsigned depth = 0;
    Address from;
    Address to;
    Assets value;
    Bytes input;
    Bytes output;
    bool success = false;
    uint64_t gas_used = 0;
};

/// What all calls of one transaction share.
struct Execution {
    State* state = nullptr;
    Block block;
    Address origin;  ///< the signer
    std::vector<codec::Log> logs;
    uint64_t gas_used = 0;
    uint64_t gas_limit = ~uint64_t{0};
    unsigned depth = 0;
    std::vector<CallFrame>* trace = nullptr;
    /// Runs one contract call from inside another (batch, multicall); set by the machine, which
    /// alone knows the contracts.
    Result<Bytes> (*dispatch)(Execution&, const Address& from, const Address& to, Assets value,
                              BytesView data) = nullptr;
};

class Query {
  public:
    Query(const State& state, const Block& block, const Address& self = {})
        : state_{&state}, block_{block}, self_{self} {}

    /// Any module's books, to read.
    template <class Books>
    const Books& read() const;
    uint64_t now_s() const { return block_.now_s; }
    const Block& block() const { return block_; }
    /// The contract whose face was called; several contracts (five staking contracts, say) share
    /// one face.
    const Address& self() const { return self_; }
    /// The same moment, asked of another contract.
    Query at(const Address& self) const { return {*state_, block_, self}; }

  private:
    const State* state_;
    Block block_;
    Address self_;
};

class Call : public Query {
  public:
    Call(Execution& execution, const Address& self, const Address& sender, Assets value)
        : Query{*execution.state, execution.block, self},
          execution_{&execution},
          sender_{sender},
          value_{value} {}

    /// A module's books, to write. Only the module that owns them asks (the layer check holds it to
    /// that).
    template <class Books>
    Books& own();

    const Address& sender() const { return sender_; }
    /// The native coin sent along, in wei; already moved to `self` when the verb runs.
    Assets value() const { return value_; }
    Execution& execution() { return *execution_; }
    /// `sender` calling `self` within the same transaction: how a module moves what it holds.
    Call as(const Address& self, const Address& sender) { return {*execution_, self, sender, {}}; }

    template <class Event>
    void emit(const Event& event) {
        emit_as(self(), event);
    }
    /// Speaks as another contract of the same module: a token whose balances a verb elsewhere
    /// moved.
    template <class Event>
    void emit_as(const Address& emitter, const Event& event) {
        auto& logs = execution_->logs;
        if (logs.size() == 1) logs.reserve(4);  // who says more than one thing says a few
        logs.push_back(codec::encode_event(emitter, event));
    }

  private:
    Execution* execution_;
    Address sender_;
    Assets value_;
};

template <codec::Text text, auto function>
using Fn = codec::Function<Call, Query, text, function>;
template <class EventList, class ErrorList, class... F>
using Interface = codec::Interface<Call, EventList, ErrorList, F...>;
using codec::Errors;
using codec::Events;

}  // namespace thaw::protocol
