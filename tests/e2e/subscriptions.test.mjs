// Notices over WebSocket, as viem and ethers ask for them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { WebSocketProvider } from 'ethers';
import { createPublicClient, encodeFunctionData, webSocket } from 'viem';
import WebSocket from 'ws';
import { Devnet, until } from './devnet.mjs';
import { account, chain, Observer } from './observer.mjs';

let devnet;
let observer;
let failed = true;
before(async () => {
  devnet = await Devnet.start();
  await devnet.settle();
  observer = await Observer.of(devnet);
});
after(() => devnet.remove(failed));

/** A stake, which makes a block and logs. */
const stake = async (index) => {
  const { address, abi } = observer.contract('kusama.staking');
  const data = encodeFunctionData({ abi, functionName: 'stake', args: [10n ** 12n] });
  return devnet.rpc('eth_sendTransaction', { from: account(index).address, to: address, data });
};

test('viem watches blocks, events and pending transactions', async () => {
  const client = createPublicClient({
    chain: chain(devnet),
    transport: webSocket(devnet.wsUrl, { reconnect: false, keepAlive: false }),
  });
  const heads = [];
  const events = [];
  const pending = [];
  const { address, abi } = observer.contract('kusama.staking');
  const stops = [
    client.watchBlocks({ onBlock: (block) => heads.push(block) }),
    client.watchContractEvent({
      address,
      abi,
      eventName: 'Staked',
      onLogs: (logs) => events.push(...logs),
    }),
    client.watchPendingTransactions({ onTransactions: (hashes) => pending.push(...hashes) }),
  ];
  await client.getChainId();
  await new Promise((done) => setTimeout(done, 100));
  const hash = await stake(1);
  await until('the notices to come', () => heads.length && events.length && pending.includes(hash));
  const receipt = await observer.client.getTransactionReceipt({ hash });
  assert.ok(heads.some((block) => block.hash === receipt.blockHash));
  assert.equal(events[0].transactionHash, hash);
  assert.equal(events[0].args.assets, 10n ** 12n);
  stops.forEach((stop) => stop());
  (await client.transport.getRpcClient()).close();
});

test('ethers listens to blocks and logs', async () => {
  const provider = new WebSocketProvider(devnet.wsUrl);
  const blocks = [];
  const logs = [];
  const { address } = observer.contract('kusama.staking');
  await provider.on('block', (number) => blocks.push(number));
  await provider.on({ address }, (log) => logs.push(log));
  await provider.getNetwork();
  await new Promise((done) => setTimeout(done, 100));
  const hash = await stake(2);
  await until(
    'the notices to come',
    () => blocks.length && logs.some((log) => log.transactionHash === hash),
  );
  const receipt = await provider.getTransactionReceipt(hash);
  assert.ok(blocks.includes(receipt.blockNumber));
  await provider.destroy();
});

test('a raw socket: ids, order, unsubscribing, faults', async () => {
  const socket = new WebSocket(devnet.wsUrl);
  const inbox = [];
  socket.onmessage = ({ data }) => inbox.push(JSON.parse(data));
  await until('the socket to open', () => socket.readyState === WebSocket.OPEN);
  const ask = async (id, method, ...params) => {
    socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
    return until(`answer ${id}`, () => inbox.find((m) => m.id === id));
  };
  const id = (await ask('heads', 'eth_subscribe', 'newHeads')).result;
  assert.match(id, /^0x[0-9a-f]+$/);
  const first = await stake(3);
  const notices = () =>
    inbox.filter((m) => m.method === 'eth_subscription' && m.params.subscription === id);
  await until('a head', () => notices().length > 0);
  await devnet.settle();
  const numbers = notices().map((m) => Number(m.params.result.number));
  assert.deepEqual(
    numbers,
    numbers.map((_, i) => numbers[0] + i),
    'each head once, in order',
  );
  assert.ok(first);
  assert.equal((await ask('off', 'eth_unsubscribe', id)).result, true);
  assert.equal((await ask('again', 'eth_unsubscribe', id)).error.code, -32000);
  assert.equal((await ask('odd', 'eth_subscribe', 'nonsense')).error.code, -32602);
  const count = notices().length;
  await stake(4);
  await devnet.settle();
  await ask('end', 'eth_chainId');
  assert.equal(notices().length, count);
  socket.close();

  const overHttp = await (
    await devnet.post(
      JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_subscribe', params: ['newHeads'] }),
    )
  ).json();
  assert.match(overHttp.error.message, /notifications not supported/);
  failed = false;
});
