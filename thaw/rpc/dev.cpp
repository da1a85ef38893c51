#include "thaw/base/text.hpp"
#include "thaw/rpc/backend.hpp"
#include "thaw/rpc/encode.hpp"

namespace thaw::rpc {

namespace {

constexpr uint64_t mine_blocks_max = 100'000;
constexpr uint64_t jump_max_s = 100ull * 366 * 86'400;

Answer stopped(const Backend& b) {
    return tl::unexpected(Error{
        code::server, "the node has stopped: " + b.node.stopped().value_or("unknown reason")});
}

/// Seals `count` blocks; the clock moves `interval_s` between two of them when that is not zero.
Answer mine(const Backend& b, uint64_t count, uint64_t interval_s, std::string_view answer) {
    if (count > mine_blocks_max)
        return tl::unexpected(Error{code::invalid_params, "at most 100000 blocks at a time"});
    for (uint64_t i = 0; i < count; ++i) {
        if (i != 0 && interval_s != 0) b.options.dev_clock->advance(interval_s);
        if (b.node.mine() == nullptr) return stopped(b);
    }
    return json::value(answer);
}

Decoded<bool> jump_to(const Backend& b, uint64_t at_s) {
    const uint64_t now_s = b.node.view().head()->header.timestamp;
    if (at_s > now_s + jump_max_s)
        return tl::unexpected(
            Error{code::invalid_params, "time can be moved by at most a hundred years at once"});
    if (!b.options.dev_clock->jump_to(at_s))
        return tl::unexpected(
            Error{code::invalid_params, "timestamp " + std::to_string(at_s) +
                                            " is not above chain time, which is " +
                                            std::to_string(b.node.clock().now_s())});
    return true;
}

/// The forms that Hardhat (a timestamp) and Anvil (an object) take.
Answer evm_mine(const Backend& b, const Params& p) {
    const json::value* value = p.find(0);
    uint64_t blocks = 1;
    if (value != nullptr && value->is_object()) {
        Where where = p.where(0);
        where.field = "timestamp";
        if (const auto* at = value->get_object().if_contains("timestamp"); at && !at->is_null()) {
            const uint64_t at_s = TRY(read_number(*at, where));
            TRY(jump_to(b, at_s));
        }
        where.field = "blocks";
        if (const auto* n = value->get_object().if_contains("blocks"); n && !n->is_null())
            blocks = TRY(read_number(*n, where));
    } else if (value != nullptr) {
        const uint64_t at_s = TRY(read_number(*value, p.where(0)));
        TRY(jump_to(b, at_s));
    }
    return mine(b, blocks, 0, "0x0");
}

Answer increase_time(const Backend& b, const Params& p) {
    const uint64_t seconds = TRY(argument(p, 0, read_number));
    if (seconds > jump_max_s)
        return tl::unexpected(
            Error{code::invalid_params, "time can be moved by at most a hundred years at once"});
    b.options.dev_clock->advance(seconds);
    return seconds;
}

void add_time(Methods& m, Backend& b) {
    m.add("evm_mine", "options?", "Seals a block now.",
          [&b](const Params& p) { return evm_mine(b, p); });
    for (const auto name : {"anvil_mine", "hardhat_mine"})
        m.add(name, "blocks? interval?", "Seals blocks, a number of seconds apart.",
              [&b](const Params& p) -> Answer {
                  const uint64_t count = TRY(argument_or(p, 0, read_number, 1));
                  const uint64_t interval_s = TRY(argument_or(p, 1, read_number, 0));
                  if (interval_s > jump_max_s)
                      return tl::unexpected(
                          Error{code::invalid_params, "at most a hundred years at once"});
                  const Answer mined = mine(b, count, interval_s, "0x0");
                  if (!mined) return mined;
                  return nullptr;
              });
    m.add("evm_increaseTime", "seconds", "Moves chain time forward.",
          [&b](const Params& p) { return increase_time(b, p); });
    for (const auto name : {"evm_setNextBlockTimestamp", "anvil_setNextBlockTimestamp"})
        m.add(name, "timestamp", "Sets the time of the next block.",
              [&b](const Params& p) -> Answer {
                  const uint64_t at_s = TRY(argument(p, 0, read_number));
                  TRY(jump_to(b, at_s));
                  return nullptr;
              });
}

void add_snapshots(Methods& m, Backend& b) {
    m.add("evm_snapshot", "", "Remembers chain and hosts; returns an id for evm_revert.",
          [&b](const Params&) -> Answer {
              if (!b.options.snapshots.take)
                  return tl::unexpected(
                      Error{code::method_not_found, "this node takes no snapshots"});
              return json::value(quantity(b.options.snapshots.take()));
          });
    m.add("evm_revert", "id", "Returns to a snapshot, which is used up; whether there was one.",
          [&b](const Params& p) -> Answer {
              const uint64_t id = TRY(argument(p, 0, read_number));
              if (!b.options.snapshots.restore)
                  return tl::unexpected(
                      Error{code::method_not_found, "this node takes no snapshots"});
              return b.options.snapshots.restore(id);
          });
}

void add_impersonation(Methods& m, Backend& b) {
    for (const std::string prefix : {"anvil", "hardhat"}) {
        m.add(prefix + "_impersonateAccount", "address",
              "Lets eth_sendTransaction send from an account whose key nobody has.",
              [&b](const Params& p) -> Answer {
                  b.impersonate(TRY(argument(p, 0, read_address)), true);
                  return nullptr;
              });
        m.add(prefix + "_stopImpersonatingAccount", "address", "Ends an impersonation.",
              [&b](const Params& p) -> Answer {
                  b.impersonate(TRY(argument(p, 0, read_address)), false);
                  return nullptr;
              });
        m.refuse(prefix + "_setBalance",
                 "nothing is credited here that did not come through the bridge; deposit with "
                 "thaw_hostDeposit");
        for (const auto what : {"_setCode", "_setStorageAt"})
            m.refuse(prefix + what, "the contracts of this chain are native and have no storage");
    }
}

}  // namespace

void add_dev(Methods& m, Backend& b) {
    if (!b.options.dev) return;
    if (b.options.dev_clock != nullptr) add_time(m, b);
    add_snapshots(m, b);
    add_impersonation(m, b);
    m.add("evm_setAutomine", "on", "Whether each transaction is sealed at once.",
          [&b](const Params& p) -> Answer {
              b.node.set_automine(TRY(argument(p, 0, read_bool)));
              return true;
          });
    for (const auto name : {"anvil_getAutomine", "hardhat_getAutomine"})
        m.add(name, "", "Whether each transaction is sealed at once.",
              [&b](const Params&) -> Answer { return b.node.automine(); });
}

}  // namespace thaw::rpc
