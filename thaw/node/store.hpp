/// The memory: blocks, their row changes, and the checkpoint, as keys in a Storage
/// (docs/formats/block.md). Safe to use from many threads, with one writer of blocks.
#pragma once
#include <memory>

#include "thaw/node/block.hpp"
#include "thaw/node/storage.hpp"
#include "thaw/protocol/state.hpp"

namespace thaw::node {

/// A block on its way to the disk.
struct StoredBlock {
    uint64_t height = 0;
    Bytes block;    ///< as `encode_block` wrote it
    Bytes changes;  ///< as `State::seal` wrote them
};

/// Where transactions and blocks lie.
struct Index {
    std::vector<std::pair<Hash, Location>> transactions;
    std::vector<std::pair<Hash, uint64_t>> blocks;  ///< with their heights
};

class Store {
  public:
    explicit Store(std::shared_ptr<Storage> storage) : storage_{std::move(storage)} {}

    /// Chain id of what is stored; nothing when the store is new.
    IoResult<std::optional<uint64_t>> open();
    IoResult<> create(uint64_t chain_id, StoredBlock genesis);

    IoResult<uint64_t> head_height() const;
    /// Nothing before the first checkpoint.
    IoResult<std::optional<uint64_t>> checkpoint_height() const;

    /// Makes a block the head, durably.
    IoResult<> put_block(StoredBlock block);
    /// A block that must be there.
    IoResult<SealedBlock> block(uint64_t height) const;
    IoResult<codec::Header> header(uint64_t height) const;
    IoResult<Bytes> changes(uint64_t height) const;
    /// From the checkpoint's index: blocks up to its height.
    IoResult<std::optional<Location>> locate(const Hash& transaction) const;
    IoResult<std::optional<uint64_t>> height_of(const Hash& block) const;

    enum class Way : uint8_t {
        log,    ///< as blocks go: the next one waits
        table,  ///< for much at once: no block waits
    };
    /// Folds the blocks after the checkpoint into it, up to `target` or as many as make one step.
    /// `index_between` says where they and their transactions lie, in any order. Atomic. Returns
    /// the height reached.
    IoResult<uint64_t> fold(
        uint64_t target, Way way,
        const std::function<Index(uint64_t first, uint64_t last)>& index_between);
    /// How many rows the checkpoint has; nothing when a program that did not count began it.
    using RowCounts = protocol::State::RowCounts;
    IoResult<std::optional<RowCounts>> row_counts() const;
    /// Rows of one table of the checkpoint, in no meaningful order; stops when `visit` returns
    /// false.
    IoResult<> for_each_row(uint8_t table,
                            const std::function<bool(BytesView key, BytesView row)>& visit) const;

    /// Removes the blocks above `height` for good, and takes their rows out of the checkpoint.
    IoResult<> truncate(uint64_t height);

  private:
    IoResult<> take_back(uint64_t height, std::vector<Write>& batch, RowCounts& rows) const;
    IoResult<std::optional<uint64_t>> number(BytesView key) const;
    IoResult<> write_through_log(std::span<const WriteView> sorted);

    std::shared_ptr<Storage> storage_;
    uint64_t chain_id_ = 0;
};

}  // namespace thaw::node
