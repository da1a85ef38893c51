#include "thaw/node/rocksdb_storage.hpp"

#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/listener.h>
#include <rocksdb/sst_file_writer.h>
#include <rocksdb/table.h>
#include <rocksdb/utilities/checkpoint.h>
#include <rocksdb/write_batch.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstdio>
#include <mutex>

#include "thaw/base/result.hpp"
#include "thaw/node/files.hpp"
#include "thaw/node/log_tail.hpp"
#include "thaw/node/table_tail.hpp"

namespace thaw::node {

namespace {

rocksdb::Slice slice(BytesView bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
BytesView view(const rocksdb::Slice& bytes) {
    return {reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()};
}

/// A table of ours until it becomes one of the database's.
constexpr const char* new_table = "/new-table";

class RocksDbStorage final : public Database {
  public:
    RocksDbStorage(rocksdb::DB* db, std::unique_ptr<rocksdb::Env> env)
        : env_{std::move(env)}, db_{db} {}

    /// Each record ends in a byte that is not zero, and one in which a sector may be zeros is
    /// followed by another: so where the last record misses a sector, a power cut took it (ADR 34).
    IoResult<> write(std::span<const Write> batch) override {
        // A start reads all rows, and compaction would take a quarter of the processors meanwhile.
        std::call_once(is_written_to_, [&] {
            compaction_ = db_->EnableAutoCompaction({db_->DefaultColumnFamily()});
        });
        if (!compaction_.ok()) return tl::unexpected(compaction_.ToString());
        constexpr size_t around = 32;  // of each write, at most
        size_t size = around;
        for (const Write& one : batch)
            size += one.key.size() + (one.value ? one.value->size() : 0) + around;
        rocksdb::WriteBatch all{size};
        for (const Write& one : batch) {
            const auto status =
                one.value ? all.Put(slice(one.key), slice(*one.value)) : all.Delete(slice(one.key));
            if (!status.ok()) return tl::unexpected(status.ToString());
        }
        auto status = end_and_write(all);
        if (status.ok() && may_have_zero_sector(all.Data())) {
            rocksdb::WriteBatch follower;
            status = end_and_write(follower);
        }
        if (!status.ok()) return tl::unexpected(status.ToString());
        return {};
    }

    IoResult<> write_table(std::span<const WriteView> sorted) override {
        // What lies in memory of these keys has to be in a table before, and no block waits for
        // that as long as it is not the database itself that finds so.
        auto status = db_->Flush(rocksdb::FlushOptions{});
        rocksdb::Options of_table = db_->GetOptions();
        of_table.compression = rocksdb::kNoCompression;  // until it is merged with others
        rocksdb::SstFileWriter table{rocksdb::EnvOptions{}, of_table};
        const std::string path = db_->GetName() + new_table;
        if (status.ok()) status = table.Open(path);
        for (const auto& [key, value] : sorted) {
            if (!status.ok()) break;
            status = value ? table.Put(slice(key), slice(*value)) : table.Delete(slice(key));
        }
        if (status.ok()) status = table.Finish();  // synced
        rocksdb::IngestExternalFileOptions options;
        options.move_files = true;
        if (status.ok()) status = db_->IngestExternalFile({path}, options);
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

    IoResult<> snapshot(const std::filesystem::path& directory) const override {
        rocksdb::Checkpoint* made = nullptr;
        auto status = rocksdb::Checkpoint::Create(db_.get(), &made);
        const std::unique_ptr<rocksdb::Checkpoint> snapshot{made};
        if (status.ok()) status = snapshot->CreateCheckpoint(directory.string());
        if (!status.ok()) return tl::unexpected(status.ToString());
        return {};
    }

  private:
    rocksdb::Status end_and_write(rocksdb::WriteBatch& batch) {
        if (const auto status = batch.PutLogData("\xff"); !status.ok()) return status;
        rocksdb::WriteOptions options;
        options.sync = true;
        return db_->Write(options, &batch);
    }

    std::unique_ptr<rocksdb::Env> env_;  ///< of a simulated disk; outlives the database
    std::unique_ptr<rocksdb::DB> db_;
    std::once_flag is_written_to_;
    rocksdb::Status compaction_;  ///< whether it could be switched on
};

/// The node stops at the first error of its disk. RocksDB would try to go on by itself when there
/// is room again, with a log in whose middle something is missing.
class NoSecondTry final : public rocksdb::EventListener {
  public:
    void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason, rocksdb::Status,
                              bool* tries_again) override {
        *tries_again = false;
    }
};

/// RocksDB's warnings go to our log. Its own lies beside the chain, and aborts the program where
/// that disk is full.
class Forwarded final : public rocksdb::Logger {
  public:
    Forwarded() : rocksdb::Logger{rocksdb::InfoLogLevel::WARN_LEVEL} {}
    using rocksdb::Logger::Logv;
    void Logv(const char* format, va_list arguments) override {
        char text[512];
        if (std::vsnprintf(text, sizeof text, format, arguments) > 0)
            spdlog::debug("rocksdb: {}", text);
    }
};

rocksdb::Options options_for_blocks() {
    rocksdb::Options options;
    options.info_log = std::make_shared<Forwarded>();
    options.listeners.push_back(std::make_shared<NoSecondTry>());
    options.create_if_missing = true;
    options.disable_auto_compactions = true;  // until the first write
    options.write_buffer_size = 64u << 20;
    options.max_write_buffer_number = 4;
    // Blocks and changes are large and never rewritten: compaction should not carry them about.
    options.enable_blob_files = true;
    options.min_blob_size = 4096;
    options.max_open_files = 512;
    options.stats_dump_period_sec = 0;  // nobody reads them, and they cost a thread
    options.stats_persist_period_sec = 0;
    rocksdb::BlockBasedTableOptions table;
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
    options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    return options;
}

/// Whether files there can be written past the system's memory: what is flushed is read again
/// seldom, and to have it copied costs more than to write it (ADR 54).
bool takes_direct_writes(rocksdb::Env& env, const std::string& directory) {
    const std::string path = directory + "/direct-probe";
    rocksdb::EnvOptions direct;
    direct.use_direct_writes = true;
    std::unique_ptr<rocksdb::WritableFile> probe;
    const bool opened = env.NewWritableFile(path, &probe, direct).ok();
    probe.reset();
    env.DeleteFile(path).PermitUncheckedError();
    return opened;
}

/// Names, in order; none where there is no directory yet.
std::vector<std::string> files_ending(rocksdb::Env& env, const std::string& directory,
                                      std::string_view ending) {
    std::vector<std::string> names;
    if (!env.GetChildren(directory, &names).ok()) return {};
    std::erase_if(names, [&](const std::string& name) { return !name.ends_with(ending); });
    std::ranges::sort(names);
    return names;
}

/// The list of tables, which is kept as a log, too.
struct List {
    std::string path;
    LogCheck check;
};
/// Nothing where there is none.
std::optional<List> read_list(rocksdb::Env& env, const std::string& directory) {
    std::string name;
    if (!rocksdb::ReadFileToString(&env, directory + "/CURRENT", &name).ok()) return std::nullopt;
    while (!name.empty() && name.back() == '\n') name.pop_back();
    List list{.path = directory + "/" + name, .check = {}};
    std::string log;
    if (rocksdb::ReadFileToString(&env, list.path, &log).ok())
        list.check = check_list(log);
    else
        list.check.end = LogEnd::damaged;
    return list;
}

/// RocksDB takes a list that ends early, and none whose last records have a hole in them. A power
/// cut leaves either, and nobody has acted on those records: they are cut away (ADR 34).
IoResult<> mend_list(rocksdb::Env& env, const std::string& directory) {
    const auto is_torn = [](const std::optional<List>& list) {
        return list && list->check.end == LogEnd::torn;
    };
    if (!is_torn(read_list(env, directory))) return {};
    // Not of a node that is at work and just writes that record.
    rocksdb::FileLock* lock = nullptr;
    auto status = env.LockFile(directory + "/LOCK", &lock);
    if (!status.ok()) return tl::unexpected(status.ToString());
    const auto list = read_list(env, directory);
    if (is_torn(list)) status = env.Truncate(list->path, list->check.sound);
    env.UnlockFile(lock).PermitUncheckedError();
    if (!status.ok()) return tl::unexpected(status.ToString());
    return {};
}

/// The logs of a database together: what one of them misses at its end, the next has not got.
IoResult<LogEnd> end_of_logs(rocksdb::Env& env, const std::string& directory) {
    const auto list = read_list(env, directory);
    if (list && list->check.end == LogEnd::damaged) return LogEnd::damaged;
    LogEnd end = LogEnd::whole;
    uint64_t next_write = 0;
    for (const std::string& name : files_ending(env, directory, ".log")) {  // of equal length
        std::string log;
        const auto status = rocksdb::ReadFileToString(&env, directory + "/" + name, &log);
        if (!status.ok()) return tl::unexpected(status.ToString());
        if (log.empty()) continue;
        const LogCheck check = check_log(log);
        if (check.end == LogEnd::damaged) return check.end;
        const bool skips = next_write != 0 && check.first_write > next_write;
        if (end == LogEnd::torn && skips) return LogEnd::damaged;
        if (check.end == LogEnd::torn) end = check.end;
        if (check.next_write != 0) next_write = check.next_write;
    }
    return end;
}

/// Of the tables, those that RocksDB would not refuse by itself.
IoResult<> check_tables(rocksdb::Env& env, const std::string& directory) {
    for (const std::string& name : files_ending(env, directory, ".sst"))
        if (!TRY(can_open_table(env, directory + "/" + name)))
            return tl::unexpected("its table " + name + " is damaged: restore a backup");
    return {};
}

/// What a power cut tore is cut away; anything else that is not sound must be seen.
IoResult<> set_recovery(rocksdb::Options& options, const std::string& directory) {
    const LogEnd end = TRY(end_of_logs(*options.env, directory));
    if (end == LogEnd::damaged)
        return tl::unexpected(std::string{"its log is damaged: restore a backup"});
    TRY_VOID(check_tables(*options.env, directory));
    options.wal_recovery_mode = end == LogEnd::whole
                                    ? rocksdb::WALRecoveryMode::kAbsoluteConsistency
                                    : rocksdb::WALRecoveryMode::kPointInTimeRecovery;
    return {};
}

}  // namespace

IoResult<std::shared_ptr<Database>> open_rocksdb(const std::filesystem::path& directory,
                                                 const std::shared_ptr<rocksdb::FileSystem>& disk) {
    rocksdb::Options options = options_for_blocks();
    std::unique_ptr<rocksdb::Env> env;
    if (disk) {
        env = rocksdb::NewCompositeEnv(disk);
        options.env = env.get();
        options.max_file_opening_threads = 1;
    } else {
        TRY_VOID(make_directories(directory));
    }
    options.use_direct_io_for_flush_and_compaction =
        takes_direct_writes(*options.env, directory.string());
    const auto understood = [](const std::string& why) {
        const bool locked = why.find("/LOCK") != std::string::npos;
        return tl::unexpected(locked ? "another process is using it: stop that one first" : why);
    };
    if (const auto mended = mend_list(*options.env, directory.string()); !mended)
        return understood(mended.error());
    TRY_VOID(set_recovery(options, directory.string()));
    rocksdb::DB* db = nullptr;
    const auto status = rocksdb::DB::Open(options, directory.string(), &db);
    if (!status.ok()) return understood(status.ToString());
    // The directory is ours.
    options.env->DeleteFile(directory.string() + new_table).PermitUncheckedError();
    return std::make_shared<RocksDbStorage>(db, std::move(env));
}

IoResult<std::shared_ptr<Database>> open_rocksdb_to_read(const std::filesystem::path& directory) {
    rocksdb::Options options = options_for_blocks();
    options.create_if_missing = false;
    TRY_VOID(set_recovery(options, directory.string()));
    rocksdb::DB* db = nullptr;
    const auto status = rocksdb::DB::OpenForReadOnly(options, directory.string(), &db);
    if (!status.ok()) return tl::unexpected(status.ToString());
    return std::make_shared<RocksDbStorage>(db, nullptr);
}

}  // namespace thaw::node
