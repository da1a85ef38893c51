#include <iostream>

#include "thaw/base/text.hpp"
#include "thaw/codec/abi_json.hpp"
#include "thaw/main/commands.hpp"
#include "thaw/main/failure.hpp"
#include "thaw/main/table.hpp"
#include "thaw/protocol/contracts.hpp"
#include "thaw/protocol/genesis.hpp"
#include "thaw/sim/development.hpp"

namespace thaw::cli {

namespace {

std::vector<protocol::Contract> all_contracts() {
    return protocol::contracts(
        protocol::make_state(sim::development_genesis(protocol::default_genesis(), 1)));
}

void list_contracts(bool as_json) {
    TextTable table{{"contract", "address", "symbol"}};
    std::string json;
    for (const protocol::Contract& c : all_contracts()) {
        table.add({c.name, to_hex(c.address), c.symbol});
        json += (json.empty() ? "[" : ",") + std::string{R"({"name":")"} + c.name +
                R"(","kind":")" + c.kind + R"(","address":")" + to_hex(c.address) +
                R"(","symbol":")" + c.symbol + R"(","abi":)" + codec::abi_json(c.face) + "}";
    }
    std::cout << (as_json ? json + "]\n" : table.text());
}

void print_face(const codec::FaceText& face) {
    for (const auto& line : face.functions) std::cout << "function " << line << '\n';
    for (const auto& line : face.events) std::cout << "event " << line << '\n';
    for (const auto& line : face.errors) std::cout << "error " << line << '\n';
}

void run_abi(const std::string& name, bool as_json) {
    if (name.empty()) return list_contracts(as_json);
    for (const protocol::Contract& c : all_contracts()) {
        if (c.name != name && to_hex(c.address) != name) continue;
        if (as_json)
            std::cout << codec::abi_json(c.face) << '\n';
        else
            print_face(c.face);
        return;
    }
    throw Failure{ExitCode::usage, "there is no contract \"" + name + "\"; `thaw abi` lists them"};
}

}  // namespace

void add_abi_command(CLI::App& app) {
    auto* command = app.add_subcommand(
        "abi", "The contracts: names and addresses, or what one of them says and understands.");
    command->footer(
        "\nExamples:\n"
        "  thaw abi                         every contract with its address\n"
        "  thaw abi bnb.staking             as ethers and viem parse it (parseAbi)\n"
        "  thaw abi bnb.staking --json      as JSON\n");
    struct Flags {
        std::string name;
        bool json = false;
        bool human = false;
    };
    const auto flags = std::make_shared<Flags>();
    command->add_option("contract", flags->name, "Its name or address");
    auto* human =
        command->add_flag("--human", flags->human, "One line for each function (the default)");
    command->add_flag("--json", flags->json, "As JSON")->excludes(human);
    command->callback([flags] { run_abi(flags->name, flags->json); });
}

}  // namespace thaw::cli
