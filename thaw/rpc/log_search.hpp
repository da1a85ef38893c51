/// Which logs a filter wants, block by block.
#pragma once
#include "thaw/rpc/backend.hpp"

namespace thaw::rpc {

inline constexpr size_t logs_max = 10'000;           ///< in one answer
inline constexpr uint64_t log_blocks_max = 100'000;  ///< searched for one answer

/// False: certainly no log of the block is wanted.
bool may_match(const LogFilter& filter, const codec::Bloom& bloom);
bool matches(const LogFilter& filter, const codec::Log& log);

/// Null when the block cannot have wanted logs, or there is none. Of others only the header is
/// decoded.
node::BlockPtr block_that_may_match(const node::Node& node, const LogFilter& filter,
                                    uint64_t height);

/// Appends the block's wanted logs.
void append_logs(const LogFilter& filter, const node::SealedBlock& block, bool removed,
                 json::array& out);

/// Wanted logs of the blocks from `first` to `to`.
struct LogsFound {
    json::array logs;
    uint64_t to = 0;
    std::string_view why;  ///< what was too much, where that is not the last block asked for
};
/// As much as one answer may have: some blocks at least.
LogsFound search_logs_for_now(const Backend& backend, const LogFilter& filter, uint64_t first,
                              uint64_t last);

/// All wanted logs of the blocks first..last, or an error that names a range that would fit.
Decoded<json::array> search_logs(const Backend& backend, const LogFilter& filter, uint64_t first,
                                 uint64_t last);

/// Resolves the filter's own range and searches it.
Decoded<json::array> search_logs(const Backend& backend, const LogFilter& filter);

/// The height a filter's bound means: tags by the head, numbers as they are.
uint64_t bound_height(const BlockId& id, uint64_t head);

}  // namespace thaw::rpc
