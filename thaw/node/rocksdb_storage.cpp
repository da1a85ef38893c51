#include "thaw/node/rocksdb_storage.hpp"

#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

namespace thaw::node {

namespace {

rocksdb::Slice slice(BytesView bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
BytesView view(const rocksdb::Slice& bytes) {
    return {reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()};
}

class RocksDbStorage final : public Storage {
  public:
    explicit RocksDbStorage(rocksdb::DB* db) : db_{db} {}

    IoResult<> write(std::span<const Write> batch, bool synced) override {
        rocksdb::WriteBatch all;
        for (const Write& one : batch) {
            const auto status =
                one.value ? all.Put(slice(one.key), slice(*one.value)) : all.Delete(slice(one.key));
            if (!status.ok()) return tl::unexpected(status.ToString());
        }
        rocksdb::WriteOptions options;
        options.sync = synced;
        const auto status = db_->Write(options, &all);
        if (!status.ok()) return tl::unexpected(status.ToString());
        return {};
    }

    IoResult<std::optional<Bytes>> get(BytesView key) const override {
        rocksdb::PinnableSlice value;
        const auto status =
            db_->Get(rocksdb::ReadOptions{}, db_->DefaultColumnFamily(), slice(key), &value);
        if (status.IsNotFound()) return std::optional<Bytes>{};
        if (!status.ok()) return tl::unexpected(status.ToString());
        const BytesView bytes = view(value);
        return Bytes{bytes.begin(), bytes.end()};
    }

    IoResult<> for_each(
        BytesView prefix,
        const std::function<bool(BytesView key, BytesView value)>& visit) const override {
        rocksdb::ReadOptions options;
        options.total_order_seek = true;
        const std::unique_ptr<rocksdb::Iterator> at{db_->NewIterator(options)};
        for (at->Seek(slice(prefix)); at->Valid() && at->key().starts_with(slice(prefix));
             at->Next())
            if (!visit(view(at->key()), view(at->value()))) break;
        if (!at->status().ok()) return tl::unexpected(at->status().ToString());
        return {};
    }

  private:
    std::unique_ptr<rocksdb::DB> db_;
};

rocksdb::Options options_for_blocks() {
    rocksdb::Options options;
    options.create_if_missing = true;
    // A crash may tear the end of the log; damage anywhere else must be seen, not cut away.
    options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
    options.write_buffer_size = 64u << 20;
    options.max_write_buffer_number = 4;
    // Blocks and changes are large and never rewritten: compaction should not carry them about.
    options.enable_blob_files = true;
    options.min_blob_size = 4096;
    options.keep_log_file_num = 4;
    options.max_open_files = 512;
    rocksdb::BlockBasedTableOptions table;
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
    options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    return options;
}

}  // namespace

IoResult<std::shared_ptr<Storage>> open_rocksdb(const std::filesystem::path& directory) {
    std::error_code error;
    std::filesystem::create_directories(directory, error);
    if (error) return tl::unexpected(error.message());
    rocksdb::DB* db = nullptr;
    const auto status = rocksdb::DB::Open(options_for_blocks(), directory.string(), &db);
    if (status.ok()) return std::make_shared<RocksDbStorage>(db);
    if (status.ToString().find("/LOCK") != std::string::npos)
        return tl::unexpected(std::string{"another process is using it: stop that one first"});
    return tl::unexpected(status.ToString());
}

}  // namespace thaw::node
