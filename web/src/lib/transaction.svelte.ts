// A transaction from the wish to the block, told in words.
import { ask, type Hex, type Log, NodeError, NodeSilent } from './chain';
import { live } from './live.svelte';
import { codeOf, declined, wallets } from './wallet.svelte';

export type Stage = 'idle' | 'checking' | 'signing' | 'sent' | 'done' | 'failed';

export interface Receipt {
  transactionHash: string;
  blockNumber: string;
  status: string;
  logs: Log[];
}
export interface Wish {
  to: string;
  data: Hex;
  value?: bigint;
  /** Of the amounts that a refusal may name. */
  decimals?: number;
  symbol?: string;
}

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

export class Transaction {
  stage = $state<Stage>('idle');
  hash = $state<string | null>(null);
  receipt = $state.raw<Receipt | null>(null);
  fault = $state<string | null>(null);
  /** The node is not answering at the moment; we go on asking. */
  waiting = $state(false);

  get busy(): boolean {
    return this.stage === 'checking' || this.stage === 'signing' || this.stage === 'sent';
  }

  reset() {
    this.stage = 'idle';
    this.hash = this.fault = null;
    this.receipt = null;
  }

  /** Sends it; whether it took effect. Everything that can go wrong ends in `fault`. */
  async send(wish: Wish): Promise<boolean> {
    this.reset();
    this.waiting = false;
    try {
      const call = this.#call(wish);
      this.stage = 'checking';
      await wallets.joinChain();
      await ask('eth_estimateGas', [call]);
      this.stage = 'signing';
      this.hash = (await wallets.current!.provider.request({
        method: 'eth_sendTransaction',
        params: [call],
      })) as string;
      this.stage = 'sent';
      this.receipt = await this.#sealed(this.hash);
      if (this.receipt.status !== '0x1') {
        await this.#whyRefused(call, this.receipt);
        return false;
      }
      this.stage = 'done';
      return true;
    } catch (fault) {
      this.fault = await this.#words(fault, wish);
      this.stage = 'failed';
      return false;
    } finally {
      live.refresh();
    }
  }

  #call({ to, data, value }: Wish) {
    return {
      from: wallets.account,
      to,
      data,
      ...(value ? { value: `0x${value.toString(16)}` } : {}),
    };
  }

  async #sealed(hash: string): Promise<Receipt> {
    for (;;) {
      try {
        const receipt = await ask<Receipt | null>('eth_getTransactionReceipt', [hash]);
        this.waiting = false;
        if (receipt) return receipt;
      } catch (fault) {
        if (!(fault instanceof NodeSilent)) throw fault;
        this.waiting = true;
      }
      await pause(300);
    }
  }

  /** It was fine when we looked and was refused in its block: asks for the reason there. */
  async #whyRefused(call: object, receipt: Receipt) {
    await ask('eth_call', [call, receipt.blockNumber]);
    throw new Error('It was refused in its block: something changed in the meantime. Try again.');
  }

  async #words(fault: unknown, wish: Wish): Promise<string> {
    if (codeOf(fault) === declined)
      return 'You declined in the wallet. Nothing was sent, and nothing has changed.';
    if (fault instanceof NodeSilent)
      return this.stage === 'sent'
        ? 'The node does not answer. Your transaction was sent; look it up once the node is back.'
        : 'The node does not answer. Nothing was sent; try again in a moment.';
    const data = fault instanceof NodeError ? fault.data : dataOf(fault);
    if (data && data !== '0x') {
      const { refusal } = await import('./refusals');
      return refusal(data, wish.decimals ?? 18, wish.symbol ?? '');
    }
    const text =
      fault instanceof Error ? fault.message : String((fault as Error)?.message ?? fault);
    if (/insufficient funds/i.test(text))
      return 'This account has no ether on Thaw for the fee. Bring a little in over the bridge.';
    return text;
  }
}

/** Wallets wrap what the node said; the revert's data is in there somewhere. */
function dataOf(fault: unknown): Hex | undefined {
  let at = fault as { data?: unknown; cause?: unknown } | null;
  for (let depth = 0; at && depth < 6; ++depth) {
    if (typeof at.data === 'string' && at.data.startsWith('0x')) return at.data as Hex;
    at = (at.data ?? at.cause ?? null) as typeof at;
  }
  return undefined;
}
