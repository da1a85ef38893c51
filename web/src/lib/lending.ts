// Lending: each verb as one signature, and how an account would stand after it. Nothing of that is
// computed here: the contracts answer for calls that are not sent.
import * as abi from '../generated/abi';
import { addresses } from '../generated/addresses';
import { rehearse, type Step, values } from './batch';
import { encode, type Hex, NodeError } from './chain';
import { isEther } from './market';
import type { Market, Named } from './rest';

const lending = addresses.lending;
const weth = addresses.weth;
export const everything = 2n ** 256n - 1n;
const variableRate = 2n;
export const whole_bps = 10_000n;
const one = 10n ** 18n;

export type Verb = 'supply' | 'withdraw' | 'borrow' | 'repay';

/** Wrapped ether is shown as what it is. */
export const coinName = (coin: Named) => (isEther(coin) ? 'ETH' : coin.symbol);

export const step = (data: Hex): Step => ({ to: lending, data });
const wrap = (wei: bigint): Step => ({ to: weth, data: encode(abi.weth_deposit, []), value: wei });
const unwrap = (wei: bigint): Step => ({ to: weth, data: encode(abi.weth_withdraw, [wei]) });

export const withdrawing = (coin: string, amount: bigint, me: Hex) =>
  step(encode(abi.lending_withdraw, [coin as Hex, amount, me]));
export const repaying = (coin: string, amount: bigint, me: Hex) =>
  step(encode(abi.lending_repay, [coin as Hex, amount, variableRate, me]));
export const supplying = (coin: string, amount: bigint, me: Hex) =>
  step(encode(abi.lending_supply, [coin as Hex, amount, me, 0]));
export const borrowing = (coin: string, amount: bigint, me: Hex) =>
  step(encode(abi.lending_borrow, [coin as Hex, amount, variableRate, 0, me]));

/**
 * The steps of a verb. `all` says that the amount is all there is of it: the contract is then asked
 * for all, so that what grew meanwhile is not left behind.
 */
export function stepsOf(verb: Verb, coin: Named, amount: bigint, all: boolean, me: Hex): Step[] {
  const at = coin.address as Hex;
  const wish = all ? everything : amount;
  if (isEther(coin)) {
    const grows = all ? amount / 1_000_000n + 1n : 0n; // a debt, until the signature arrives
    if (verb === 'supply') return [wrap(amount), supplying(at, amount, me)];
    if (verb === 'borrow') return [borrowing(at, amount, me), unwrap(amount)];
    if (verb === 'withdraw') return [withdrawing(at, wish, me), unwrap(amount)];
    return [wrap(amount + grows), repaying(at, wish, me)];
  }
  switch (verb) {
    case 'supply':
      return [supplying(at, wish, me)];
    case 'withdraw':
      return [withdrawing(at, wish, me)];
    case 'borrow':
      return [borrowing(at, amount, me)];
    case 'repay':
      return [repaying(at, wish, me)];
  }
}

/** How an account stands. Dollars in 10^-8 as the contract answers, health in 10^-18. */
export interface Standing {
  collateral: bigint;
  debt: bigint;
  /** Nothing where nothing is owed. */
  health: bigint | null;
  positions: readonly {
    asset: string;
    pledged: bigint;
    free: bigint;
    debt: bigint;
    pledgedValue: bigint;
    debtValue: bigint;
  }[];
  /** The terms of the account's category, in hundredths of a per cent. */
  category: { id: number; thresholdBps: bigint };
  /** What borrowers would pay a year in the market asked about, 10^-27; 0 without one. */
  rate: bigint;
}

type View = [item: Parameters<typeof values>[0], data: Hex];

/** Takes the steps without sending them, and says how the account stands then. */
export async function after(
  steps: Step[],
  me: Hex,
  category: number,
  coin?: string,
): Promise<Standing> {
  const views: View[] = [
    [abi.lending_getUserAccountData, encode(abi.lending_getUserAccountData, [me])],
    [abi.lending_positions, encode(abi.lending_positions, [me])],
    [abi.lending_categoryTerms, encode(abi.lending_categoryTerms, [category])],
  ];
  if (coin) views.push([abi.lending_market, encode(abi.lending_market, [coin as Hex])]);
  const answers = await rehearse([...steps, ...views.map(([, data]) => step(data))], me);
  const told = views.map(([item], index) => values(item, answers[steps.length + index]!));
  const [collateral, debt, , , , health] = told[0] as bigint[];
  const [positions] = told[1] as [Standing['positions']];
  const [, thresholdBps] = told[2] as number[];
  const market = told[3]?.[0] as { borrowRate: bigint } | undefined;
  return {
    collateral: collateral!,
    debt: debt!,
    health: health === everything ? null : health!,
    positions,
    category: { id: category, thresholdBps: BigInt(thresholdBps!) },
    rate: market?.borrowRate ?? 0n,
  };
}

/** The same, and what is refused is told in words. */
export async function afterInWords(
  symbol: string,
  decimals: number,
  ...wanted: Parameters<typeof after>
): Promise<Standing> {
  try {
    return await after(...wanted);
  } catch (fault) {
    if (!(fault instanceof NodeError) || !fault.data) throw fault;
    const { refusal } = await import('./refusals');
    throw new Error(refusal(fault.data, decimals, symbol));
  }
}

/** A collateral and the price at which the account could be liquidated, if all others stay. */
export interface Edge {
  coin: Named;
  /** Dollars in 10^-18. */
  price: bigint;
  /** Nothing where this collateral could be worth nothing and the others would do. */
  at: bigint | null;
}

const per_coin = (value: bigint, units: bigint, decimals: number) =>
  (value * 10n ** BigInt(decimals)) / units;

/** Where liquidation begins, collateral by collateral. */
export function edges(s: Standing, markets: Market[]): Edge[] {
  if (s.health === null) return [];
  const rows = s.positions.flatMap((p) => {
    const market = markets.find(({ asset }) => asset.address === p.asset.toLowerCase());
    if (!market || p.pledgedValue === 0n) return [];
    const { terms, asset } = market;
    const within = s.category.id !== 0 && s.category.id === terms.category;
    const bps = within ? s.category.thresholdBps : BigInt(terms.thresholdBps);
    return [{ asset, p, counted: (p.pledgedValue * bps) / whole_bps }];
  });
  const counted = rows.reduce((sum, row) => sum + row.counted, 0n);
  const debt = s.positions.reduce((sum, p) => sum + p.debtValue, 0n);
  const spare = counted > debt ? counted - debt : 0n;
  return rows
    .filter((row) => row.counted > 0n)
    .map(({ asset, p, counted: mine }) => {
      const price = per_coin(p.pledgedValue, p.pledged, asset.decimals);
      return { coin: asset, price, at: spare >= mine ? null : price - (price * spare) / mine };
    });
}

/** How much of their worth all collaterals together may lose, in hundredths of a per cent. */
export function cushionBps(health: bigint | null): number {
  if (health === null) return Number(whole_bps);
  return health <= one ? 0 : Number(((health - one) * whole_bps) / health);
}
