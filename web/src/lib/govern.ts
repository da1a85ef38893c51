// Governance: what REST tells of proposals, gauges and votes, what can be proposed here, and calls
// in words.
import * as abi from '../generated/abi';
import { addresses } from '../generated/addresses';
import { encode, type Hex, read } from './chain';

import { type Moment, titles } from './rest';

export type State =
  'pending' | 'active' | 'canceled' | 'defeated' | 'succeeded' | 'queued' | 'expired' | 'executed';

export const stateWords: Record<State, string> = {
  pending: 'the vote begins soon',
  active: 'open to votes',
  canceled: 'cancelled',
  defeated: 'not accepted',
  succeeded: 'accepted',
  queued: 'waits in the timelock',
  expired: 'expired',
  executed: 'carried out',
};

export interface DryRun {
  passes: boolean;
  delaySeconds: number;
  reason?: string;
  reasonData?: Hex;
  calls: string[];
  says: { contract: string; event?: string; fields?: Record<string, string> }[];
  halts: string[];
  /** Who is safe now and would not be any more: the weakest hundred, and how many there are. */
  liquidates: { count: number; accounts: { account: string; health: string }[] };
}
export interface Proposal {
  number: number;
  id: string;
  proposer: string;
  state: State;
  voteStart: number;
  voteEnd: number;
  /** Seconds; 0 until it is queued. */
  eta: number;
  expires: number;
  for: string;
  against: string;
  abstain: string;
  quorum: string;
  /** Missing where the node has forgotten the block it was made in. */
  description?: string;
  descriptionHash?: Hex;
  calls?: { target: Hex; value: string; data: Hex; text: string }[];
  dryRun?: DryRun;
}
export interface Terms {
  votingDelaySeconds: number;
  votingPeriodSeconds: number;
  timelockSeconds: number;
  timelockLongSeconds: number;
  graceSeconds: number;
  proposalThreshold: string;
  quorumPercent: number;
  pausedUntil: number;
}
export interface Proposals {
  asOf: Moment;
  terms: Terms;
  proposals: Proposal[];
}
export interface Gauge {
  network: string;
  epoch: number;
  nextEpochTime: number;
  inForce: string;
  cast: string;
  quorum: string;
  decides: boolean;
  guidedPercent: string;
  validators: { id: number; name: string; inForce: string; cast: string; weight: number }[];
}
export interface Votes {
  asOf: Moment;
  balance: string;
  delegate: string;
  votes: string;
  proposals: { number: number; id: string; support: string; weight: string }[];
  gauges: {
    network: string;
    epoch: number;
    votes: string;
    choices: { validator: number; percent: string }[];
  }[];
}

/** The first line of a description is its title. */
export const titleOf = (p: Proposal) => p.description?.split('\n')[0] || `Proposal ${p.number}`;
export const restOf = (p: Proposal) => p.description?.split('\n').slice(1).join('\n').trim() ?? '';

export interface Draft {
  targets: Hex[];
  calldatas: Hex[];
}
/** What queueing, executing and cancelling need of a proposal. */
export const argumentsOf = (p: Proposal) =>
  [
    p.calls!.map(({ target }) => target),
    p.calls!.map(({ value }) => BigInt(value)),
    p.calls!.map(({ data }) => data),
    p.descriptionHash!,
  ] as const;

const one = (target: string, data: Hex): Draft => ({
  targets: [target as Hex],
  calldatas: [data],
});

export const drafts = {
  fee: (network: number, bps: number) =>
    one(addresses.networks, encode(abi.networks_setFee, [network, bps])),
  blend: (network: number, bps: number) =>
    one(addresses.validators, encode(abi.validators_setBlend, [network, bps])),
  weights: (network: number, ids: number[], weights: number[]) =>
    one(addresses.validators, encode(abi.validators_setWeights, [network, ids, weights])),
  halt: (network: number, reason: string) =>
    one(addresses.networks, encode(abi.networks_halt, [network, reason])),
  resume: (network: number) => one(addresses.networks, encode(abi.networks_resume, [network])),
  /** Other fractions for a lending market; its other terms stay as they are now. */
  async market(coin: string, ltvBps: number, thresholdBps: number): Promise<Draft> {
    const terms = await read(addresses.lending, abi.lending_terms, [coin as Hex]);
    const changed = { ...terms, ltvBps, thresholdBps };
    return one(addresses.lending, encode(abi.lending_setTerms, [coin as Hex, changed]));
  },
};

const networkCalled = (id: string | undefined) => Object.values(titles)[Number(id) - 1] ?? id ?? '';
const percentOf = (bps: string | undefined) => `${Number(bps) / 100} %`;

type Arguments = Record<string, string>;
const sentences: Record<string, (a: Arguments) => string> = {
  'networks.setFee': (a) =>
    `Set the fee on ${networkCalled(a.network)}’s rewards to ${percentOf(a.feeBps)}`,
  'networks.halt': (a) => `Halt new stakes of ${networkCalled(a.network)}: ${a.reason}`,
  'networks.resume': (a) => `Let ${networkCalled(a.network)} take new stakes again`,
  'validators.setBlend': (a) =>
    `Let ${percentOf(a.bps)} of ${networkCalled(a.network)}’s new stake follow the weights`,
  'validators.setWeights': (a) =>
    `Set the weights of ${networkCalled(a.network)}’s validators ${a.ids} to ${a.weights}`,
  'lending.freeze': (a) =>
    (a.frozen === 'true' ? 'Freeze' : 'Reopen') + ` the market of ${a.asset}`,
};

/** The arguments of "contract.verb(a=1, b=\"two, three\")". */
function argumentsIn(text: string): Arguments {
  const found: Arguments = {};
  for (const [, name, quoted, list, plain] of text.matchAll(
    /(\w+)=(?:"([^"]*)"|(\[[^\]]*\])|([^,)]*))/g,
  ))
    found[name!] = quoted ?? list ?? plain ?? '';
  return found;
}

/** A call as REST tells it, in a sentence where there is one. */
export function inWords(text: string): string | null {
  const [verb = ''] = text.split('(', 1);
  return sentences[verb]?.(argumentsIn(text.slice(verb.length))) ?? null;
}

const spelt = (name: string) =>
  name
    .replace(/([a-z])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`)
    .replace(/^./, (first) => first.toUpperCase());

const fieldText = (name: string, value: string) => {
  if (name === 'network') return networkCalled(value);
  if (/bps$/i.test(name) && /^\d+$/.test(value)) return percentOf(value);
  return value;
};

/** What an event of a dry run says: "Fee changed", and its fields. */
export const eventTitle = (name: string | undefined) => (name ? spelt(name) : 'A change');
export const fieldsOf = (fields: Record<string, string> = {}, event = '') =>
  Object.entries(fields).map(([name, value]) => ({
    name: spelt(name).replace(/ bps$/i, '').toLowerCase(),
    value:
      /^(before|now)$/.test(name) && /^(Fee|Blend)/.test(event)
        ? percentOf(value)
        : fieldText(name, value),
  }));
