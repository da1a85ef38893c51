/// What a devnet's clients may ask of the simulated hosts: transfers to custody, balances, what was
/// paid. Independent of the hub's books, so that tests can compare the two.
#pragma once
#include "thaw/rpc/decode.hpp"
#include "thaw/sim/devnet.hpp"

namespace thaw::sim {

/// Every way in which a host may be called: its number, its name, and the short one.
rpc::Decoded<HostId> read_host(const boost::json::value& value, rpc::Where where);

/// Registers thaw_hosts, thaw_hostDeposit, thaw_hostBalance, thaw_hostReport and thaw_settle.
void add_host_methods(rpc::Methods& methods, Devnet& devnet);

}  // namespace thaw::sim
