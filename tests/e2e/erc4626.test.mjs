// The reward-bearing tokens as viem's own ERC-4626 ABI sees them, and their redemptions as the text
// of ERC-7540 writes them: a client that knows the standards and nothing of Thaw.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createWalletClient, erc4626Abi, getContract, http, parseAbi, parseEventLogs } from 'viem';
import { day, Devnet } from './devnet.mjs';
import { account, Observer } from './observer.mjs';

const erc7540 = parseAbi([
  'function requestRedeem(uint256 shares, address controller, address owner) returns (uint256)',
  'function pendingRedeemRequest(uint256 requestId, address controller) view returns (uint256)',
  'function claimableRedeemRequest(uint256 requestId, address controller) view returns (uint256)',
  'function setOperator(address operator, bool approved) returns (bool)',
  'function isOperator(address controller, address operator) view returns (bool)',
  'function supportsInterface(bytes4 interfaceId) view returns (bool)',
  'function share() view returns (address)',
  'event RedeemRequest(address indexed controller, address indexed owner,' +
    ' uint256 indexed requestId, address sender, uint256 shares)',
  'event OperatorSet(address indexed controller, address indexed operator, bool approved)',
]);
const abi = [...erc4626Abi, ...erc7540];
const unit = 10n ** 18n;
const rebasing = ['fantom', 'polkadot', 'kusama'];

let devnet;
let observer;
let failed = true;
before(async () => {
  devnet = await Devnet.start();
  await devnet.settle();
  observer = await Observer.of(devnet);
});
after(() => devnet.remove(failed));

/** The reward-bearing token: the wrapped one where the liquid one rebases. */
const vaultName = (network) => `${network}.${rebasing.includes(network) ? 'wrapped' : 'liquid'}`;

/** The vault in the hands of one account: `read`, and `write`, which gives the receipt's events. */
const vaultOf = (network, index) => vaultAt(observer.contract(vaultName(network)).address, index);
const vaultAt = (address, index) => {
  const wallet = createWalletClient({
    account: account(index),
    chain: observer.client.chain,
    transport: http(devnet.url),
  });
  const { read } = getContract({ address, abi, client: observer.client });
  const write = async (functionName, args) => {
    const hash = await wallet.writeContract({ address, abi, functionName, args });
    const receipt = await observer.client.waitForTransactionReceipt({ hash });
    assert.equal(receipt.status, 'success', functionName);
    const own = receipt.logs.filter((l) => l.address.toLowerCase() === address.toLowerCase());
    return parseEventLogs({ abi, logs: own });
  };
  return { address, read, write, me: account(index).address };
};
const passDays = async (days) => {
  for (; days > 0; --days) {
    await devnet.passTime(day);
    await devnet.settle();
  }
};
const eventOf = (events, name) => {
  const found = events.find((e) => e.eventName === name);
  assert.ok(found, `${name} is emitted`);
  return found.args;
};

for (const network of ['bnb', 'polygon', 'fantom'])
  test(`${network}: deposit, mint, request, wait, claim`, async () => {
    const vault = vaultOf(network, 5);
    const { me } = vault;
    const asset = observer.contract(`${network}.asset`).address;
    assert.equal((await vault.read.asset()).toLowerCase(), asset.toLowerCase());
    assert.equal((await vault.read.share()).toLowerCase(), vault.address.toLowerCase());
    for (const id of ['0x01ffc9a7', '0xe3bc4e65', '0x620ee8e4', '0x2f0a18c5'])
      assert.equal(await vault.read.supportsInterface([id]), true, id);
    assert.equal(await vault.read.supportsInterface(['0xce3bbe50']), false, 'deposits are at once');

    await vault.write('deposit', [1000n * unit, me]);
    await passDays(4); // bonded, rewarded: a share is worth more than one from here on
    assert.ok((await vault.read.convertToAssets([unit])) > unit);
    const now = await devnet.now();
    await devnet.pinTime(now + 60);
    const expected = await vault.read.previewDeposit([7n * unit + 3n], { blockTag: 'pending' });
    const deposited = eventOf(await vault.write('deposit', [7n * unit + 3n, me]), 'Deposit');
    assert.deepEqual([deposited.sender, deposited.receiver], [me, me]);
    assert.deepEqual([deposited.assets, deposited.shares], [7n * unit + 3n, expected]);

    const balance = await vault.read.balanceOf([me]);
    const minted = eventOf(await vault.write('mint', [11n * unit + 1n, me]), 'Deposit');
    assert.equal((await vault.read.balanceOf([me])) - balance, 11n * unit + 1n);
    assert.ok(minted.assets > 11n * unit);
    await assert.rejects(vault.read.previewDeposit([1n]), /StakeBelowMinimum|revert/);

    const shares = 40n * unit + 9n;
    const held = await observer.read(`${network}.asset`, 'balanceOf', [me]);
    const asked = eventOf(await vault.write('requestRedeem', [shares, me, me]), 'RedeemRequest');
    assert.deepEqual([asked.controller, asked.owner, asked.sender], [me, me, me]);
    assert.equal(asked.shares, shares);
    const id = asked.requestId;
    assert.equal(await vault.read.pendingRedeemRequest([id, me]), shares);
    assert.equal(await vault.read.claimableRedeemRequest([id, me]), 0n);
    await assert.rejects(vault.read.previewRedeem([shares]));
    await assert.rejects(vault.read.previewWithdraw([shares]));
    await passDays(network === 'fantom' ? 33 : 12);
    assert.equal(await vault.read.pendingRedeemRequest([id, me]), 0n);
    assert.equal(await vault.read.claimableRedeemRequest([id, me]), shares);
    assert.equal(await vault.read.maxRedeem([me]), shares);
    const due = await vault.read.maxWithdraw([me]);
    assert.ok(due > shares, 'paid at a rate above one');
    assert.equal(await observer.read(`${network}.asset`, 'balanceOf', [me]), held, 'not pushed');
    const { positions } = await devnet.json(`/v1/accounts/${me}`);
    const { redeemable } = positions.find((p) => p.network === network);
    assert.deepEqual(redeemable, { shares: String(shares), assets: String(due) });

    // An operator claims a part of it for itself, the controller the rest.
    const helper = vaultOf(network, 6);
    await assert.rejects(helper.write('redeem', [unit, helper.me, me]), /NotOperator|revert/);
    eventOf(await vault.write('setOperator', [helper.me, true]), 'OperatorSet');
    assert.equal(await vault.read.isOperator([me, helper.me]), true);
    const part = eventOf(await helper.write('redeem', [unit, helper.me, me]), 'Withdraw');
    assert.deepEqual([part.sender, part.receiver, part.owner], [helper.me, helper.me, me]);
    assert.equal(part.assets, (due * unit) / shares);
    const rest = eventOf(await vault.write('withdraw', [due - part.assets, me, me]), 'Withdraw');
    assert.equal(rest.shares, shares - unit);
    const after = await observer.read(`${network}.asset`, 'balanceOf', [me]);
    assert.equal(after - held, due - part.assets);
    await observer.assertSound();
  });

test('a vault of a farm: what viem previews is what happens, in all eight functions', async () => {
  const { farms } = await devnet.json('/v1/farms');
  const farm = farms.find((f) => f.stakingToken.symbol === 'aFTMb');
  const factory = parseAbi(['function createFarmVault(address farm) returns (address)']);
  const me = account(7).address;
  const staked = 300n * unit;
  const staking = observer.contract('fantom.staking');
  const send = async (address, abi, functionName, args) => {
    const wallet = createWalletClient({
      account: account(7),
      chain: observer.client.chain,
      transport: http(devnet.url),
    });
    const hash = await wallet.writeContract({ address, abi, functionName, args });
    const receipt = await observer.client.waitForTransactionReceipt({ hash });
    assert.equal(receipt.status, 'success', functionName);
  };
  await send(staking.address, staking.abi, 'stake', [staked]);
  const { vaults: before } = await devnet.json('/v1/vaults');
  if (!before.some((v) => v.farm === farm.address))
    await send(observer.contract('vaults').address, factory, 'createFarmVault', [farm.address]);
  const { vaults } = await devnet.json('/v1/vaults');
  const found = vaults.find((v) => v.farm === farm.address);
  const vault = vaultAt(found.address, 7);
  const token = farm.stakingToken.address;
  assert.equal((await vault.read.asset()).toLowerCase(), token.toLowerCase());
  const held = () => observer.read('fantom.liquid', 'balanceOf', [me]);
  // A unit of a rebasing asset's balance may stay with the caller: what moves is whole shares.
  const near = (a, b) => assert.ok(a >= b && a - b <= 3n, `${a} is ${b}, or a unit more`);

  await vault.write('deposit', [100n * unit, me]);
  await passDays(2); // a rate above one
  await devnet.pinTime((await devnet.now()) + 60);
  const at = { blockTag: 'pending' };
  const assets = 7n * unit + 3n;
  const bought = await vault.read.previewDeposit([assets], at);
  assert.equal(await vault.read.convertToShares([assets], at), bought);
  assert.ok((await vault.read.convertToAssets([bought], at)) <= assets, 'rounded down');
  assert.ok((await vault.read.previewMint([bought], at)) <= assets, 'no dearer than the deposit');
  const deposited = eventOf(await vault.write('deposit', [assets, me]), 'Deposit');
  assert.deepEqual([deposited.assets, deposited.shares], [assets, bought]);

  const shares = 11n * 10n ** 24n + 1n;
  await devnet.pinTime((await devnet.now()) + 60);
  const cost = await vault.read.previewMint([shares], at);
  assert.ok(cost >= (await vault.read.convertToAssets([shares], at)), 'rounded up');
  const minted = eventOf(await vault.write('mint', [shares, me]), 'Deposit');
  assert.deepEqual([minted.assets, minted.shares], [cost, shares]);

  await devnet.pinTime((await devnet.now()) + 60);
  const burnt = await vault.read.previewWithdraw([5n * unit], at);
  assert.ok(burnt >= (await vault.read.convertToShares([5n * unit], at)), 'rounded up');
  const had = await held();
  const left = eventOf(await vault.write('withdraw', [5n * unit, me, me]), 'Withdraw');
  assert.deepEqual([left.assets, left.shares], [5n * unit, burnt]);
  await devnet.pinTime((await devnet.now()) + 1);
  assert.ok((await held()) - had >= 5n * unit);

  await devnet.pinTime((await devnet.now()) + 60);
  const all = await vault.read.maxRedeem([me], at);
  assert.equal(all, await vault.read.balanceOf([me]));
  const due = await vault.read.previewRedeem([all], at);
  assert.equal(await vault.read.maxWithdraw([me], at), due);
  assert.ok(due <= (await vault.read.convertToAssets([all], at)), 'rounded down');
  await assert.rejects(vault.write('redeem', [all + 1n, me, me]), /ExceededMaxRedeem|revert/);
  const out = eventOf(await vault.write('redeem', [all, me, me]), 'Withdraw');
  near(out.assets, due);
  assert.equal(await vault.read.balanceOf([me]), 0n);
  await observer.assertSound();
});

test('a ticket tells its state among its attributes', async () => {
  const vault = vaultOf('bnb', 5);
  const [{ args }] = (await vault.write('requestRedeem', [unit, vault.me, vault.me])).filter(
    (e) => e.eventName === 'RedeemRequest',
  );
  const uri = await observer.read('tickets', 'tokenURI', [args.requestId]);
  const { attributes } = JSON.parse(uri.slice(uri.indexOf(',') + 1));
  const { value } = attributes.find((a) => a.trait_type === 'status');
  assert.match(value, /^(waiting|unbonding)$/); // its batch may have left at once
  failed = false;
});
