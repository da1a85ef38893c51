// A long chain: how far back state is kept, and what is said beyond; many logs, and how to ask for
// them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { encodeFunctionData } from 'viem';
import { Devnet } from './devnet.mjs';
import { account, Observer } from './observer.mjs';

const kept = 10_000;
const logsAtMost = 10_000;
const callsInBatch = 256;

let devnet;
let observer;
let failed = true;
before(async () => {
  devnet = await Devnet.start();
  await devnet.settle();
  observer = await Observer.of(devnet);
});
after(() => devnet.remove(failed));

const number = async () => Number(await devnet.rpc('eth_blockNumber'));
const hex = (n) => `0x${n.toString(16)}`;

test('more than 10,000 logs are refused with a range that works', async () => {
  const batch = observer.contract('batch');
  const token = observer.contract('bnb.asset');
  const data = encodeFunctionData({
    abi: token.abi,
    functionName: 'transfer',
    args: [account(1).address, 0n],
  });
  const calls = Array(callsInBatch).fill({ to: token.address, value: 0n, data });
  const transaction = {
    from: account(0).address,
    to: batch.address,
    gas: hex(25_000_000),
    data: encodeFunctionData({ abi: batch.abi, functionName: 'batch', args: [calls] }),
  };
  const first = (await number()) + 1;
  const count = Math.ceil(logsAtMost / callsInBatch) + 1;
  for (let i = 0; i < count; ++i) await devnet.rpc('eth_sendTransaction', transaction);
  const filter = { address: token.address, fromBlock: hex(first), toBlock: 'latest' };
  const refused = await devnet.rpc('eth_getLogs', filter).then(
    () => null,
    (fault) => fault,
  );
  assert.equal(refused?.code, -32005);
  const [, from, to] = refused.message.match(
    /^query returned more than 10000 results\. Try with this block range \[(0x\w+), (0x\w+)\]\.$/,
  );
  assert.equal(from, hex(first));
  const some = await devnet.rpc('eth_getLogs', { ...filter, fromBlock: from, toBlock: to });
  assert.ok(some.length > 0 && some.length <= logsAtMost);
  const rest = await devnet.rpc('eth_getLogs', { ...filter, fromBlock: hex(Number(to) + 1) });
  assert.equal(some.length + rest.length, count * callsInBatch);
  for (const log of [...some, ...rest]) assert.equal(log.topics.length, 3);
});

test('10,000 blocks of state are kept; older is a clear error, blocks stay', async () => {
  const me = account(0).address;
  const then = await number();
  const balance = await devnet.rpc('eth_getBalance', me);
  await devnet.rpc('eth_sendTransaction', { from: me, to: account(1).address, value: '0x64' });
  const block = await devnet.rpc('eth_getBlockByNumber', hex(then), true);
  await devnet.rpc('anvil_mine', kept + then - (await number()));
  assert.equal(await number(), then + kept);
  assert.equal(await devnet.rpc('eth_getBalance', me, hex(then)), balance);
  await devnet.rpc('evm_mine');
  const gone = await devnet.rpc('eth_getBalance', me, hex(then)).then(
    () => null,
    (fault) => fault,
  );
  assert.equal(gone?.code, -32000);
  assert.equal(
    gone.message,
    `state of block ${then} is no longer kept; the oldest readable is ${then + 1}`,
  );
  assert.deepEqual(await devnet.rpc('eth_getBlockByNumber', hex(then), true), block);

  await devnet.stop('SIGKILL');
  await devnet.launch();
  assert.notEqual(await devnet.rpc('eth_getBalance', me, hex(then + 1)), balance);
  assert.deepEqual(await devnet.rpc('eth_getBlockByNumber', hex(then), true), block);
  failed = false;
});
