// Chance, and what it does to validators when an era ends.
#include "thaw/hosts/misfortune.hpp"

#include "thaw/crypto/keccak.hpp"
#include "thaw/hosts/simulated.hpp"

namespace thaw::hosts {

uint64_t chance(const World& world, std::string_view what, uint64_t first, uint64_t second) {
    Bytes input{world.host};
    append(input, view_of(world.seed));
    append(input, view_of(what));
    append(input, view_of(first));
    append(input, view_of(second));
    const Hash hash = crypto::keccak256(BytesView{input});
    uint64_t value = 0;
    for (size_t i = 0; i < sizeof value; ++i) value = value << 8 | hash.bytes[i];
    return value;
}

bool happens(const World& world, uint32_t ppm, std::string_view what, uint64_t first,
             uint64_t second) {
    return ppm != 0 && chance(world, what, first, second) % whole_ppm < ppm;
}

uint32_t some_of(const World& world, uint32_t most, std::string_view what, uint64_t first,
                 uint64_t second) {
    if (most == 0) return 0;
    return static_cast<uint32_t>(1 + chance(world, what, first, second) % most);
}

void SimulatedHost::strike_validators() {
    const Misfortune& plan = world_.misfortune;
    const uint64_t era = world_.eras_ended;
    for (uint32_t id = 1; id <= world_.validators.size(); ++id) {
        Validator& v = world_.validators[id - 1];
        if (v.jailed && v.free_at_era != 0 && v.free_at_era <= era) {
            set_jailed(id, false);
            v.free_at_era = 0;
        }
        if (happens(world_, plan.slash_ppm, "slash", era, id))
            slash(id, std::min(some_of(world_, plan.slash_part_ppm, "part", era, id), whole_ppm));
        if (!v.jailed && happens(world_, plan.jail_ppm, "jail", era, id)) {
            set_jailed(id, true);
            v.free_at_era = plan.jail_eras == 0 ? 0 : era + plan.jail_eras;
        }
    }
}

}  // namespace thaw::hosts
