// Stopped and started again, politely and not: the same chain, the same past, the same hosts, and
// the courier takes up what it had begun.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { day, Devnet } from './devnet.mjs';
import { network } from './networks.mjs';
import { account, Observer } from './observer.mjs';
import { Story } from './story.mjs';

let devnet;
let failed = true;
before(async () => {
  devnet = await Devnet.start();
});
after(() => devnet.remove(failed));

/** Everything that must be the same afterwards, as the node tells it. */
async function memory() {
  const head = await devnet.rpc('eth_getBlockByNumber', 'latest', true);
  const height = Number(head.number);
  const observer = await Observer.of(devnet);
  const past = [];
  const { address, abi } = observer.contract('polkadot.liquid');
  for (let h = 0; h <= height; h += Math.max(1, Math.floor(height / 40))) {
    const at = `0x${h.toString(16)}`;
    past.push({
      block: await devnet.rpc('eth_getBlockByNumber', at, true),
      receipts: await devnet.rpc('eth_getBlockReceipts', at),
      balance: await devnet.rpc('eth_getBalance', account(0).address, at),
      liquid: await observer.client.readContract({
        address,
        abi,
        functionName: 'balanceOf',
        args: [account(0).address],
        blockNumber: BigInt(h),
      }),
    });
  }
  return {
    head,
    past,
    hosts: await devnet.rpc('thaw_hosts'),
    networks: await devnet.json('/v1/networks'),
    account: await devnet.json(`/v1/accounts/${account(0).address}`),
    logs: await devnet.rpc('eth_getLogs', { fromBlock: '0x0' }),
  };
}

test('the same after a restart, however it ended', async (t) => {
  const story = await Story.begin(devnet, network('polkadot'), 'viem');
  await story.deposit();
  await story.companyStakes();
  await story.stakeMinimum();
  await story.days(5);
  for (const signal of ['SIGTERM', 'SIGKILL', 'SIGTERM'])
    await t.test(signal, async () => {
      await devnet.settle();
      const before = await memory();
      const how = await devnet.stop(signal);
      if (signal === 'SIGTERM')
        assert.deepEqual(how, { code: 0, signal: null }, 'a polite end is a success');
      await devnet.launch();
      await devnet.settle();
      assert.deepEqual(await memory(), before);
    });
});

test('the courier goes on with what was under way', async () => {
  const me = account(0).address;
  // Each start has another port, so each look is a new observer's.
  const balance = async () => (await Observer.of(devnet)).read('bnb.asset', 'balanceOf', [me]);
  const before = await balance();
  await devnet.deposit({ host: 'bsc', asset: 'BNB', from: me, receiver: me, amount: 777n });
  await devnet.rpc('evm_increaseTime', day);
  await devnet.stop('SIGKILL'); // most likely before members have attested anything
  await devnet.launch();
  await devnet.settle();
  assert.equal(await balance(), before + 777n, 'credited, and once');

  const observer = await Observer.of(devnet);
  const frames = (await observer.read('polkadot.staking', 'summary')).frame;
  for (let n = 1; n <= 3; ++n) {
    await devnet.passTime(day);
    await devnet.stop(n % 2 ? 'SIGKILL' : 'SIGTERM');
    await devnet.launch();
  }
  await devnet.settle();
  const now = await Observer.of(devnet);
  const { frame } = await now.read('polkadot.staking', 'summary');
  assert.ok(frame >= frames + 2n, `frames go on: ${frames} before, ${frame} now`);
  await now.assertSound();
  await now.assertBacked(network('polkadot'));
  await now.assertBacked(network('bnb'));
  failed = false;
});
