// What calls and logs say, for the explorer: by the face of the contract, or by any face that knows
// the selector. Loaded with the explorer's pages.
import { decodeEventLog, decodeFunctionData, parseAbi, toFunctionSelector } from 'viem/utils';
import type { Abi, AbiFunction, AbiParameter } from 'viem';
import { contracts, faces } from '../generated/faces';
import type { Hex, Log } from './chain';
import { exact } from './figures';

const parsed = new Map<string, Abi>();
function face(name: string): Abi {
  let abi = parsed.get(name);
  if (!abi) parsed.set(name, (abi = parseAbi(faces[name]!) as Abi));
  return abi;
}

/** What a contract of genesis is called. */
export function nameOf(address: string | null | undefined): string | null {
  return contracts[(address ?? '').toLowerCase()]?.[0] ?? null;
}
export function functionsOf(address: string): AbiFunction[] {
  const known = contracts[address.toLowerCase()];
  return known ? (face(known[1]).filter((item) => item.type === 'function') as AbiFunction[]) : [];
}

/** The face of an address first, then all the others. */
function* candidates(address: string): Generator<Abi> {
  const known = contracts[address.toLowerCase()];
  if (known) yield face(known[1]);
  else for (const name of Object.keys(faces)) yield face(name);
}

export interface Part {
  name: string;
  type: string;
  value: string;
  /** The value is an address that can be looked at. */
  address?: string;
  /** It is an amount in so many decimals. */
  amount?: string;
  /** It is calls, decoded in their turn. */
  calls?: Spoken[];
}
export interface Spoken {
  to: string;
  name: string;
  parts: Part[];
}

const decimalsOf: Record<string, number> = {
  bnb: 18,
  fantom: 18,
  polkadot: 10,
  kusama: 12,
  polygon: 18,
  thaw: 18,
};
const symbolOf: Record<string, string> = {
  bnb: 'BNB',
  fantom: 'FTM',
  polkadot: 'DOT',
  kusama: 'KSM',
  polygon: 'MATIC',
};
const amounts =
  /^(assets|amount|value|shares|nominal|minimum|rewards|slashed|fee|feeShares|loss|left)$/;

function spell(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spell).join(', ')}]`;
  if (value && typeof value === 'object')
    return `(${Object.entries(value)
      .map(([key, one]) => `${key}: ${spell(one)}`)
      .join(', ')})`;
  return String(value);
}

const networks = ['', 'bnb', 'fantom', 'polkadot', 'kusama', 'polygon'];

/** `of`: the network that the same call or event names, if it does. */
function part(to: string, parameter: AbiParameter, value: unknown, of: unknown): Part {
  const name = parameter.name || parameter.type;
  const out: Part = { name, type: parameter.type, value: spell(value) };
  if (parameter.type === 'address') out.address = String(value).toLowerCase();
  const [own, kind] = (nameOf(to) ?? '').split('.');
  const network = typeof of === 'number' ? networks[of] : own;
  const digits = decimalsOf[network ?? ''];
  if (digits !== undefined && kind !== 'flash' && amounts.test(name) && typeof value === 'bigint')
    out.amount =
      exact(value, digits) +
      ((kind === 'staking' || of) && !/shares/i.test(name) ? ` ${symbolOf[network!] ?? ''}` : '');
  if (name === 'network' && typeof value === 'number') out.amount = networks[value];
  if (name === 'calls' && Array.isArray(value))
    out.calls = (value as { to?: string; target?: string; data?: Hex; callData?: Hex }[]).map(
      (call) => spokenCall(call.to ?? call.target!, call.data ?? call.callData!),
    );
  return out;
}

/** What a call says; its selector when nobody knows it. */
export function spokenCall(to: string, data: Hex): Spoken {
  if (data === '0x') return { to, name: 'a transfer of ether', parts: [] };
  for (const abi of candidates(to))
    try {
      const { functionName, args = [] } = decodeFunctionData({ abi, data });
      const item = abi.find(
        (one): one is AbiFunction =>
          one.type === 'function' && one.name === functionName && one.inputs.length === args.length,
      )!;
      return {
        to,
        name: functionName,
        parts: item.inputs.map((input, index) => part(to, input, args[index], undefined)),
      };
    } catch {
      // another face may know it
    }
  return { to, name: data.slice(0, 10), parts: [] };
}

/** The verb that a call's first four bytes name. */
export function verbOf(to: string | null, data: Hex): string {
  if (data === '0x') return 'a transfer of ether';
  const selector = data.slice(0, 10);
  for (const abi of candidates(to ?? ''))
    for (const item of abi)
      if (item.type === 'function' && toFunctionSelector(item) === selector) return item.name;
  return selector;
}

/** What a log says; nothing known of it leaves its first topic. */
export function spokenLog(log: Log): Spoken {
  for (const abi of candidates(log.address))
    try {
      const topics = log.topics as [Hex, ...Hex[]];
      const event = decodeEventLog({ abi, data: log.data, topics });
      const item = abi.find((one) => one.type === 'event' && one.name === event.eventName)!;
      const args = event.args as unknown as Record<string, unknown>;
      return {
        to: log.address,
        name: event.eventName!,
        parts: (item as unknown as { inputs: AbiParameter[] }).inputs.map((input) =>
          part(log.address, input, args[input.name!], args.network),
        ),
      };
    } catch {
      // another face may know it
    }
  return { to: log.address, name: log.topics[0] ?? 'an event', parts: [] };
}
