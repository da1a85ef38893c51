/// The families of commands. Each function adds its subcommands to the program; what a command does
/// runs while parsing ends.
#pragma once
#include <CLI/CLI.hpp>

namespace thaw::cli {

void add_devnet_command(CLI::App& app);
void add_replay_command(CLI::App& app);
void add_simulate_command(CLI::App& app);
void add_config_commands(CLI::App& app);
void add_keys_commands(CLI::App& app);
void add_abi_command(CLI::App& app);
void add_status_command(CLI::App& app);
void add_staking_commands(CLI::App& app);
void add_exit_commands(CLI::App& app);
void add_face_commands(CLI::App& app);
void add_ticket_commands(CLI::App& app);
void add_validators_command(CLI::App& app);
void add_money_commands(CLI::App& app);
void add_opportunities_command(CLI::App& app);
void add_pool_commands(CLI::App& app);
void add_farm_commands(CLI::App& app);
void add_vault_commands(CLI::App& app);
void add_zap_commands(CLI::App& app);
void add_governance_commands(CLI::App& app);
void add_gauge_commands(CLI::App& app);
void add_lending_commands(CLI::App& app);
void add_loop_commands(CLI::App& app);

}  // namespace thaw::cli
