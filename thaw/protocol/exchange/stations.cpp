#include "thaw/protocol/exchange/stations.hpp"

#include "thaw/protocol/coins/face.hpp"

namespace thaw::protocol::exchange {

std::vector<Address> stations(const Query& query) {
    std::vector<Address> all{weth_address};
    for (AssetId asset = 1; asset < asset_count; ++asset)
        all.push_back(contract_address(ContractKind::asset, asset));
    for (NetworkId n = 1; n <= network_count; ++n)
        for (const auto kind : {ContractKind::liquid, ContractKind::legacy, ContractKind::wrapped})
            if (coins::is_coin(query, contract_address(kind, n)))
                all.push_back(contract_address(kind, n));
    return all;
}

}  // namespace thaw::protocol::exchange
