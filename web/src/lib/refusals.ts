// Why a contract said no, in words. Loaded when one does.
import { decodeErrorResult, parseAbi } from 'viem/utils';
import type { Abi } from 'viem';
import type { Hex } from './chain';
import { duration, moment, shown } from './figures';
import { faces } from '../generated/faces';

const lines = new Set(
  Object.values(faces)
    .flat()
    .filter((line) => line.startsWith('error ')),
);
const errors = parseAbi([...lines]) as Abi;

type Say = (args: bigint[], amount: (units: bigint) => string) => string;

const sentences: Record<string, Say> = {
  ERC20InsufficientBalance: ([, has, needs], amount) =>
    `This account has ${amount(has!)}; ${amount(needs!)} are needed.`,
  StakeBelowMinimum: ([, least], amount) => `The least one can stake is ${amount(least!)}.`,
  NetworkHalted: () =>
    'This network takes no new stakes at the moment. What is staked is not affected, and tickets ' +
    'are paid as always.',
  LossPending: () =>
    'A loss on this network was reported and waits to be confirmed. Until then nobody stakes or ' +
    'leaves at the old rate. Try again later.',
  ZeroAmount: () => 'The amount is too small to be anything.',
  SwitchSupplyExceeded: ([left], amount) =>
    `Only ${amount(left!)} of the legacy token may still be switched.`,
  TicketNotReady: ([, at]) =>
    `Not payable yet; it will be at about ${moment(Number(at))}. It is then paid by itself.`,
  TicketAlreadyPaid: () => 'This ticket has been paid already.',
  TicketDispatched: () =>
    'Too late to take this ticket back: its batch has left for the host chain.',
  TicketPayable: () => 'This ticket is payable; it is paid without your doing.',
  TicketTooSmall: () => 'What would come of it is too small to be anything.',
  TicketsNotAlike: () => 'Only tickets of one owner and one batch can be merged.',
  SplitTooLarge: ([, , shares], amount) =>
    `The ticket has ${amount(shares!)} in shares; a part must leave something in it.`,
  ERC721NonexistentToken: () => 'There is no such ticket any more.',
  ERC721InsufficientApproval: () => 'This ticket belongs to somebody else.',
  FlashCapacityExceeded: ([, capacity], amount) =>
    `The flash pool has ${amount(capacity!)} at the moment. Leave with less, or by a ticket.`,
  LessThanMinimum: ([brings, least], amount) =>
    `It would bring ${amount(brings!)} by now, less than the ${amount(least!)} you agreed to. ` +
    'Look at the new quote and try again.',
  NoWayInTime: ([, needed]) =>
    `Nothing takes all of it so soon; a ticket needs ${duration(Number(needed))}.`,
  NotOnThisHost: () => 'The bridge does not carry this asset to that chain.',
  ZeroRecipient: () => 'Say who is to receive it.',
  OutflowLimit: ([, left], amount) =>
    `Within a day only so much may leave the hub: ${amount(left!)} are left for now.`,
  CustodyTooSmall: ([, , available], amount) =>
    `Only ${amount(available!)} lie ready on that chain at the moment. Try less, or later.`,
  RoutedLessThanMinimum: ([brings, least], amount) =>
    `It would bring ${amount(brings!)} by now, less than the ${amount(least!)} you agreed to. ` +
    'Look at the new quote and try again.',
  DeadlinePassed: () => 'It took too long to be signed. Look at the new figures and try again.',
  Expired: () => 'It took too long to be signed. Look at the new figures and try again.',
  PairImbalanced: () => 'That would leave the pool with almost nothing of one of its coins.',
  AnnouncedBefore: () => 'You have announced to leave already; the report of the day settles it.',
  ERC4626ExceededMaxWithdraw: ([, , most], amount) =>
    `At most ${amount(most!)} can be taken out at the moment.`,
  ClaimOutOfRange: ([, , due], amount) => `${amount(due!)} are due; claim a part of that.`,
  NotDueYet: ([, at]) => `Not before ${moment(Number(at))}.`,
  NothingDue: () => 'There is nothing to do.',
};

const moved = 'Prices moved by more than you agreed to. Look at the new figures and try again.';
/** Uniswap's own refusals, which are texts. */
const plain: Record<string, string> = {
  'UniswapV2Router: INSUFFICIENT_OUTPUT_AMOUNT': moved,
  'UniswapV2Router: INSUFFICIENT_A_AMOUNT': moved,
  'UniswapV2Router: INSUFFICIENT_B_AMOUNT': moved,
  'UniswapV2Router: EXPIRED':
    'It took too long to be signed. Look at the new figures and try again.',
  'UniswapV2: INSUFFICIENT_LIQUIDITY_BURNED': 'That is too little to be paid out.',
  'UniswapV2: INSUFFICIENT_LIQUIDITY_MINTED': 'That is too little to be a part of the pool.',
};

/** "TicketNotReady" as words. */
const spelt = (name: string) =>
  name.replace(/([a-z])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`);

/** A sentence for revert data; amounts in it are of an asset with so many decimals. */
export function refusal(data: Hex, decimals: number, symbol: string): string {
  try {
    const { errorName, args = [] } = decodeErrorResult({ abi: errors, data });
    if (errorName === 'Error') return plain[String(args[0])] ?? String(args[0]);
    if (errorName === 'BatchCallFailed') return refusal(args[1] as Hex, decimals, symbol);
    const say = sentences[errorName];
    const amount = (units: bigint) => `${shown(units, decimals, 6)} ${symbol}`.trim();
    const numbers = (args as unknown[]).map((arg) =>
      typeof arg === 'bigint' || typeof arg === 'number' ? BigInt(arg) : 0n,
    );
    if (say) return say(numbers, amount);
    return `Refused: ${spelt(errorName)}${args.length ? ` (${args.join(', ')})` : ''}.`;
  } catch {
    return 'The contract refused without a reason.';
  }
}
