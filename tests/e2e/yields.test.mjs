// Layers of yield: a farm with viem, a vault, and all layers in and out under one signature at the
// terminal; REST tells the same.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createPublicClient, createWalletClient, encodeFunctionData, http, parseAbi } from 'viem';
import { day, Devnet, run } from './devnet.mjs';
import { account, chain, Observer } from './observer.mjs';

let devnet;
let observer;
let contracts;
let failed = true;
before(async () => {
  devnet = await Devnet.start();
  await devnet.settle();
  observer = await Observer.of(devnet);
  contracts = await devnet.json('/v1/contracts');
});
after(() => devnet.remove(failed));

const terminal = (...args) => run(args, { env: { PATH: process.env.PATH, THAW_RPC: devnet.url } });
const json = async (...args) => {
  const { code, out, err } = await terminal(...args, '--json');
  assert.equal(code, 0, err);
  return JSON.parse(out);
};
const unit = 10n ** 18n;
const named = (name) => contracts.find((c) => c.name === name).address;
const farmOf = async (symbol, who) =>
  (await devnet.json(`/v1/farms?account=${who}`)).farms.find(
    (f) => f.stakingToken.symbol === symbol,
  );

test('viem: stake and farm in one signature, earn, and leave with both', async () => {
  const me = account(4);
  const transport = http(devnet.url);
  const wallet = createWalletClient({ account: me, chain, transport });
  const client = createPublicClient({ chain, transport });
  const abi = parseAbi([
    'function stake(uint256 assets) returns (uint256)',
    'function deposit(uint256 amount) returns (uint256)',
    'function leave() returns (uint256)',
    'function pending(address) view returns (address[] tokens, uint256[] amounts)',
    'function batch((address to, uint256 value, bytes data)[]) returns (bytes[])',
    'function balanceOf(address) view returns (uint256)',
    'function transfer(address, uint256) returns (bool)',
    'error ERC20InsufficientBalance(address sender, uint256 balance, uint256 needed)',
  ]);
  const farm = (await farmOf('aFTMb', me.address)).address;
  const call = (to, functionName, ...args) => ({
    to,
    value: 0n,
    data: encodeFunctionData({ abi, functionName, args }),
  });
  const send = async (address, functionName, ...args) => {
    const hash = await wallet.writeContract({ address, abi, functionName, args });
    const receipt = await client.waitForTransactionReceipt({ hash });
    assert.equal(receipt.status, 'success');
    return receipt;
  };
  const read = (address, functionName, ...args) =>
    client.readContract({ address, abi, functionName, args });
  await send(named('batch'), 'batch', [
    call(named('fantom.staking'), 'stake', 100n * unit),
    call(farm, 'deposit', 100n * unit),
  ]);
  assert.equal(await read(named('fantom.liquid'), 'balanceOf', me.address), 0n);
  const receipts = await read(farm, 'balanceOf', me.address);
  await devnet.passTime(day);
  const [tokens, amounts] = await read(farm, 'pending', me.address);
  assert.deepEqual(
    tokens.map((t) => t.toLowerCase()),
    [named('thaw').toLowerCase()],
  );
  assert.ok(amounts[0] > 0n);
  const shown = await farmOf('aFTMb', me.address);
  assert.equal(shown.account.receipts, String(receipts));
  assert.ok(BigInt(shown.account.pending[0].amount) >= amounts[0]);
  // The receipt is a token: half of it moves on, and half of what comes then with it.
  await send(farm, 'transfer', account(5).address, receipts / 2n);
  await assert.rejects(
    client.simulateContract({
      address: farm,
      abi,
      functionName: 'transfer',
      args: [me.address, receipts],
      account: account(5),
    }),
    /ERC20InsufficientBalance/,
  );
  await send(farm, 'leave');
  assert.ok((await read(named('thaw'), 'balanceOf', me.address)) >= amounts[0]);
  assert.ok((await read(named('fantom.liquid'), 'balanceOf', me.address)) >= 50n * unit - 1n);
  await observer.assertSound();
});

test('a vault stakes, is harvested for a bounty, and pays at once or in kind', async () => {
  await json('flash', 'deposit', 'fantom', '500', '--from', '6');
  const laid = await json('vault', 'deposit', 'FTM', '200', '--from', '5');
  assert.equal(laid.assets, '200');
  for (let i = 0; i < 3; ++i) {
    await devnet.passTime(day);
    await devnet.settle();
  }
  const harvest = await json('vault', 'harvest', 'FTM', '--from', '6');
  assert.ok(Number(harvest.profit) > 0);
  assert.ok(Number(harvest.bountyShares) > 0);
  await devnet.passTime(day);
  const who = account(5).address;
  const { vaults } = await devnet.json(`/v1/vaults?account=${who}`);
  const vault = vaults.find((v) => v.kind === 'staking' && v.asset.symbol === 'FTM');
  assert.ok(BigInt(vault.account.worth) > 200n * unit, 'it has grown');
  assert.ok(Number(vault.sharePrice) > 1);
  const out = await json('vault', 'withdraw', 'FTM', '50', '--from', '5');
  assert.equal(out.received, '50');
  const kind = await json('vault', 'withdraw', 'FTM', 'all', '--in-kind', '--from', '5');
  assert.ok(Number(kind.liquidShares) > 0);
  const portfolio = await devnet.json(`/v1/accounts/${who}`);
  assert.equal(portfolio.vaults.length, 0);
  await observer.assertSound();
});

test('one signature through all layers, in and out', async () => {
  const into = await json('zap', 'fantom', '100', '--from', '7');
  assert.equal(into.staked, '100');
  const who = account(7).address;
  const held = (await devnet.json(`/v1/accounts/${who}`)).farms;
  assert.equal(held.length, 1);
  await devnet.passTime(day);
  await devnet.settle();
  const out = await json('leave', 'fantom', '--from', '7');
  assert.ok(Number(out.shares) > 90);
  const after = await devnet.json(`/v1/accounts/${who}`);
  assert.equal(after.farms.length, 0);
  const owed = after.tickets.reduce((sum, t) => sum + BigInt(t.expected), 0n);
  const ftm = BigInt(after.positions.find((p) => p.network === 'fantom').asset.balance);
  assert.ok(ftm + owed > 9_999n * unit, 'all but what the price moved is back or on its way');
  assert.ok(BigInt(after.thaw.balance) > 0n, 'and THAW beside it');
  const single = await json('zap', 'bnb', '2', '--single', '--from', '7');
  assert.ok(Number(single.receipts) > 1.99 && Number(single.receipts) < 2, 'in shares');
  await json('leave', 'bnb', '--single', '--from', '7');
  const refused = await terminal('zap', 'bnb', '2', '--from', '7');
  assert.equal(refused.code, 1);
  assert.match(refused.err, /there is no pair of ankrBNB and ETH; --single farms ankrBNB itself/);
  await observer.assertSound();
});

test('the terminal lists farms and refuses in words', async () => {
  const { code, out } = await terminal('farm', 'list');
  assert.equal(code, 0);
  assert.match(out, /aFTMb-WETH|WETH-aFTMb/);
  const short = await terminal('farm', 'fund', 'aFTMb', 'THAW', '1', '--over', '1h', '--from', '3');
  assert.equal(short.code, 1);
  assert.match(short.err, /a budget flows for/);
  const nothing = await terminal('farm', 'leave', 'aDOTb', '--from', '3');
  assert.equal(nothing.code, 1);
  failed = false;
});
