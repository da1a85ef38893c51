// The table of networks as the specification gives it, written down a second time: the node's own
// figures are compared with these.
const units = (whole, decimals) => BigInt(Math.round(whole * 1000)) * 10n ** BigInt(decimals - 3);

const row = (
  id,
  name,
  asset,
  decimals,
  liquid,
  rebasing,
  minimum,
  unbondingDays,
  batchDays,
  earns,
  feeBps,
  aprBps,
  host,
) => ({
  id,
  name,
  asset,
  decimals,
  liquid,
  rebasing,
  minimum: units(minimum, decimals),
  unbonding: unbondingDays * 86_400,
  batch: batchDays * 86_400,
  earns,
  feeBps,
  aprBps,
  host,
  // Staked since before the hub: 100 of each legacy token, by a development account; and what lies
  // in the stable pairs, in the pairs of rebasing tokens with ether and, 100 for nobody, in the
  // liquid token's lending market.
  legacy: units(
    10_100 + (rebasing ? { FTM: 100_000, DOT: 20_000, KSM: 5_000 }[asset] : 100),
    decimals,
  ),
});

export const networks = [
  row(1, 'bnb', 'BNB', 18, 'ankrBNB', false, 0.1, 7, 3, false, 1_000, 570, 'bsc'),
  row(2, 'fantom', 'FTM', 18, 'aFTMb', true, 1, 28, 1, true, 1_500, 1_400, 'fantom'),
  row(3, 'polkadot', 'DOT', 10, 'aDOTb', true, 1, 28, 1, false, 1_000, 1_300, 'polkadot'),
  row(4, 'kusama', 'KSM', 12, 'aKSMb', true, 1, 7, 1, true, 200, 1_500, 'kusama'),
  row(5, 'polygon', 'MATIC', 18, 'ankrMATIC', false, 1, 4, 1, false, 500, 880, 'ethereum'),
];

export const network = (name) => networks.find((n) => n.name === name);

/** Base units of a decimal amount, exactly. */
export function amount(text, decimals) {
  const [whole, fraction = ''] = text.split('.');
  if (fraction.length > decimals) throw new Error(`${text} has more than ${decimals} digits`);
  return BigInt(whole + fraction.padEnd(decimals, '0'));
}
