// One signature for several calls: the signer stays the sender of each, so none needs an allowance.
import { decodeFunctionResult } from 'viem/utils';
import type { Abi, AbiFunction } from 'viem';
import * as abi from '../generated/abi';
import { addresses } from '../generated/addresses';
import { ask, encode, type Hex, read } from './chain';

export interface Step {
  to: string;
  data: Hex;
  /** Ether that goes along, from the signer's own. */
  value?: bigint;
}

const listed = (steps: Step[]) =>
  steps.map(({ to, data, value = 0n }) => ({ to: to as Hex, value, data }));

export function together(steps: Step[]): Step {
  if (steps.length === 1) return steps[0]!;
  return { to: addresses.batch, data: encode(abi.batch_batch, [listed(steps)]) };
}

/** What each of the steps would answer an account if it took them now; nothing is sent. */
export function rehearse(steps: Step[], from: string): Promise<readonly Hex[]> {
  return read(addresses.batch, abi.batch_batch, [listed(steps)], from);
}

/** An answer of a rehearsal as its function's values, always a list. */
export function values(item: AbiFunction, data: Hex): readonly unknown[] {
  const result = decodeFunctionResult({ abi: [item] as Abi, data });
  return item.outputs.length === 1 ? [result] : (result as readonly unknown[]);
}

/** A hundredth less than what was shown may come; less is refused. */
export const bound = (units: bigint) => units - units / 100n;

/** Until when a signature holds: minutes, or a day of chain time where that runs fast. */
export async function deadline(fast: boolean): Promise<bigint> {
  const head = await ask<{ timestamp: string }>('eth_getBlockByNumber', ['latest', false]);
  return BigInt(head.timestamp) + (fast ? 86_400n : 1_200n);
}
