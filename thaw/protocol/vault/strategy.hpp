/// Where a vault's assets work, for this module's own verbs: in a farm, or staked on a network.
/// Units are those of account: the farm's ledger units, or base units of the network's asset.
#pragma once
#include "thaw/protocol/vault/face.hpp"

namespace thaw::protocol::vault {

Vault vault_at(const Query& query, const Address& vault);
inline Vault here(const Query& query) { return vault_at(query, query.self()); }
inline bool is_staking(const Vault& v) { return v.farm.is_zero(); }
inline Take take_of(const Vault& v) { return is_staking(v) ? staking_take : farm_take; }
void keep(Call& call, const Vault& v);

/// What the vault's holdings are worth now.
u128 there(const Query& query, const Vault& v);
/// Whether it may take more.
Result<void> check_open(const Query& query, const Vault& v);
/// Takes units of the caller's and puts them to work.
Result<void> invest(Call& call, u128 units);
/// Stakes what is idle, if that is enough and the network takes it.
Result<void> put_to_work(Call& call);

/// What a receiver is paid for so many units now, as the asset shows it; nothing when that cannot
/// be had at once.
std::optional<u128> paid_for(const Query& query, const Vault& v, u128 units);
/// The least units for which `assets` are paid; nothing when that cannot be had at once.
std::optional<u128> units_for(const Query& query, const Vault& v, u128 assets);
/// The most units that can be paid at once.
u128 units_max(const Query& query, const Vault& v);
/// Pays a receiver for units, which `paid_for` has an answer for: all of it, or `exactly`, which is
/// not more. Returns what was paid.
Result<u128> divest(Call& call, u128 units, const Address& receiver, std::optional<u128> exactly);

/// Pays in liquid tokens, and in assets as far as they are idle. Returns the whole shares paid.
Result<Shares> divest_in_kind(Call& call, u128 units, const Address& receiver);
/// Of a farm's vault: claims, turns what it can into the asset, stakes it; the same result as:
Result<u128> compound_farm(Call& call);
/// Puts to work what was earned; returns what the vault's holdings are worth then.
Result<u128> compound(Call& call);

}  // namespace thaw::protocol::vault
