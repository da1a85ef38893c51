// What is left of a disk when the power goes.
#include <algorithm>
#include <random>
#include <utility>

#include "tests/durability/simulated_disk.hpp"

namespace thaw::durability {

namespace {

constexpr size_t sector = 512;

void rename(std::map<std::string, uint64_t>& names, const Operation& change) {
    switch (change.kind) {
        case Operation::Kind::create:
            names[change.name] = change.file;
            break;
        case Operation::Kind::link:
            if (const auto at = names.find(change.name); at != names.end())
                names[change.other] = at->second;
            break;
        case Operation::Kind::rename:
            if (const auto at = names.find(change.name); at != names.end()) {
                names[change.other] = at->second;
                names.erase(at);
            }
            break;
        default:
            names.erase(change.name);
    }
}

std::string survivor(const Power::File& file, const Tear& tear, std::mt19937_64& random) {
    std::string data = file.data;
    for (const auto& [from, to] : file.lost)
        std::fill(data.begin() + static_cast<ptrdiff_t>(std::min(from, data.size())),
                  data.begin() + static_cast<ptrdiff_t>(std::min(to, data.size())), '\0');
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
                    std::fill(
                        data.begin() + static_cast<ptrdiff_t>(std::max(at, file.synced)),
                        data.begin() + static_cast<ptrdiff_t>(std::min(at + sector, data.size())),
                        '\0');
            break;
    }
    return data;
}

}  // namespace

Power::Power(const Image& before) {
    for (const auto& [name, data] : before) {
        names_[name] = ++numbers_;
        files_[numbers_] = {data, data.size(), {}};
    }
}

void Power::pass(const Operation& one) {
    using Kind = Operation::Kind;
    switch (one.kind) {
        case Kind::append:
            files_[one.file].data += one.data;
            break;
        case Kind::write: {
            File& file = files_[one.file];
            file.data.resize(std::max<size_t>(file.data.size(), one.at + one.data.size()));
            file.data.replace(one.at, one.data.size(), one.data);
            file.synced = std::min<size_t>(file.synced, one.at);
            break;
        }
        case Kind::truncate:
            files_[one.file].data.resize(one.at);
            files_[one.file].synced = std::min<size_t>(files_[one.file].synced, one.at);
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
        case Kind::link:
        case Kind::remove:
            loose_names_.push_back(one);
            break;
        case Kind::sync_directory:
            for (const Operation& change : loose_names_) rename(names_, change);
            loose_names_.clear();
            break;
    }
}

Loose Power::loose() const {
    Loose all{.renames = loose_names_.size()};
    for (const auto& [number, file] : files_) all.bytes += file.data.size() - file.synced;
    return all;
}

Image Power::cut(const Tear& tear) const {
    auto names = names_;
    const size_t renamed = std::min<size_t>(tear.renames, loose_names_.size());
    for (size_t i = 0; i < renamed; ++i) rename(names, loose_names_[i]);
    std::mt19937_64 random{tear.seed};
    Image left;
    for (const auto& [name, number] : names)
        if (const auto at = files_.find(number); at != files_.end())
            left[name] = survivor(at->second, tear, random);
        else
            left[name] = {};
    return left;
}

Power power_after(const Image& before, const std::vector<Operation>& operations, size_t count) {
    Power power{before};
    for (size_t i = 0; i < count; ++i) power.pass(operations[i]);
    return power;
}

Image after_power_cut(const Image& before, const std::vector<Operation>& operations, size_t count,
                      const Tear& tear) {
    return power_after(before, operations, count).cut(tear);
}

}  // namespace thaw::durability
