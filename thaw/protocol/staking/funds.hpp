/// What a pool has at hand and what its tickets are owed.
#pragma once
#include "thaw/protocol/staking/face.hpp"

namespace thaw::protocol::staking {

inline networks::Network parameters_of(const Query& query, NetworkId network) {
    return query.read<networks::Books>().networks.get(network);
}

inline Assets buffer_of(const Query& query, NetworkId network) {
    return token::held(query, token::bucket_account(network, token::Bucket::buffer));
}

inline bool earns(const Query& query, NetworkId network) {
    return parameters_of(query, network).earns_while_unbonding != 0;
}

/// What all tickets that wait would be paid by the pool's rate now; never less than they would one
/// by one.
inline Assets owed(const Query& query, NetworkId network) {
    const auto q = unbonding::queue(query, network);
    return unbonding::payment(q.shares, q.nominal, liquid::rate(query, network),
                              earns(query, network));
}

/// In the buffer and owed to nobody: tickets come before the host.
inline Assets free_buffer(const Query& query, NetworkId network) {
    const Assets buffer = buffer_of(query, network);
    const Assets tickets = owed(query, network);
    return Assets{buffer > tickets ? buffer.value - tickets.value : 0};
}

}  // namespace thaw::protocol::staking
