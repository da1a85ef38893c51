/// What oracle members tell the hub about host chains, as they sign it.
#pragma once
#include <string>
#include <vector>

#include "thaw/protocol/networks/books.hpp"

namespace thaw::protocol::oracle {

/// A transfer to custody that is final on its host.
struct Deposit {
    using AbiTuple = void;
    HostId host = 0;
    Hash transaction;    ///< on the host
    uint32_t index = 0;  ///< of the transfer within it
    AssetId asset = 0;
    Hash sender;       ///< host account, 20-byte addresses in the last 20 bytes
    Address receiver;  ///< the hub account to credit
    Assets amount;
};

/// A token of a host chain that shall be an asset of the hub.
struct Listing {
    using AbiTuple = void;
    AssetId asset = 0;  ///< the number it gets: the next one
    HostId host = 0;
    Hash token;  ///< its address there, in the last 20 bytes
    std::string name;
    std::string symbol;
    uint8_t decimals = 0;
};

/// What became of an instruction.
struct Outcome {
    using AbiTuple = void;
    HostId host = 0;
    uint64_t intent = 0;
    bool success = false;
    Assets amount;                ///< bonded, unbonding, collected or paid, as the host counted it
    uint64_t completes_at_s = 0;  ///< of an unbonding: when it can be collected
};

/// One validator in a daily report. `reward` and `slashed` are what the host added to and took from
/// the pool's delegation there since the frame before.
struct ValidatorReport {
    using AbiTuple = void;
    uint32_t id = 0;
    Assets delegated;  ///< the pool's delegation at the end of the frame
    Assets reward;
    Assets slashed;
    Assets total_stake;  ///< of the validator, everybody's
    uint16_t commission_bps = 0;
    uint16_t uptime_bps = 0;
    bool jailed = false;
};

/// A network's report of one frame.
struct Report {
    using AbiTuple = void;
    NetworkId network = 0;
    uint64_t frame = 0;  ///< counted from genesis, from 1: frame f ends at genesis + f·frame length
    uint64_t host_height = 0;
    uint64_t executed =
        0;  ///< instructions of the staking host carried out by then (the custody account's nonce)
    Assets custody;  ///< liquid balance of the asset in custody, on all hosts that hold it
    std::vector<ValidatorReport> validators;
};

}  // namespace thaw::protocol::oracle
