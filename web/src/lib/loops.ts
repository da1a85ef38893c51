// Loops: stake, pledge, borrow against it, stake that, and so on, by one signature; and out of one
// by one signature: free some, sell it, repay, and again.
import * as abi from '../generated/abi';
import { rehearse, type Step, values } from './batch';
import { encode, type Hex, read } from './chain';
import {
  borrowing,
  everything,
  repaying,
  step,
  supplying,
  whole_bps,
  withdrawing,
} from './lending';
import type { Loans, Network, Pool } from './rest';

const turns_in_max = 40;
const turns_out_max = 20;
const ppm = 1_000_000n;
/** Units that a rebasing token may show less. */
const rounding = 2n;

/** A per mille less: prices and rates may move while a transaction is on its way. */
const aLittleLess = (units: bigint) => units - units / 1_000n;
const least = (a: bigint, b: bigint) => (a < b ? a : b);
const up = (units: bigint, part: bigint, whole: bigint) => (units * part + whole - 1n) / whole;

const tokensFor = (n: Network, assets: bigint): Promise<bigint> =>
  n.liquid.rebasing
    ? Promise.resolve(assets)
    : read(n.liquid.address, abi.bearing_bondsToShares, [assets]);

/**
 * What is staked turn by turn, the first of it one's own, so that all is `staked` in the end;
 * nothing when that takes too many turns. Each borrows at most so much of the stake before it as
 * the category lends, a hundredth less for roundings, and leaves the next enough to stake.
 */
export function turnsOf(n: Network, own: bigint, staked: bigint, ltvBps: number): bigint[] | null {
  const most = BigInt(ltvBps) - 100n;
  const minimum = BigInt(n.parameters.minimumStake);
  const turns = [own];
  for (let left = staked - own; left > 0n; left -= turns.at(-1)!) {
    if (turns.length > turns_in_max) return null;
    const next = (turns.at(-1)! * most) / whole_bps;
    turns.push(next >= left ? left : left - next < minimum ? left - minimum : next);
  }
  return turns;
}

/** The calls of a loop. Tokens that one `had` stay in the wallet; so may a unit of new ones. */
export async function looping(
  n: Network,
  turns: bigint[],
  had: bigint,
  floor: bigint,
  me: Hex,
): Promise<Step[]> {
  const steps = [step(encode(abi.lending_setUserEMode, [n.id]))];
  for (const [index, turn] of turns.entries()) {
    if (index > 0) steps.push(borrowing(n.asset.address, turn, me));
    const tokens = had === 0n ? everything : await tokensFor(n, turn);
    const laid =
      had === 0n ? tokens : tokens - (n.liquid.rebasing ? rounding : tokens / 10_000n + 1n);
    steps.push({ to: n.staking, data: encode(abi.staking_stake, [turn]) });
    steps.push(supplying(n.liquid.address, laid, me));
  }
  steps.push(step(encode(abi.lending_requireHealth, [me, floor])));
  return steps;
}

/** A network's loan against its liquid token, in the asset. */
export interface Loan {
  pledged: bigint;
  debt: bigint;
  thresholdBps: bigint;
}
/** Somebody who buys tokens at once, and what of their worth it pays at least, in millionths. */
interface Buyer {
  name: 'flash' | 'exchange';
  pays: bigint;
  sale(tokens: bigint, minimum: bigint): Step;
}
export interface Unwinding {
  by: Buyer['name'];
  steps: Step[];
  /** Liquid tokens in the wallet in the end, more than there are now. */
  left: bigint;
}

function flashBuyer(n: Network, me: Hex): Buyer {
  const pool = n.flash!;
  const fee = BigInt(Math.round(Number(pool.feeMaxPercent) * 10_000));
  const item = n.liquid.rebasing ? abi.flash_swapBonds : abi.flash_swapAtLeast;
  return {
    name: 'flash',
    pays: aLittleLess(ppm - fee),
    sale: (tokens, minimum) => ({
      to: pool.address,
      data: encode(item, [tokens, minimum, me]),
    }),
  };
}

/** The stable pair, at what it pays for the last twentieth of the debt. */
async function exchangeBuyer(n: Network, pools: Pool[], debt: bigint, me: Hex) {
  const [a, b] = [n.liquid.address.toLowerCase(), n.asset.address.toLowerCase()];
  const pool = pools.find(
    ({ kind, coins }) =>
      kind === 'stable' && [a, b].every((one) => coins.some(({ address }) => address === one)),
  );
  if (!pool) return null;
  const brings = async (worth: bigint) =>
    read(pool.address, abi.stable_getAmountOut, [await tokensFor(n, worth), a as Hex]);
  const tail = debt / 20n + 1n;
  const last = (await brings(debt + tail)) - (await brings(debt));
  const buyer: Buyer = {
    name: 'exchange',
    pays: aLittleLess(least(ppm, (last * ppm) / tail)),
    sale: (tokens, minimum) => ({
      to: pool.address,
      data: encode(abi.stable_swap, [a as Hex, tokens, minimum, me, 2n ** 63n]),
    }),
  };
  return buyer;
}

/** The calls that bring a loan to nothing, with health staying at `floor` per cent on the way. */
async function selling(n: Network, loan: Loan, buyer: Buyer, floor: bigint, me: Hex) {
  const { liquid, asset } = n;
  let { pledged, debt } = loan;
  const steps: Step[] = [];
  for (let turn = 0; turn < turns_out_max && buyer.pays > 0n; ++turn) {
    const bound = up(debt, floor * 100n, loan.thresholdBps);
    const free = pledged > bound ? aLittleLess(pledged - bound) : 0n;
    const all = up(debt + debt / 1_000n, ppm, buyer.pays) + 10n;
    const last = free >= all;
    const sold = last ? all : free;
    const brings = sold > rounding ? ((sold - rounding) * buyer.pays) / ppm : 0n;
    const tokens = await tokensFor(n, sold);
    if (tokens <= rounding || brings === 0n) return null;
    steps.push(withdrawing(liquid.address, tokens, me), buyer.sale(tokens - rounding, brings));
    steps.push(repaying(asset.address, last ? everything : brings, me));
    if (last) return [...steps, withdrawing(liquid.address, everything, me)];
    pledged -= sold;
    debt -= brings;
  }
  return null;
}

/** The way out by one signature that leaves most; nothing where neither buyer takes enough. */
export async function unwinding(
  n: Network,
  loan: Loan,
  pools: Pool[],
  me: Hex,
): Promise<Unwinding | null> {
  const floor = 102n;
  const balance: Step = {
    to: n.liquid.address,
    data: encode(abi.asset_balanceOf, [me]),
  };
  const had = await read(n.liquid.address, abi.asset_balanceOf, [me]);
  const found: Unwinding[] = [];
  for (const buyer of [
    n.flash ? flashBuyer(n, me) : null,
    await exchangeBuyer(n, pools, loan.debt, me).catch(() => null),
  ]) {
    const steps = buyer && (await selling(n, loan, buyer, floor, me));
    if (!steps) continue;
    try {
      const answer = (await rehearse([...steps, balance], me)).at(-1)!;
      const [has] = values(abi.asset_balanceOf, answer) as [bigint];
      found.push({ by: buyer.name, steps, left: has - had });
    } catch {
      // it would be refused: the pool has less, or pays less
    }
  }
  return found.reduce<Unwinding | null>(
    (best, one) => (best && best.left >= one.left ? best : one),
    null,
  );
}

/** An account's loop of a network; nothing where it has none, or other coins are in it too. */
export async function loanOf(n: Network, loans: Loans, thresholdBps: number): Promise<Loan | null> {
  const [liquid, asset] = [n.liquid.address.toLowerCase(), n.asset.address.toLowerCase()];
  const others = loans.positions.some(
    (p) =>
      (p.pledged !== '0' && p.asset.address !== liquid) ||
      (p.debt !== '0' && p.asset.address !== asset),
  );
  const of = (coin: string) => loans.positions.find((p) => p.asset.address === coin);
  const [debt, tokens] = [BigInt(of(asset)?.debt ?? 0), BigInt(of(liquid)?.pledged ?? 0)];
  if (others || debt === 0n || tokens === 0n) return null;
  const pledged = n.liquid.rebasing
    ? tokens
    : await read(n.liquid.address, abi.bearing_sharesToBonds, [tokens]);
  return { pledged, debt, thresholdBps: BigInt(thresholdBps) };
}
