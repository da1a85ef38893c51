// Through all layers by one signature: stake, provide liquidity beside ether, farm; and out again.
import * as abi from '../generated/abi';
import { addresses } from '../generated/addresses';
import { bound, rehearse, type Step, together, values } from './batch';
import { encode, type Hex, read } from './chain';
import type { PoolView } from './pools';
import { beside } from './pools';
import { isEther } from './market';
import type { Farm, Network } from './rest';

const router = addresses['exchange.router'];

/** What lies above a network's liquid token: a farm of it, perhaps through a pair with ether. */
export interface Route {
  network: Network;
  pool: PoolView | null;
  farm: Farm;
}

const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

/** The ways up from a network: with ether beside it, and the token alone. */
export function routesOf(network: Network, pools: PoolView[], farms: Farm[]): Route[] {
  const farmOf = (token: string) => farms.find((farm) => same(farm.stakingToken.address, token));
  const pool = pools.find(
    ({ kind, coins }) =>
      kind === 'pair' &&
      coins.some(isEther) &&
      coins.some((coin) => same(coin.address, network.liquid.address)),
  );
  const through = pool && pool.liquidity > 0n ? farmOf(pool.address) : undefined;
  const alone = farmOf(network.liquid.address);
  return [
    ...(through ? [{ network, pool: pool!, farm: through }] : []),
    ...(alone ? [{ network, pool: null, farm: alone }] : []),
  ];
}

const sides = (pool: PoolView, liquid: string) => {
  const own = same(pool.coins[0].address, liquid) ? 0 : 1;
  return { token: pool.coins[own], ether: pool.coins[1 - own]! };
};

export interface Climb {
  step: Step;
  /** Liquid tokens that the stake brings at least. */
  tokens: bigint;
  /** Ether that goes beside them; a hundredth more is at hand and comes back. */
  wei: bigint;
  /** Of the farm, as the contracts answer now; nothing before a wallet is there. */
  receipts: bigint | null;
}

export async function climbing(
  { network, pool, farm }: Route,
  assets: bigint,
  me: Hex | null,
  until: bigint,
): Promise<Climb> {
  const { liquid, staking } = network;
  const steps: Step[] = [{ to: staking, data: encode(abi.staking_stake, [assets]) }];
  // Shares grow dearer on the way.
  const now = liquid.rebasing
    ? assets
    : await read(liquid.address, abi.bearing_convertToShares, [assets]);
  const tokens = liquid.rebasing ? now : now - now / 10_000n;
  let wei = 0n;
  if (pool) {
    const { token, ether } = sides(pool, liquid.address);
    wei = (await beside(tokens, token, ether)) + 1n;
    const args = [liquid.address as Hex, tokens, bound(tokens), bound(wei)] as const;
    const data = encode(abi.exchange_router_addLiquidityETH, [
      ...args,
      me ?? addresses.batch,
      until,
    ]);
    steps.push({ to: router, data, value: wei + wei / 100n + 1n });
  }
  steps.push({ to: farm.address, data: encode(abi.farm_depositAll, []) });
  const receipts = me
    ? (values(abi.farm_depositAll, (await rehearse(steps, me)).at(-1)!)[0] as bigint)
    : null;
  return { step: together(steps), tokens, wei, receipts };
}

export interface Descent {
  step: Step;
  /** Ether out of the pair. */
  wei: bigint;
  /** In hand at once, of the asset. */
  now: bigint;
  /** By a ticket. */
  later: bigint;
}

/** Leaves the farm, the pair and the token; `within` is how many seconds the asset may take. */
export async function descending(
  { network, pool, farm }: Route,
  receipts: bigint,
  within: number,
  me: Hex,
  until: bigint,
): Promise<Descent> {
  const { liquid, staking } = network;
  const leave: Step = { to: farm.address, data: encode(abi.farm_leave, []) };
  const steps = [leave];
  let [wei, shares] = [0n, receipts]; // a farm of the token alone counts whole shares
  if (pool) {
    const item = abi.exchange_router_removeLiquidityETH;
    const out = (units: bigint, ether: bigint): Step => ({
      to: router,
      data: encode(item, [liquid.address as Hex, receipts, units, ether, me, until]),
    });
    const answers = await rehearse([leave, out(0n, 0n)], me);
    const [units, ether] = values(item, answers[1]!) as [bigint, bigint];
    steps.push(out(bound(units), bound(ether)));
    wei = ether;
    shares = liquid.rebasing
      ? await read(liquid.address, abi.rebasing_bondsToShares, [units])
      : units;
    shares -= shares < 2n ? shares : 2n; // what paying out in whole base units may cost
  }
  const exit = (minimum: bigint): Step => ({
    to: staking,
    data: encode(abi.staking_exit, [shares, minimum, BigInt(within)]),
  });
  const answer = (await rehearse([...steps, exit(0n)], me)).at(-1)!;
  const [{ assets, nominal }] = values(abi.staking_exit, answer) as [
    { assets: bigint; nominal: bigint },
  ];
  steps.push(exit(bound(assets + nominal)));
  return { step: together(steps), wei, now: assets, later: nominal };
}
