#include <iostream>

#include "thaw/main/commands.hpp"
#include "thaw/main/config.hpp"

namespace thaw::cli {

void add_config_commands(CLI::App& app) {
    auto* config = app.add_subcommand(
        "config", "The configuration file: what it may say, and whether it is right.");
    config->require_subcommand(1);
    config->footer(
        "\nExamples:\n"
        "  thaw config print-default > thaw.toml\n"
        "  thaw config check thaw.toml\n"
        "  thaw devnet --config thaw.toml\n"
        "A flag goes before the environment (THAW_…), that before the file, that before the "
        "default.\n");
    auto* print = config->add_subcommand("print-default", "Prints every key with its default.");
    print->callback([] { std::cout << print_config({}); });
    const auto path = std::make_shared<std::string>();
    auto* check =
        config->add_subcommand("check", "Says whether a file can be used, and where it is wrong.");
    check->footer("\nExample:\n  thaw config check thaw.toml\n");
    check->add_option("file", *path, "The file")->required();
    check->callback([path] {
        load_config(*path);
        std::cout << *path << " is right\n";
    });
}

}  // namespace thaw::cli
