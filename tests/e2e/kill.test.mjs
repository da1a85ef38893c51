// Power cuts under load: whatever a client was told happened, is still so afterwards, and once.
// The client keeps its own record; the node verifies the digest of every block when it starts.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Devnet, run } from './devnet.mjs';
import { account, Observer } from './observer.mjs';
import { random, Sender } from './sender.mjs';

const rounds = Number(process.env.THAW_KILLS ?? 100);
const seed = Number(process.env.THAW_SEED ?? Date.now() % 1_000_000);
const aliveAtMost = 400; // ms of load between a start and the cut
const startAtMost = 2_000; // ms of a start in which it may be cut
const senders = [0, 1, 2, 3];

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
  let recoveries = 0;
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
    // Now and then the recovery is cut off as well, three times in a row, anywhere in it.
    if (round % 4 === 1)
      for (let again = 0; again < 3; ++again, ++recoveries) {
        const how = await devnet.launchAndCut(draw() * Math.min(devnet.startTook, startAtMost));
        assert.equal(how.signal, 'SIGKILL', `it ended by itself: ${JSON.stringify(how)}`);
      }
    await devnet.launch();
    for (const worker of workers) await worker.verify();
    acknowledged = workers.reduce((sum, worker) => sum + worker.acknowledged.size, 0);
  }
  assert.ok(acknowledged > rounds, `${acknowledged} receipts`);

  for (const worker of workers) await worker.verifyAll();
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
  console.log(
    `${rounds} cuts under load, ${recoveries} in the middle of a recovery, ` +
      `${acknowledged} acknowledged receipts, ${head} blocks`,
  );
  failed = false;
});
