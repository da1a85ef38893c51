// What is traded: the coins there are, what the node quotes, and the one signature that swaps.
import * as abi from '../generated/abi';
import { addresses } from '../generated/addresses';
import { type Step, together } from './batch';
import { ask, encode, type Hex, read } from './chain';
import type { Network, Pool, SwapQuote, SwapWay } from './rest';

const router = addresses['exchange.router'];
const weth = addresses.weth;

export interface Coin {
  address: Hex;
  symbol: string;
  decimals: number;
}

/** Ether is traded as WETH and shown as what it is. */
export const ether: Coin = { address: weth, symbol: 'ETH', decimals: 18 };
export const isEther = (coin: { address: string }) => same(coin.address, weth);
const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

/** What a token of liquidity or a coin is called in words. */
export const called = (symbol: string) => symbol.replace('WETH', 'ETH').replace('-', ' and ');

/** Ether first, then the networks' own, then what else lies in pools. */
export function coinsOf(networks: Network[], pools: Pool[]): Coin[] {
  const found = new Map<string, Coin>();
  const add = (coin: { address: string; symbol: string; decimals: number }) => {
    const key = coin.address.toLowerCase();
    if (!found.has(key)) found.set(key, isEther(coin) ? ether : (coin as Coin));
  };
  add(ether);
  for (const { asset, liquid } of networks) {
    add(asset);
    add({ ...liquid, decimals: asset.decimals });
  }
  add({ address: addresses.thaw, symbol: 'THAW', decimals: 18 });
  for (const { coins } of pools) coins.forEach(add);
  return [...found.values()];
}

/** What an account has of a coin. */
export async function holding(coin: Coin, account: string): Promise<bigint> {
  if (isEther(coin)) return BigInt(await ask<string>('eth_getBalance', [account, 'latest']));
  return read(coin.address, abi.asset_balanceOf, [account as Hex]);
}

export const quotePath = (from: Coin, to: Coin, amount: bigint) =>
  `/v1/quotes/swap?from=${from.address}&to=${to.address}&amount=${amount}`;

export interface Deal {
  ways: SwapWay[];
  out: bigint;
}

/**
 * The quote's best that one signature can do. Ether is paid out of the router's hands, which takes
 * one way only.
 */
export function dealOf(quote: SwapQuote, to: Coin): Deal {
  const { best, divided } = quote;
  if (divided && !isEther(to) && BigInt(divided.amountOut) > BigInt(best.amountOut))
    return { ways: divided.ways, out: BigInt(divided.amountOut) };
  return { ways: [best], out: BigInt(best.amountOut) };
}

/** How much worse than a thousandth of the amount would be served, in hundredths of a per cent. */
export function movedBps(amount: bigint, out: bigint, tiny: SwapQuote): number {
  const [one, brings] = [BigInt(tiny.best.amountIn), BigInt(tiny.best.amountOut)];
  const even = (brings * amount) / one;
  return even > out ? Number(((even - out) * 10_000n) / even) : 0;
}

/** The fee of a pool in per cent, once the list of pools is there. */
export const feeOf = (pool: string, pools: Pool[]): string | undefined =>
  pools.find(({ address }) => same(address, pool))?.feePercent;

/** The swap as one signature. The router takes what its caller names, without an allowance. */
export function swapStep(
  from: Coin,
  to: Coin,
  { ways }: Deal,
  least: bigint,
  me: Hex,
  until: bigint,
): Step {
  const sum = ways.reduce((all, way) => all + BigInt(way.amountIn), 0n);
  if (isEther(to)) {
    const data = encode(abi.exchange_router_swapExactTokensForETH, [
      sum,
      least,
      ways[0]!.path,
      me,
      until,
    ]);
    return { to: router, data };
  }
  const parts = ways.map((way) => ({ amount: BigInt(way.amountIn), pools: way.pools }));
  const data = encode(abi.exchange_router_swapRoutes, [from.address, parts, least, me, until]);
  const swap = { to: router, data };
  if (!isEther(from)) return swap;
  return together([{ to: weth, data: encode(abi.weth_deposit, []), value: sum }, swap]);
}
