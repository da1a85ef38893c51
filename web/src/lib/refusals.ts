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

/** Health as people read it, and dollars. */
const health = (units: bigint) => shown(units, 18, 4);
const dollars = (units: bigint) => `$${shown(units, 18, 2)}`;

const lending: Record<string, Say> = {
  Frozen: () => 'The market is frozen: nothing new is supplied or borrowed.',
  NotBorrowable: () => 'This coin only serves as collateral; it is not lent.',
  MarketInDeficit: ([, deficit], amount) =>
    `Bad debt of ${amount(deficit!)} waits to be covered; nothing is lent until it is.`,
  SupplyCapExceeded: ([room, wanted], amount) =>
    `The market takes ${amount(room!)} more; this is ${amount(wanted!)}.`,
  BorrowCapExceeded: ([room, wanted], amount) =>
    `The market lends ${amount(room!)} more; this is ${amount(wanted!)}.`,
  NotEnoughCash: ([, cash], amount) =>
    `The market has ${amount(cash!)} at the moment; the rest is lent.`,
  NotEnoughSupplied: ([supplied], amount) => `You have ${amount(supplied!)} in this market.`,
  PriceDoubtful: () =>
    'A price is stale or held back: nothing is borrowed until it is not, and nothing withdrawn ' +
    'beside a debt. Repaying goes on.',
  HealthTooLow: ([, then, least]) =>
    `The health factor would be ${health(then!)}; it must be ${health(least!)} at least.`,
  CollateralTooSmall: ([debt, allowed]) =>
    `You would owe ${dollars(debt!)}; what you have pledged allows ${dollars(allowed!)}.`,
  NothingOwed: () => 'Nothing is owed in this market.',
  NothingPledged: () => 'Nothing is pledged in this market.',
  InIsolation: () =>
    'An isolated market is its account’s only collateral, and little is lent on it.',
  DebtCeilingExceeded: ([room]) =>
    `Against this isolated collateral ${dollars(room!)} more may be owed by all together.`,
  OtherCategory: () =>
    'This account’s terms are those between coins of one network, and this coin is of another.',
};

const governing: Record<string, Say> = {
  GovernorInsufficientProposerVotes: ([, has, needed], amount) =>
    `To propose takes ${amount(needed!)} in votes; this account has ${amount(has!)}.`,
  GovernorAlreadyCastVote: () => 'This account has voted on it already.',
  GovernorUnexpectedProposalState: () =>
    'The proposal is at another stage by now. Look at it again.',
  GovernorNonexistentProposal: () => 'There is no such proposal.',
  OwnableUnauthorizedAccount: () =>
    'Only the owner may do that. Governance is the owner once the owner’s key has handed over.',
  TimelockUnexpectedOperationState: () => 'Its time has not come yet, or is over.',
  ExecutionPaused: ([until]) =>
    `The guardian has paused the timelock until ${moment(Number(until))}.`,
  NoVotes: () =>
    'This account had no votes when the epoch began. Delegate to it, and vote in the next epoch.',
  SameAsBefore: () => 'That is how it is already.',
  ChangeTooSoon: ([at]) => `That can be changed again at ${moment(Number(at))}.`,
  ERC5805FutureLookup: () => 'The snapshot is not over yet. Try again in a moment.',
};

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
  ...lending,
  ...governing,
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
    if (errorName === 'BatchCallFailed' || errorName === 'OperationFailed')
      return refusal(args[1] as Hex, decimals, symbol);
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
