#include "thaw/base/text.hpp"
#include "thaw/rpc/books_check.hpp"
#include "thaw/rpc/thaw_methods.hpp"

namespace thaw::rpc {

json::array contracts_json(const Backend& b) {
    const auto contracts = [&] {
        const node::View view = b.node.view();
        return protocol::contracts(view.state());
    }();
    json::array out;
    for (const protocol::Contract& c : contracts)
        out.push_back(json::object{{"name", c.name},
                                   {"kind", c.kind},
                                   {"network", c.network},
                                   {"address", to_hex(c.address)},
                                   {"symbol", c.symbol},
                                   {"decimals", c.decimals},
                                   {"abi", json::parse(codec::abi_json(c.face))}});
    return out;
}

void add_thaw(Methods& m, Backend& b) {
    m.add("thaw_contracts", "", "Every native contract: name, address, ABI.",
          [&b](const Params&) -> Answer { return json::value(contracts_json(b)); });
    m.add("thaw_invariants", "", "The sentences the books must keep, and whether they do now.",
          [check = std::make_shared<BooksCheck>(b)](const Params&) -> Answer {
              return check->answer();
          });
}

}  // namespace thaw::rpc
