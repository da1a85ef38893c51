// Power cuts under load: whatever a client was told happened, is still so afterwards, and once.
// The client keeps its own record; the node verifies the digest of every block when it starts.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Devnet, run } from './devnet.mjs';
import { account, Observer } from './observer.mjs';

const rounds = Number(process.env.THAW_KILLS ?? 100);
const seed = Number(process.env.THAW_SEED ?? Date.now() % 1_000_000);
const aliveAtMost = 400; // ms of load between a start and the cut
const senders = [0, 1, 2, 3];

/** Numbers from a seed, so that a failure can be repeated (mulberry32). */
function random(state) {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One account that sends as fast as it is answered, and remembers what it was told. */
class Sender {
  constructor(devnet, index) {
    this.devnet = devnet;
    this.account = account(index);
    this.sink = `0x${(0xf00d0000 + index).toString(16).padStart(40, '0')}`;
    this.nonce = 0;
    this.acknowledged = new Map(); // hash -> receipt
    this.fresh = [];
    this.values = new Map(); // nonce -> every (hash, value) ever sent under it
    this.signed = [];
  }

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

  sum() {
    let sum = 0n;
    for (let nonce = 0; nonce < this.nonce; ++nonce) sum += BigInt(1 + (nonce % 97));
    return sum;
  }
}

let devnet;
let failed = true;
before(async () => {
  devnet = await Devnet.start({ pace: '60s' });
});
after(() => devnet.remove(failed));

test(`${rounds} cuts at random, seed ${seed}`, async () => {
  const draw = random(seed);
  const workers = senders.map((index) => new Sender(devnet, index));
  let acknowledged = 0;
  for (let round = 0; round < rounds; ++round) {
    await Promise.all(workers.map((worker) => worker.prepare(60)));
    let alive = true;
    const load = Promise.all(workers.map((worker) => worker.load(() => alive)));
    // Sometimes stakes and time make the courier busy as well.
    if (round % 5 === 0) {
      const observer = await Observer.of(devnet);
      const { address } = observer.contract('fantom.staking');
      const data = `0xa694fc3a${(10n ** 18n).toString(16).padStart(64, '0')}`;
      await devnet.rpc('eth_sendTransaction', { from: account(9).address, to: address, data });
    }
    await sleep(draw() * aliveAtMost);
    const cut = devnet.stop('SIGKILL');
    await load;
    alive = false;
    await cut;
    await devnet.launch();
    for (const worker of workers) await worker.verify();
    acknowledged = workers.reduce((sum, worker) => sum + worker.acknowledged.size, 0);
  }
  assert.ok(acknowledged > rounds, `${acknowledged} receipts`);

  for (const worker of workers) {
    assert.equal(
      BigInt(await devnet.rpc('eth_getBalance', worker.sink)),
      worker.sum(),
      'the balances add up',
    );
    for (const [hash, receipt] of worker.acknowledged)
      assert.deepEqual(await devnet.rpc('eth_getTransactionReceipt', hash), receipt);
  }
  // No transaction is in two blocks, and the chain is whole.
  const head = Number(await devnet.rpc('eth_blockNumber'));
  const places = new Set();
  let parent = null;
  for (let from = 0; from <= head; from += 100) {
    const batch = Array.from({ length: Math.min(100, head - from + 1) }, (_, i) => ({
      jsonrpc: '2.0',
      id: i,
      method: 'eth_getBlockByNumber',
      params: [`0x${(from + i).toString(16)}`, false],
    }));
    for (const { result: block } of await (await devnet.post(JSON.stringify(batch))).json()) {
      if (parent) assert.equal(block.parentHash, parent);
      parent = block.hash;
      for (const hash of block.transactions) {
        assert.ok(!places.has(hash), `${hash} is in two blocks`);
        places.add(hash);
      }
    }
  }
  for (const worker of workers)
    for (const hash of worker.acknowledged.keys()) assert.ok(places.has(hash));
  await (await Observer.of(devnet)).assertSound();
  await devnet.stop();
  const replayed = await run(['replay', '--data', devnet.data]);
  assert.equal(replayed.code, 0, replayed.err);
  console.log(`${rounds} cuts, ${acknowledged} acknowledged receipts, ${head} blocks`);
  failed = false;
});
