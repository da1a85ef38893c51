// A client that keeps its own record of what it was told: the measure of what a node may not lose.
import assert from 'node:assert/strict';
import { account } from './observer.mjs';

/** Numbers from a seed, so that a failure can be repeated (mulberry32). */
export function random(state) {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One account that sends as fast as it is answered, and remembers what it was told. */
export class Sender {
  constructor(devnet, index) {
    this.devnet = devnet;
    this.account = account(index);
    this.sink = `0x${(0xf00d0000 + index).toString(16).padStart(40, '0')}`;
    this.nonce = 0;
    this.acknowledged = new Map(); // hash -> receipt
    this.fresh = [];
    this.signed = [];
  }

  /** Signs ahead, so that the load is not held up by it. */
  async prepare(count) {
    while (this.signed.length < count) {
      const nonce = this.nonce + this.signed.length;
      const value = BigInt(1 + (nonce % 97));
      const raw = await this.account.signTransaction({
        chainId: 8429,
        type: 'eip1559',
        to: this.sink,
        value,
        gas: 21_000n,
        nonce,
        maxFeePerGas: 2n,
        maxPriorityFeePerGas: 1n,
      });
      this.signed.push({ nonce, value, raw });
    }
  }

  /** Half of the receipts are read back in a second call, as most clients do. */
  async load(stillAlive) {
    while (stillAlive() && this.signed.length) {
      const { nonce, raw } = this.signed[0];
      let receipt;
      try {
        if (nonce % 2) receipt = await this.devnet.rpc('eth_sendRawTransactionSync', raw);
        else
          receipt = await this.devnet.rpc(
            'eth_getTransactionReceipt',
            await this.devnet.rpc('eth_sendRawTransaction', raw),
          );
      } catch (fault) {
        if (typeof fault.code === 'number') throw fault; // the node refused
        return; // the line is dead: nobody told us anything
      }
      assert.ok(receipt, 'a hash that automining answered has a receipt');
      assert.equal(receipt.status, '0x1');
      this.acknowledged.set(receipt.transactionHash, receipt);
      this.fresh.push(receipt);
      this.signed.shift();
      this.nonce = nonce + 1;
    }
  }

  /** Load without end, in the background; `stop` ends it. */
  run() {
    let on = true;
    const done = (async () => {
      while (on) {
        await this.prepare(40);
        const before = this.nonce;
        await this.load(() => on);
        if (this.nonce === before) return;
      }
    })();
    done.catch(() => {}); // `stop` tells of it
    return {
      stop: () => {
        on = false;
        return done;
      },
    };
  }

  /** What was acknowledged since the last cut is there; the account goes on where the chain is. */
  async verify() {
    for (const receipt of this.fresh.splice(0))
      assert.deepEqual(
        await this.devnet.rpc('eth_getTransactionReceipt', receipt.transactionHash),
        receipt,
      );
    const nonce = Number(
      await this.devnet.rpc('eth_getTransactionCount', this.account.address, 'latest'),
    );
    // One transaction may have been taken without our hearing of it.
    assert.ok(
      nonce === this.nonce || nonce === this.nonce + 1,
      `nonce ${nonce}, acknowledged up to ${this.nonce}`,
    );
    if (nonce === this.nonce + 1) this.signed.shift();
    this.nonce = nonce;
  }

  /** Everything ever acknowledged is there, and each transfer happened once. */
  async verifyAll() {
    assert.equal(BigInt(await this.devnet.rpc('eth_getBalance', this.sink)), this.sum());
    for (const [hash, receipt] of this.acknowledged)
      assert.deepEqual(await this.devnet.rpc('eth_getTransactionReceipt', hash), receipt);
  }

  /** What its sink has received, if each transfer happened once. */
  sum() {
    let sum = 0n;
    for (let nonce = 0; nonce < this.nonce; ++nonce) sum += BigInt(1 + (nonce % 97));
    return sum;
  }
}
