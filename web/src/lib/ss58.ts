// Addresses of Polkadot and Kusama: SS58, a public key behind the number of its chain and before a
// checksum (https://docs.polkadot.com/polkadot-protocol/parachain-basics/accounts/).
import { blake2b } from '@noble/hashes/blake2b';
import { base58 } from '@scure/base';
import type { Hex } from './chain';

/** The generic form of any chain, and those of their own. */
const generic = 42;
const own: Record<string, number> = { Polkadot: 0, Kusama: 2 };
const key_bytes = 32;
const sum_bytes = 2;
const salt = new TextEncoder().encode('SS58PRE');

/** The public key that an address of that chain names; nothing for another chain's, or a slip. */
export function ss58Key(text: string, chain: string): Hex | null {
  let bytes: Uint8Array;
  try {
    bytes = base58.decode(text);
  } catch {
    return null;
  }
  if (bytes.length !== 1 + key_bytes + sum_bytes) return null;
  if (bytes[0] !== generic && bytes[0] !== own[chain]) return null;
  const named = bytes.subarray(0, 1 + key_bytes);
  const sum = blake2b(new Uint8Array([...salt, ...named]), { dkLen: 64 });
  if (sum[0] !== bytes[1 + key_bytes] || sum[1] !== bytes[2 + key_bytes]) return null;
  const digits = [...named.subarray(1)].map((byte) => byte.toString(16).padStart(2, '0'));
  return `0x${digits.join('')}`;
}
