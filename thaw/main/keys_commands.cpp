#include <sys/random.h>

#include <boost/json.hpp>
#include <iostream>

#include "thaw/base/text.hpp"
#include "thaw/main/commands.hpp"
#include "thaw/main/failure.hpp"
#include "thaw/sim/development.hpp"

namespace thaw::cli {

namespace {

crypto::PrivateKey new_key() {
    crypto::PrivateKey key;
    do {
        if (getrandom(key.bytes.data(), key.bytes.size(), 0) !=
            static_cast<ssize_t>(key.bytes.size()))
            throw Failure{ExitCode::refused, "the system gives no randomness"};
    } while (!crypto::is_valid(key));
    return key;
}

void print_key(const crypto::PrivateKey& key, bool json) {
    const std::string address = to_hex(crypto::address_of(key));
    const std::string secret = to_hex(BytesView{key.bytes});
    if (json)
        std::cout << boost::json::serialize(
                         boost::json::object{{"address", address}, {"key", secret}})
                  << '\n';
    else
        std::cout << "address  " << address << "\nkey      " << secret << '\n';
}

void print_development(bool json) {
    boost::json::array all;
    uint32_t index = 0;
    if (!json) std::cout << "mnemonic  " << sim::development_mnemonic << "\n\n";
    for (const crypto::PrivateKey& key : sim::development_accounts()) {
        const std::string address = to_hex(crypto::address_of(key));
        const std::string secret = to_hex(BytesView{key.bytes});
        if (json)
            all.push_back(
                boost::json::object{{"index", index}, {"address", address}, {"key", secret}});
        else
            std::cout << '(' << index << ") " << address << "  " << secret << '\n';
        ++index;
    }
    if (json)
        std::cout << boost::json::serialize(all) << '\n';
    else
        std::cout << "\nEverybody knows these keys: send nothing of value to them.\n";
}

}  // namespace

void add_keys_commands(CLI::App& app) {
    auto* keys =
        app.add_subcommand("keys", "Private keys: the development accounts', and new ones.");
    keys->require_subcommand(1);
    keys->footer(
        "\nExamples:\n"
        "  thaw keys show\n"
        "  THAW_KEY=$(thaw keys new --json | jq -r .key) thaw balance\n");
    const auto json = std::make_shared<bool>(false);
    auto* show = keys->add_subcommand("show", "Shows the development accounts with their keys.");
    show->add_flag("--json", *json, "Answer as JSON");
    show->callback([json] { print_development(*json); });
    auto* make = keys->add_subcommand(
        "new", "Makes a key from the system's randomness and prints it; it is kept nowhere.");
    make->add_flag("--json", *json, "Answer as JSON");
    make->callback([json] { print_key(new_key(), *json); });
    auto* address = keys->add_subcommand("address", "Says which account a key signs for.");
    const auto text = std::make_shared<std::string>();
    address->add_flag("--json", *json, "Answer as JSON");
    address
        ->add_option("--key", *text,
                     "The key, as \"0x\" and 64 digits; better in THAW_KEY than on a command line")
        ->required()
        ->envname("THAW_KEY");
    address->callback([json, text] {
        const auto bytes = parse_hash(*text);
        if (!bytes || !crypto::is_valid({bytes->bytes}))
            throw Failure{ExitCode::usage,
                          "--key: not a private key (\"0x\" and 64 digits, not zero)"};
        print_key({bytes->bytes}, *json);
    });
}

}  // namespace thaw::cli
