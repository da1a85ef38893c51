/// The porter: raw bytes to a transaction whose signer is known. Pure, so it runs on all cores.
#pragma once
#include <functional>
#include <memory>
#include <tl/expected.hpp>

#include "thaw/node/block.hpp"

namespace thaw::node {

/// A transaction that passed the gate.
struct Opened {
    std::shared_ptr<const codec::SignedTransaction> transaction;
    Address sender;
    bool impersonated = false;
};

using Answer = tl::expected<Opened, Rejection>;

/// Decodes, checks, and recovers the sender. The rejections are code -32000, with texts that
/// clients match.
Answer open(BytesView raw, uint64_t chain_id);
/// The same for several, whose hashes and signers are computed side by side. Requires as much room
/// in `out`.
void open_many(std::span<const BytesView> raw, uint64_t chain_id, std::span<Answer> out);

/// Dev: what stands for a transaction without a signature. In place of a signature it carries the
/// sender, so that equal transactions of two senders have two hashes.
Opened open_impersonated(const Address& sender, codec::SignedTransaction transaction,
                         uint64_t chain_id);

/// Threads that share out independent pieces of work; one for each core, the caller's included.
class Hands {
  public:
    Hands();
    ~Hands();
    /// Runs f(0) to f(count - 1), in any order and at the same time; returns when all are done.
    /// Safe to call from many threads.
    void share(size_t count, const std::function<void(size_t)>& f);

  private:
    struct Crew;
    std::unique_ptr<Crew> crew_;
};

}  // namespace thaw::node
