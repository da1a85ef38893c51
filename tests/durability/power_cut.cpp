// What is left of a disk when the power goes.
#include <algorithm>
#include <random>
#include <utility>

#include "tests/durability/simulated_disk.hpp"

namespace thaw::durability {

namespace {

constexpr size_t sector = 512;

struct File {
    std::string data;
    size_t synced = 0;
    std::vector<std::pair<size_t, size_t>> lost;  ///< ranges that a failed sync gave up
};

/// A disk on the way through its operations: what is sure to survive, and what is loose.
class Passing {
  public:
    explicit Passing(const Image& before) {
        for (const auto& [name, data] : before) {
            names_[name] = ++numbers_;
            files_[numbers_] = {data, data.size(), {}};
        }
    }

    void apply(const Operation& one) {
        using Kind = Operation::Kind;
        switch (one.kind) {
            case Kind::append:
                files_[one.file].data += one.data;
                break;
            case Kind::sync:
                files_[one.file].synced = files_[one.file].data.size();
                break;
            case Kind::failed_sync: {
                File& file = files_[one.file];
                file.lost.emplace_back(file.synced, file.data.size());
                break;
            }
            case Kind::create:
            case Kind::rename:
            case Kind::remove:
                loose_names_.push_back(one);
                break;
            case Kind::sync_directory:
                for (const Operation& change : loose_names_) rename(change);
                loose_names_.clear();
                break;
        }
    }

    Loose loose() const {
        Loose all{.renames = loose_names_.size()};
        for (const auto& [number, file] : files_) all.bytes += file.data.size() - file.synced;
        return all;
    }

    Image cut(const Tear& tear) {
        const size_t renamed = std::min<size_t>(tear.renames, loose_names_.size());
        for (size_t i = 0; i < renamed; ++i) rename(loose_names_[i]);
        std::mt19937_64 random{tear.seed};
        Image left;
        for (const auto& [name, number] : names_)
            left[name] = survivor(files_[number], tear, random);
        return left;
    }

  private:
    void rename(const Operation& change) {
        switch (change.kind) {
            case Operation::Kind::create:
                names_[change.name] = change.file;
                break;
            case Operation::Kind::rename:
                if (const auto at = names_.find(change.name); at != names_.end()) {
                    names_[change.other] = at->second;
                    names_.erase(at);
                }
                break;
            default:
                names_.erase(change.name);
        }
    }

    static std::string survivor(const File& file, const Tear& tear, std::mt19937_64& random) {
        std::string data = file.data;
        for (const auto& [from, to] : file.lost)
            std::fill(data.begin() + static_cast<ptrdiff_t>(from),
                      data.begin() + static_cast<ptrdiff_t>(to), '\0');
        const size_t loose = data.size() - file.synced;
        switch (tear.kind) {
            case Tear::Kind::keep:
                break;
            case Tear::Kind::lose:
                data.resize(file.synced);
                break;
            case Tear::Kind::cut:
                data.resize(file.synced + std::min<size_t>(loose, tear.bytes));
                break;
            case Tear::Kind::sectors:
                if (loose == 0) break;
                data.resize(file.synced + 1 + random() % loose);
                for (size_t at = file.synced / sector * sector; at < data.size(); at += sector)
                    if (random() % 2 == 0)
                        std::fill(data.begin() + static_cast<ptrdiff_t>(std::max(at, file.synced)),
                                  data.begin() +
                                      static_cast<ptrdiff_t>(std::min(at + sector, data.size())),
                                  '\0');
                break;
        }
        return data;
    }

    uint64_t numbers_ = 0;
    std::map<uint64_t, File> files_;
    std::map<std::string, uint64_t> names_;  ///< as the last synced directory has them
    std::vector<Operation> loose_names_;
};

Passing passed(const Image& before, const std::vector<Operation>& operations, size_t count) {
    Passing disk{before};
    for (size_t i = 0; i < count; ++i) disk.apply(operations[i]);
    return disk;
}

}  // namespace

Image after_power_cut(const Image& before, const std::vector<Operation>& operations, size_t count,
                      const Tear& tear) {
    return passed(before, operations, count).cut(tear);
}

Loose loose_after(const Image& before, const std::vector<Operation>& operations, size_t count) {
    return passed(before, operations, count).loose();
}

}  // namespace thaw::durability
