// What developers ask a devnet for: ether and fresh tokens, given through the bridge, and used with
// the standard interfaces that client libraries bring along.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  createTestClient,
  createWalletClient,
  erc20Abi,
  http,
  parseEther,
  publicActions,
} from 'viem';
import { Devnet } from './devnet.mjs';
import { account, Observer } from './observer.mjs';

let devnet;
let observer;
let failed = true;
before(async () => {
  devnet = await Devnet.start();
  await devnet.settle();
  observer = await Observer.of(devnet);
});
after(() => devnet.remove(failed));

test('setBalance of viem raises ether by a deposit, and never lowers it', async () => {
  const { chain } = observer.client;
  const transport = http(devnet.url);
  const client = createTestClient({ chain, mode: 'anvil', transport }).extend(publicActions);
  const address = '0x00000000000000000000000000000000000cafe1';
  await client.setBalance({ address, value: parseEther('12.5') });
  assert.equal(await client.getBalance({ address }), parseEther('12.5'));
  await assert.rejects(client.setBalance({ address, value: 1n }), /not lowered/);
  await observer.assertSound();
});

test('a fresh token speaks ERC-20 and is backed on its host', async () => {
  const { chain } = observer.client;
  const token = await devnet.rpc('thaw_instantiate', {
    kind: 'token',
    name: 'Drop of Dew',
    symbol: 'DEW',
    decimals: 6,
    supply: '1000000',
    holder: account(2).address,
  });
  const abi = erc20Abi;
  const { address } = token;
  const read = (functionName, args = []) =>
    observer.client.readContract({ address, abi, functionName, args });
  assert.equal(await read('name'), 'Drop of Dew');
  assert.equal(await read('symbol'), 'DEW');
  assert.equal(await read('decimals'), 6);
  assert.equal(await read('totalSupply'), 1_000_000n);
  const wallet = createWalletClient({ account: account(2), chain, transport: http(devnet.url) });
  const to = account(3).address;
  const hash = await wallet.writeContract({
    address,
    abi,
    functionName: 'transfer',
    args: [to, 250_000n],
  });
  const receipt = await observer.client.waitForTransactionReceipt({ hash });
  assert.equal(receipt.status, 'success');
  assert.equal(await read('balanceOf', [to]), 250_000n);
  assert.equal(await read('balanceOf', [account(2).address]), 750_000n);
  const listed = (await devnet.rpc('thaw_contracts')).find((c) => c.address === address);
  assert.equal(listed.symbol, 'DEW');
  const next = await devnet.rpc('thaw_instantiate');
  assert.notEqual(next.address, address);
  await observer.assertSound();
  failed = false;
});
