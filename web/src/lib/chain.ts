// The one module that knows viem, and the one that speaks JSON-RPC with the node.
import { decodeEventLog, decodeFunctionResult, encodeFunctionData, toHex } from 'viem/utils';
import type {
  Abi,
  AbiEvent,
  AbiFunction,
  AbiParameter,
  AbiParameterKind,
  AbiParameterToPrimitiveType,
} from 'viem';

export type Hex = `0x${string}`;
export { toHex };

/** The node said no, in JSON-RPC's words. */
export class NodeError extends Error {
  constructor(
    readonly code: number,
    message: string,
    readonly data?: Hex,
  ) {
    super(message);
  }
}
/** The node did not answer at all. */
export class NodeSilent extends Error {
  constructor() {
    super('The node does not answer.');
  }
}

const endpoint = import.meta.env.DEV ? '/rpc' : '/';
let lastId = 0;

export async function ask<T>(method: string, params: unknown[] = []): Promise<T> {
  let answer;
  try {
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: ++lastId, method, params }),
    });
    answer = await response.json();
  } catch {
    throw new NodeSilent();
  }
  if (answer.error) throw new NodeError(answer.error.code, answer.error.message, answer.error.data);
  return answer.result as T;
}

type Values<P extends readonly AbiParameter[], Kind extends AbiParameterKind> = {
  [K in keyof P]: AbiParameterToPrimitiveType<P[K], Kind>;
};
type Result<F extends AbiFunction> =
  Values<F['outputs'], 'outputs'> extends readonly [infer One]
    ? One
    : Values<F['outputs'], 'outputs'>;

/** Call data of one function, which is one constant of `generated/abi`. */
export function encode<const F extends AbiFunction>(
  item: F,
  args: Values<F['inputs'], 'inputs'>,
): Hex {
  return encodeFunctionData({ abi: [item] as Abi, args: args as readonly unknown[] });
}

/** Reads a view of a contract, or what a verb would answer `from` now. */
export async function read<const F extends AbiFunction>(
  to: string,
  item: F,
  args: Values<F['inputs'], 'inputs'>,
  from?: string,
  wei?: bigint,
): Promise<Result<F>> {
  const value = wei ? toHex(wei) : undefined;
  const call = { to, from, value, data: encode(item, args) };
  const data = await ask<Hex>('eth_call', [call, 'latest']);
  return decodeFunctionResult({ abi: [item] as Abi, data }) as never;
}

export interface Log {
  address: string;
  topics: Hex[];
  data: Hex;
}

/** The arguments of the first such event among logs, or nothing. */
export function eventIn(logs: Log[], item: AbiEvent): Record<string, unknown> | null {
  for (const { topics, data } of logs)
    try {
      const event = decodeEventLog({
        abi: [item],
        data,
        topics: topics as [Hex, ...Hex[]],
      });
      return event.args as unknown as Record<string, unknown>;
    } catch {
      // another event
    }
  return null;
}
