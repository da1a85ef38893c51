// Pools as a page shows them, and what goes in and out of them by one signature.
import * as abi from '../generated/abi';
import { addresses } from '../generated/addresses';
import { bound } from './batch';
import { encode, type Hex, read } from './chain';
import { isEther } from './market';
import type { Named, Pool } from './rest';

const router = addresses['exchange.router'];

export interface PoolCoin extends Named {
  reserve: bigint;
}
export interface PoolView {
  address: Hex;
  kind: 'pair' | 'stable';
  title: string;
  feePercent: string;
  liquidity: bigint;
  coins: [PoolCoin, PoolCoin];
}

const shownCoin = (coin: Named): Named => (isEther(coin) ? { ...coin, symbol: 'ETH' } : coin);

function poolView({ address, kind, feePercent, liquidity, coins }: Pool): PoolView {
  const [a, b] = coins.map((coin) => ({ ...shownCoin(coin), reserve: BigInt(coin.reserve) }));
  return {
    address: address as Hex,
    kind,
    title: `${a!.symbol} and ${b!.symbol}`,
    feePercent,
    liquidity: BigInt(liquidity),
    coins: [a!, b!],
  };
}

/** What REST lists, the pairs first. */
export const poolViews = (pools: Pool[]): PoolView[] =>
  (['pair', 'stable'] as const).flatMap((kind) =>
    pools.filter((pool) => pool.kind === kind).map(poolView),
  );

/** What of the other coin goes with an amount of one, at the pair's price. */
export function beside(amount: bigint, one: PoolCoin, other: PoolCoin): Promise<bigint> {
  return read(router, abi.exchange_router_quote, [amount, one.reserve, other.reserve]);
}

export interface Move {
  to: string;
  data: Hex;
  value?: bigint;
  /** What the contract answers now. */
  liquidity: bigint;
  amounts: [bigint, bigint];
}

/** Into a pool with amounts of both coins, in its order. */
export async function joining(
  pool: PoolView,
  [a, b]: [bigint, bigint],
  me: Hex,
  until: bigint,
): Promise<Move> {
  if (pool.kind === 'stable') {
    const liquidity = await read(pool.address, abi.stable_previewAdd, [a, b]);
    const args = [a, b, bound(liquidity), me, until] as const;
    const data = encode(abi.stable_addLiquidity, args);
    return { to: pool.address, data, liquidity, amounts: [a, b] };
  }
  const [first, second] = pool.coins;
  const ether = isEther(first) ? 0 : isEther(second) ? 1 : null;
  if (ether === null) {
    const item = abi.exchange_router_addLiquidity;
    const coins = [first.address as Hex, second.address as Hex] as const;
    const args = [...coins, a, b, bound(a), bound(b), me, until] as const;
    const [oneUsed, otherUsed, liquidity] = await read(router, item, args, me);
    return { to: router, data: encode(item, args), liquidity, amounts: [oneUsed, otherUsed] };
  }
  const [coin, units, wei] = ether === 0 ? [second, b, a] : [first, a, b];
  const item = abi.exchange_router_addLiquidityETH;
  const args = [coin.address as Hex, units, bound(units), bound(wei), me, until] as const;
  const [used, weiUsed, liquidity] = await read(router, item, args, me, wei);
  return {
    to: router,
    data: encode(item, args),
    value: wei,
    liquidity,
    amounts: ether === 0 ? [weiUsed, used] : [used, weiUsed],
  };
}

/** Out of a pool with both coins; what comes is what the contract answers now. */
export async function leaving(
  pool: PoolView,
  liquidity: bigint,
  me: Hex,
  until: bigint,
): Promise<Move> {
  const [first, second] = pool.coins;
  if (pool.kind === 'stable') {
    const [a, b] = await read(pool.address, abi.stable_previewRemove, [liquidity]);
    const args = [liquidity, bound(a), bound(b), me, until] as const;
    const data = encode(abi.stable_removeLiquidity, args);
    return { to: pool.address, data, liquidity, amounts: [a, b] };
  }
  const ether = isEther(first) ? 0 : isEther(second) ? 1 : null;
  if (ether === null) {
    const item = abi.exchange_router_removeLiquidity;
    const args = (a: bigint, b: bigint) =>
      [first.address as Hex, second.address as Hex, liquidity, a, b, me, until] as const;
    const [a, b] = await read(router, item, args(0n, 0n), me);
    const data = encode(item, args(bound(a), bound(b)));
    return { to: router, data, liquidity, amounts: [a, b] };
  }
  const item = abi.exchange_router_removeLiquidityETH;
  const coin = (ether === 0 ? second : first).address as Hex;
  const args = (units: bigint, wei: bigint) => [coin, liquidity, units, wei, me, until] as const;
  const [units, wei] = await read(router, item, args(0n, 0n), me);
  return {
    to: router,
    data: encode(item, args(bound(units), bound(wei))),
    liquidity,
    amounts: ether === 0 ? [wei, units] : [units, wei],
  };
}

/** Out of a stable pair with one of its coins: the other's part is sold to the pair. */
export async function leavingWithOne(
  pool: PoolView,
  liquidity: bigint,
  which: 0 | 1,
  me: Hex,
  until: bigint,
): Promise<Move> {
  const coin = pool.coins[which].address as Hex;
  const item = abi.stable_removeLiquidityOne;
  const amount = await read(pool.address, item, [liquidity, coin, 0n, me, until], me);
  const data = encode(item, [liquidity, coin, bound(amount), me, until]);
  return {
    to: pool.address,
    data,
    liquidity,
    amounts: which === 0 ? [amount, 0n] : [0n, amount],
  };
}
