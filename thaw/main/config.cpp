#include "thaw/main/config.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>

#include "thaw/main/config_keys.hpp"
#include "thaw/main/duration.hpp"
#include "thaw/main/failure.hpp"
#include "thaw/sim/development.hpp"

namespace thaw::cli {

namespace {

std::string at_line(std::string_view file, const toml::source_region& source) {
    return std::string{file} + ":" + std::to_string(source.begin.line) + ": ";
}

std::string shown(const toml::node& node) {
    std::ostringstream out;
    node.visit([&](const auto& value) { out << value; });
    std::string text = out.str();
    if (node.is_table()) return "a table";
    if (node.is_array()) return "an array";
    if (node.is_string()) text = "\"" + *node.value<std::string>() + "\"";
    return text;
}

/// The names that may stand in a section, for the message about one that may not.
std::string known_in(const std::string& section) {
    std::string names;
    const auto add = [&](const std::string& name) {
        if (names.empty())
            names = name;
        else if ((", " + names + ",").find(", " + name + ",") == std::string::npos)
            names += ", " + name;
    };
    for (const ConfigKey& key : config_keys()) {
        if (key.section == section)
            add(key.name);
        else if (section.empty())
            add(key.section.substr(0, key.section.find('.')));
        else if (key.section.starts_with(section + "."))
            add(key.section.substr(section.size() + 1));
    }
    return names;
}

bool is_section(const std::string& name) {
    return std::ranges::any_of(config_keys(), [&](const ConfigKey& key) {
        return key.section == name || key.section.starts_with(name + ".");
    });
}

/// Reads a table and those below it; returns the first fault by line.
std::optional<std::string> read_table(Config& config, const toml::table& table,
                                      const std::string& section, std::string_view file) {
    for (const auto& [name, node] : table) {
        const std::string full = (section.empty() ? "" : section + ".") + std::string{name.str()};
        const std::string at = at_line(file, name.source());
        if (is_section(full)) {
            if (!node.is_table()) return at + "\"" + full + "\" is a section: write [" + full + "]";
            if (auto fault = read_table(config, *node.as_table(), full, file)) return fault;
            continue;
        }
        const auto key = std::ranges::find_if(config_keys(),
                                              [&section, wanted = name.str()](const ConfigKey& k) {
                                                  return k.section == section && k.name == wanted;
                                              });
        if (key == config_keys().end())
            return at + "unknown key \"" + full + "\"; known here: " + known_in(section);
        if (const auto expected = key->read(config, node))
            return at + full + " must be " + *expected + ", not " + shown(node);
    }
    return std::nullopt;
}

}  // namespace

tl::expected<Config, std::string> read_config(std::string_view text, std::string_view file) {
    Config config;
    try {
        const toml::table table = toml::parse(text, file);
        if (auto fault = read_table(config, table, "", file)) return tl::unexpected(*fault);
    } catch (const toml::parse_error& fault) {
        return tl::unexpected(at_line(file, fault.source()) + std::string{fault.description()});
    }
    if (const auto fault = protocol::fault_in(sim::development_genesis(config.parameters, 1)))
        return tl::unexpected(std::string{file} + ": " + *fault);
    return config;
}

Config load_config(const std::string& path) {
    if (path.empty()) return {};
    std::ifstream file{path, std::ios::binary};
    if (!file) throw Failure{ExitCode::refused, "cannot read " + path};
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    auto config = read_config(text, path);
    if (!config) throw Failure{ExitCode::refused, config.error()};
    return *std::move(config);
}

std::string print_config(const Config& config) {
    std::string out = "# Every key with its value. A file may leave any of them out.\n";
    std::string section;
    for (const ConfigKey& key : config_keys()) {
        if (key.section != section) {
            section = key.section;
            out += "\n[" + section + "]\n";
        }
        std::string line = key.name + " = " + key.print(config);
        line.resize(std::max<size_t>(line.size(), 34), ' ');
        out += line + "  # " + key.meaning + "\n";
    }
    return out;
}

std::optional<uint64_t> parse_day_ms(std::string_view text) {
    if (text == "stopped") return 0;
    const auto ms = parse_duration_ms(text);
    if (!ms || *ms == 0) return std::nullopt;
    return ms;
}

uint32_t requests_limit(const Config& config) {
    constexpr uint32_t usual = 1'000;
    if (config.requests_per_second != 0) return config.requests_per_second;
    const bool only_here =
        config.listen.address.starts_with("127.") || config.listen.address == "::1";
    return only_here ? 0 : usual;
}

std::optional<uint64_t> parse_block_ms(std::string_view text) {
    if (text == "auto") return 0;
    const auto ms = parse_duration_ms(text);
    if (!ms || *ms == 0) return std::nullopt;
    return ms;
}

std::string default_data_dir() {
    if (const char* xdg = std::getenv("XDG_DATA_HOME"); xdg != nullptr && *xdg != 0)
        return std::string{xdg} + "/thaw/devnet";
    if (const char* home = std::getenv("HOME"); home != nullptr && *home != 0)
        return std::string{home} + "/.local/share/thaw/devnet";
    return "thaw-devnet";
}

}  // namespace thaw::cli
