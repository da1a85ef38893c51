#include <algorithm>
#include <sstream>

#include "thaw/base/result.hpp"
#include "thaw/base/text.hpp"
#include "thaw/crypto/sha256.hpp"
#include "thaw/node/backup.hpp"

namespace thaw::node {

namespace {

constexpr std::string_view title = "thaw backup 1";

std::string hex(const Hash& hash) { return to_hex(hash).substr(2); }

std::string seal_of(std::string_view text) {
    crypto::Sha256 sum;
    sum.add(view_of(text));
    return hex(sum.finish());
}

std::string without_seal(const Manifest& manifest) {
    std::ostringstream out;
    out << title << "\nchain " << manifest.chain_id << "\nheight " << manifest.height << "\nblock "
        << to_hex(manifest.block) << "\ndigest " << to_hex(manifest.digest) << "\nmade "
        << manifest.made << '\n';
    for (const BackupFile& file : manifest.files)
        out << "file " << hex(file.sha256) << ' ' << file.bytes << ' ' << file.path << '\n';
    return out.str();
}

/// The lines of a text, by their first word.
class Lines {
  public:
    explicit Lines(std::string_view text) : left_{text} {}
    bool has(std::string_view word) const { return left_.starts_with(word); }
    /// What follows the word; empty when the line begins otherwise.
    std::string_view take(std::string_view word) {
        const size_t end = left_.find('\n');
        if (!has(word) || end == std::string_view::npos) return {};
        const std::string_view rest = left_.substr(word.size(), end - word.size());
        left_.remove_prefix(end + 1);
        return rest;
    }
    bool ended() const { return left_.empty(); }

  private:
    std::string_view left_;
};

std::optional<uint64_t> number(std::string_view text) {
    const auto value = parse_decimal(text);
    if (!value || *value > ~uint64_t{0}) return std::nullopt;
    return static_cast<uint64_t>(*value);
}

/// Below the backup, and nowhere else.
bool is_inside(std::string_view path) {
    if (path.empty() || path.starts_with('/')) return false;
    for (const auto& part : std::filesystem::path{path})
        if (part == ".." || part == "." || part.empty()) return false;
    return true;
}

std::optional<BackupFile> file_in(std::string_view line) {
    const size_t first = line.find(' ');
    const size_t second = line.find(' ', first + 1);
    if (first == std::string_view::npos || second == std::string_view::npos) return std::nullopt;
    const auto sum = parse_hash("0x" + std::string{line.substr(0, first)});
    const auto bytes = number(line.substr(first + 1, second - first - 1));
    const std::string_view path = line.substr(second + 1);
    if (!sum || !bytes || !is_inside(path)) return std::nullopt;
    return BackupFile{.path = std::string{path}, .bytes = *bytes, .sha256 = *sum};
}

}  // namespace

uint64_t Manifest::bytes() const {
    uint64_t sum = 0;
    for (const BackupFile& file : files) sum += file.bytes;
    return sum;
}

std::string print_manifest(const Manifest& manifest) {
    const std::string text = without_seal(manifest);
    return text + "seal " + seal_of(text) + '\n';
}

IoResult<Manifest> parse_manifest(std::string_view text) {
    const auto refuse = [](std::string_view why) {
        return tl::unexpected(std::string{manifest_name} + " " + std::string{why});
    };
    if (!text.starts_with("thaw backup ")) return refuse("is not the manifest of a backup");
    if (!text.starts_with(std::string{title} + "\n"))
        return refuse("is damaged, or of another version of the program");
    const size_t seal = text.rfind("\nseal ");
    if (seal == std::string_view::npos ||
        text.substr(seal + 1) != "seal " + seal_of(text.substr(0, seal + 1)) + "\n")
        return refuse("is damaged: its seal does not fit what it says");
    Lines lines{text.substr(0, seal + 1)};
    lines.take(title);
    Manifest manifest;
    const auto chain_id = number(lines.take("chain "));
    const auto height = number(lines.take("height "));
    const auto block = parse_hash(lines.take("block "));
    const auto digest = parse_hash(lines.take("digest "));
    if (!chain_id || !height || !block || !digest) return refuse("is not whole");
    manifest.chain_id = *chain_id;
    manifest.height = *height;
    manifest.block = *block;
    manifest.digest = *digest;
    manifest.made = lines.take("made ");
    while (!lines.ended()) {
        auto file = file_in(lines.take("file "));
        if (!file) return refuse("names a file in no form that is known");
        manifest.files.push_back(*std::move(file));
    }
    return manifest;
}

}  // namespace thaw::node
