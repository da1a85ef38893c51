// What the walk asks of the ERC-4626 and ERC-7540 face.
#include "tests/differential/lockstep.hpp"

namespace thaw::differential {

void Lockstep::vault() {
    const NetworkId n = network();
    const Address token = vault_of(n);
    const Address who = somebody();
    const Address other = anybody();
    const u128 minimum = s.state.networks.networks.get(n).stake_min.value;
    switch (random.below(6)) {
        case 0: {
            const u128 x = random.chance(30)  ? u128_max - random.below(9)
                           : random.chance(4) ? minimum - random.below(2)
                                              : amount_near(s.assets(n, who));
            const Refusal expected = m.vault_deposit(n, who, other, big(x));
            same_answer(send<"deposit(uint256 assets, address receiver)">(who, token, x, other),
                        expected, "vault deposit");
            break;
        }
        case 1: {
            const u128 x =
                random.chance(30) ? u128_max - random.below(9) : amount_near(s.assets(n, who) / 2);
            const Refusal expected = m.vault_mint(n, who, other, big(x));
            same_answer(send<"mint(uint256 shares, address receiver)">(who, token, x, other),
                        expected, "vault mint");
            break;
        }
        case 2: {
            const Address owner = random.chance(3) ? somebody() : who;
            const u128 x = amount_near(shown_vault(n, owner) / 4);
            const Refusal expected = m.request_redeem(n, who, big(x), other, owner);
            same_answer(send<"requestRedeem(uint256 shares, address controller, address owner)">(
                            who, token, x, other, owner),
                        expected, "request");
            break;
        }
        case 3: {
            const bool on = !random.chance(3);
            send<"setOperator(address operator, bool approved)">(who, token, other, on);
            if (on)
                m.operators.insert({n, who, other});
            else
                m.operators.erase({n, who, other});
            return;
        }
        default:
            claims(n);
    }
    if (!HasFatalFailure()) adopt(n);
}

void Lockstep::claims(NetworkId n) {
    const Address token = vault_of(n);
    Address controller = somebody();
    for (int tries = 0; tries < 4 && m.max_redeem(n, controller) == 0; ++tries)
        controller = somebody();
    const Address sender = random.chance(3) ? somebody() : controller;
    const Address to = anybody();
    const Query query = s.query(token);
    if (random.chance(2)) {
        const u128 x = amount_near(async_vault::max_redeem(query, controller)->value);
        const Refusal expected = m.redeem(n, sender, big(x), to, controller);
        same_answer(send<"redeem(uint256 shares, address receiver, address controller)">(
                        sender, token, x, to, controller),
                    expected, "redeem");
        return;
    }
    const u128 x = amount_near(async_vault::max_withdraw(query, controller)->value);
    const Refusal expected = m.vault_withdraw(n, sender, big(x), to, controller);
    same_answer(send<"withdraw(uint256 assets, address receiver, address controller)">(
                    sender, token, x, to, controller),
                expected, "withdraw of a vault");
}

}  // namespace thaw::differential
