#include "thaw/node/checkpoint.hpp"

#include <spdlog/spdlog.h>

#include "thaw/base/result.hpp"

namespace thaw::node {

namespace {

constexpr uint64_t pending_bytes_max = 64u << 20;

}  // namespace

Checkpoint::Checkpoint(Store& store, Chain& chain, const Limits& limits,
                       std::function<void(const std::string&)> on_fault)
    : store_{store},
      chain_{chain},
      limits_{limits},
      on_fault_{std::move(on_fault)},
      blocks_{unfolded()},
      thread_{[this] { run(); }} {}

uint64_t Checkpoint::unfolded() const {
    const auto folded = store_.checkpoint_height();
    const uint64_t from = folded ? folded->value_or(0) : 0;
    return chain_.head()->header.number - from;
}

Checkpoint::~Checkpoint() {
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    wake_.notify_all();
    thread_.join();
}

void Checkpoint::note(uint64_t change_bytes) {
    const std::lock_guard lock{mutex_};
    ++blocks_;
    bytes_ += change_bytes;
    if (blocks_ >= limits_.blocks_max || bytes_ >= pending_bytes_max) wake_.notify_all();
}

void Checkpoint::run() {
    std::unique_lock lock{mutex_};
    while (true) {
        wake_.wait(lock, [&] {
            return stopping_ || blocks_ >= limits_.blocks_max || bytes_ >= pending_bytes_max;
        });
        if (stopping_) return;
        lock.unlock();
        const auto folded = fold_all();
        if (!folded) return on_fault_(folded.error());
        lock.lock();
    }
}

IoResult<> Checkpoint::fold_all() {
    const std::lock_guard folding{folding_};
    uint64_t bytes = 0;
    {
        const std::lock_guard lock{mutex_};
        blocks_ = 0;
        bytes = std::exchange(bytes_, 0);
    }
    const auto way = bytes >= limits_.table_bytes_min ? Store::Way::table : Store::Way::log;
    chain_.drop_index_up_to(TRY(fold_to(chain_.cut_index(), way)));
    return {};
}

IoResult<uint64_t> Checkpoint::fold_to(uint64_t target, Store::Way way) {
    auto reached = TRY(store_.checkpoint_height());
    while (!reached || *reached < target) {
        reached = TRY(store_.fold(target, way, [this](uint64_t first, uint64_t last) {
            return chain_.index_between(first, last);
        }));
        const std::lock_guard lock{mutex_};
        if (stopping_) break;
    }
    spdlog::debug("checkpoint at block {}", *reached);
    return *reached;
}

}  // namespace thaw::node
