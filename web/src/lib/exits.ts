// The ways out of a position as a page offers them: each is what one signature would do.
import * as abi from '../generated/abi';
import { together } from './batch';
import { encode, type Hex, read } from './chain';
import type { ExitQuote, Network, Way } from './rest';

export interface Position {
  network: Network;
  /** In the token's own units: assets of a rebasing token, shares of another. */
  amount: bigint;
  rebasing: boolean;
  legacy: boolean;
  account: string;
}
export interface Choice {
  id: string;
  title: string;
  /** In hand at once. */
  now: bigint;
  /** By a ticket. */
  later: bigint;
  fee: bigint;
  seconds: number;
  says: string;
  to: string;
  data: Hex;
}

/** A thousandth less than was quoted may come; less is refused. */
const least = (units: bigint) => units - units / 1000n;

function byTicket(p: Position, amount: bigint): { to: string; data: Hex } {
  const item = p.rebasing ? abi.staking_unstakeBonds : abi.staking_unstakeCerts;
  return { to: p.network.staking, data: encode(item, [amount]) };
}
function byFlash(p: Position, amount: bigint, assets: bigint): { to: string; data: Hex } {
  const me = p.account as Hex;
  const item = p.rebasing ? abi.flash_swapBonds : abi.flash_swapAtLeast;
  return { to: p.network.flash!.address, data: encode(item, [amount, least(assets), me]) };
}

/** Whole shares of an amount of the position's token. */
export async function sharesOf(p: Omit<Position, 'account'>): Promise<bigint> {
  if (!p.rebasing) return p.amount;
  return read(p.network.liquid.address, abi.rebasing_bondsToShares, [p.amount]);
}

export async function quote(network: Network, shares: bigint): Promise<ExitQuote> {
  const response = await fetch(`/v1/quotes/exit?network=${network.name}&shares=${shares}`);
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.detail);
  return answer;
}

const way = (q: ExitQuote, name: string): Way | undefined => q.ways.find((w) => w.name === name);

/** All that the quote allows, the quickest first. */
export async function choices(p: Position): Promise<Choice[]> {
  const shares = await sharesOf(p);
  const quoted = await quote(p.network, shares);
  const ticket = way(quoted, 'ticket')!;
  // A ticket for an amount of a rebasing token is for exactly that amount.
  const whole = p.rebasing ? p.amount : BigInt(ticket.assets);
  const list: Choice[] = [];
  const flash = way(quoted, 'flash');
  // What the flash pool and the buffer take is counted in shares of the open token.
  if (flash && !p.legacy) list.push(await flashChoice(p, shares, whole, ticket));
  const buffer = way(quoted, 'buffer');
  if (buffer && !p.legacy && BigInt(buffer.assets) >= BigInt(ticket.assets))
    list.push({
      id: 'buffer',
      title: 'Soon, from the buffer',
      now: 0n,
      later: BigInt(buffer.assets),
      fee: 0n,
      seconds: buffer.seconds,
      says: 'The pool has it at hand. A ticket that is paid with the next daily report.',
      to: p.network.staking,
      data: encode(abi.staking_exit, [shares, least(whole), BigInt(buffer.seconds)]),
    });
  list.push({
    id: 'ticket',
    title: 'In full, by a ticket',
    now: 0n,
    later: whole,
    fee: 0n,
    seconds: ticket.seconds,
    says: 'Waits for the host chain at the longest; new stakes often pay it sooner.',
    ...byTicket(p, p.amount),
  });
  return list;
}

async function flashChoice(
  p: Position,
  shares: bigint,
  whole: bigint,
  ticket: Way,
): Promise<Choice> {
  const got = await read(p.network.flash!.address, abi.flash_quote, [shares]);
  if (got.filled >= shares)
    return {
      id: 'flash',
      title: 'At once, from the flash pool',
      now: got.assets,
      later: 0n,
      fee: got.fee,
      seconds: 0,
      says: 'Paid in the same block, for a fee that goes to those who lent the money.',
      ...byFlash(p, p.amount, got.assets),
    };
  // The pool takes a part; the rest goes by a ticket, both by one signature.
  const part = p.rebasing ? (p.amount * got.filled) / shares : got.filled;
  const worth = (whole * part) / p.amount;
  return {
    id: 'flash',
    title: 'At once as far as the pool goes',
    now: got.assets,
    later: whole - worth,
    fee: got.fee,
    seconds: ticket.seconds,
    says: 'A part is paid in the same block; a ticket for the rest, by the same signature.',
    ...together([byFlash(p, part, got.assets), byTicket(p, p.amount - part)]),
  };
}
