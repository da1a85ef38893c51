#include "thaw/protocol/addresses.hpp"
#include "thaw/protocol/weth/face.hpp"

namespace thaw::protocol::weth {

Result<void> wrap(Call& call, const Address& from, const Address& to, Assets wei) {
    TRY_VOID(token::take(call, from, token::user_account(eth, weth_address), wei));
    issued::mint_quietly(call, weth_address, to, wei.value);
    call.emit_as(weth_address, Deposit{to, wei});
    return {};
}

Result<void> unwrap(Call& call, const Address& from, const Address& to, Assets wei) {
    TRY_VOID(issued::burn_quietly(call, weth_address, from, wei.value));
    token::post(call, token::user_account(eth, weth_address), token::user_account(eth, to), wei);
    call.emit_as(weth_address, Withdrawal{from, wei});
    return {};
}

// The machine has moved the ether to the contract already.
Result<void> deposit(Call& call) {
    issued::mint_quietly(call, weth_address, call.sender(), call.value().value);
    call.emit(Deposit{call.sender(), call.value()});
    return {};
}

Result<void> withdraw(Call& call, Assets wei) {
    return unwrap(call, call.sender(), call.sender(), wei);
}

Result<Bytes> receive(Call& call) {
    TRY_VOID(deposit(call));
    return Bytes{};
}

void open(Call& call) {
    issued::create(call, weth_address,
                   {.name = "Wrapped Ether",
                    .symbol = "WETH",
                    .kind = issued::InstanceKind::weth,
                    .decimals = 18});
}

}  // namespace thaw::protocol::weth
