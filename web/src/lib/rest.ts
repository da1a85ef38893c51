// What REST answers: amounts are base units as decimal text.

export interface Moment {
  block: number;
  hash: string;
  time: number;
}
export interface Token {
  symbol: string;
  address: string;
  rebasing: boolean;
}
export interface Network {
  id: number;
  name: string;
  asset: { symbol: string; decimals: number; address: string };
  liquid: Token;
  legacy?: Token;
  wrapped?: Token;
  switch?: { supply: string; feePercent: string };
  staking: string;
  host?: { id: number; name: string };
  parameters: {
    minimumStake: string;
    feePercent: string;
    unbondingSeconds: number;
    batchIntervalSeconds: number;
    earnsWhileUnbonding: boolean;
    nominalAprPercent: string;
  };
  rate: string;
  aprPercent: Record<'1d' | '7d' | '30d', string | null>;
  flash?: {
    address: string;
    capacity: string;
    target: string;
    feeMinPercent: string;
    feeMaxPercent: string;
    assets?: string;
  };
  queue: { tickets: number; issued: number; finalised: number };
  validators: { count: number; eligible: number };
  halted: boolean;
  lossPending: boolean;
  totals: Record<
    | 'assets'
    | 'shares'
    | 'unreleased'
    | 'buffer'
    | 'inFlight'
    | 'bonded'
    | 'unbonding'
    | 'claimable'
    | 'insurance'
    | 'rewards'
    | 'losses'
    | 'fees',
    string
  >;
  frame: number;
  nextBatchTime: number;
}
export interface Networks {
  asOf: Moment;
  networks: Network[];
}

export interface Holding {
  symbol: string;
  decimals: number;
  balance: string;
  shown: string;
}
export interface Staked extends Holding {
  shares: string;
  worth: string;
}
export interface Position {
  network: string;
  asset: Holding;
  liquid: Staked;
  legacy?: Staked;
  wrapped?: Staked;
  redeemable?: { shares: string; assets: string };
  /** Lent to the flash pool. */
  flash?: { shares: string; worth: string; announced: string };
}
export interface Ticket {
  id: number;
  network: string;
  shares: string;
  nominal: string;
  expected: string;
  requestedTime: number;
  readyTime: number;
  batch: number;
  status: 'waiting' | 'unbonding' | 'payable';
}
export interface Account {
  asOf: Moment;
  address: string;
  nonce: number;
  eth: Holding;
  thaw: Holding;
  positions: Position[];
  tickets: Ticket[];
  liquidity: Liquidity[];
  farms: Farm[];
  vaults: Vault[];
  lending: Loans | null;
}
export interface TicketDetail {
  asOf: Moment;
  id: number;
  network: string;
  status: 'waiting' | 'unbonding' | 'payable' | 'paid' | 'cancelled' | 'merged';
  owner?: string;
  shares?: string;
  nominal?: string;
  expected?: string;
  batch?: number;
  way?: {
    requested: number;
    leaves: number;
    left: boolean;
    completes: number;
    final: number;
    ready: number;
  };
  ahead?: { tickets: number; assets: string };
  says?: string;
  assets?: string;
  into?: number;
  time?: number;
  transaction?: string;
}
export interface Way {
  name: 'flash' | 'buffer' | 'exchange' | 'ticket';
  assets: string;
  fee: string;
  seconds: number;
}
export interface ExitQuote {
  asOf: Moment;
  network: string;
  shares: string;
  ways: Way[];
}
export interface Point {
  time: number;
  block: number;
  rate: string;
  assets: string;
  shares: string;
}
export interface Rewards {
  asOf: Moment;
  days: {
    day: string;
    from: number;
    to: number;
    networks: { network: string; earned: string; worth: string }[];
  }[];
  totals: { network: string; earned: string }[];
}

/** How the networks call themselves. */
export const titles: Record<string, string> = {
  bnb: 'BNB Chain',
  fantom: 'Fantom',
  polkadot: 'Polkadot',
  kusama: 'Kusama',
  polygon: 'Polygon',
};

/** The yearly return a page may speak of: of 7 days, else what is nearest to it, else nominal. */
export function bestApr(n: Network): { percent: number; text: string; over: string } {
  for (const span of ['7d', '30d', '1d'] as const) {
    const text = n.aprPercent[span];
    // A pool without a delegation has nothing to tell.
    if (text !== null && (Number(text) !== 0 || n.totals.bonded !== '0'))
      return {
        percent: Number(text),
        text,
        over: span === '1d' ? '1 day' : `${parseInt(span)} days`,
      };
  }
  const net = Number(n.parameters.nominalAprPercent) * (1 - Number(n.parameters.feePercent) / 100);
  return { percent: net, text: net.toFixed(2), over: 'the host chain, after our fee' };
}

/** Of a token, by what it is called and how it is counted. */
export interface Named {
  address: string;
  symbol: string;
  decimals: number;
}
export interface Amount extends Named {
  amount: string;
}
export interface Pool {
  address: string;
  kind: 'pair' | 'stable';
  feePercent: string;
  liquidity: string;
  coins: (Named & { reserve: string })[];
}
export interface SwapWay {
  amountIn: string;
  amountOut: string;
  path: `0x${string}`[];
  pools: `0x${string}`[];
}
export interface SwapQuote {
  asOf: Moment;
  best: SwapWay;
  divided?: { amountOut: string; ways: SwapWay[] };
}
/** Liquidity that an account has in a pair, and what leaving would pay. */
export interface Liquidity extends Named {
  kind: 'pair' | 'stable';
  liquidity: string;
  of: string;
  coins: Amount[];
  worth?: Amount;
}
export interface Farm extends Named {
  stakingToken: Named;
  staked: string;
  rewards: { token: Named; perDay: string; secondsLeft: number }[];
  account?: {
    receipts: string;
    staked: string;
    value: Amount | null;
    pending: Amount[];
  };
}
export interface Vault extends Named {
  kind: 'staking' | 'farm';
  asset: Named;
  assets: string;
  sharePrice?: string;
  feeBps: number;
  account?: { shares: string; worth?: string; withdrawable?: string; value?: Amount | null };
}
export interface Opportunity {
  network: string;
  pair: string;
  asset: string;
  token: string;
  decimals: number;
  kind: 'buy and unstake' | 'stake and sell' | 'none';
  price: string;
  fairPrice: string;
  apartPercent: string;
  size: string;
  tokens: string;
  profit: string;
  secondsToWait: number;
  yearlyPercent: string;
}

/** A lending market. Rates and fractions are decimals of one: "0.0525". */
export interface Market {
  asset: Named;
  supplied: string;
  borrowed: string;
  cash: string;
  reserves: string;
  insurance: string;
  deficit: string;
  use: string;
  supplyRate: string;
  borrowRate: string;
  frozen: boolean;
  doubtful: boolean;
  terms: {
    /** Caps are counted in whole shares where the coin is a share of something that grows. */
    supplyCap: string;
    borrowCap: string;
    /** Dollars; not zero: an isolated market. */
    debtCeiling: string;
    ltvBps: number;
    thresholdBps: number;
    bonusBps: number;
    reserveBps: number;
    borrowable: boolean;
    forIsolated: boolean;
    category: number;
  };
  claims?: Named;
  /** Dollars for one. */
  price?: string;
}
export interface LoanPosition {
  asset: Named;
  pledged: string;
  /** Claims in the wallet, which secure nothing. */
  free: string;
  debt: string;
  pledgedValue: string;
  debtValue: string;
}
/** What an account has supplied and owes. Dollars as decimals; no health without a debt. */
export interface Loans {
  positions: LoanPosition[];
  collateral: string;
  debt: string;
  available: string;
  category: string;
  health?: string;
}
