// Every way out, from the terminal and with viem: the quote, what it brings, and who earns the fee.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createWalletClient, http, parseAbi } from 'viem';
import { day, Devnet, run } from './devnet.mjs';
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

const terminal = (...args) => run(args, { env: { PATH: process.env.PATH, THAW_RPC: devnet.url } });
const json = async (...args) => {
  const { code, out, err } = await terminal(...args, '--json');
  assert.equal(code, 0, err);
  return JSON.parse(out);
};
const unit = 10n ** 18n;
const passDays = async (days) => {
  for (; days > 0; --days) {
    await devnet.passTime(day);
    await devnet.settle();
  }
};
const base = (text) => {
  const [whole, part = ''] = text.split('.');
  return BigInt(whole) * unit + BigInt(part.padEnd(18, '0'));
};

test('leaving at once goes by the market while nobody lends, for no less than asked', async () => {
  await json('stake', 'bnb', '50', '--from', '4');
  const { ways } = await json('quote', 'bnb', '10');
  assert.equal(
    ways.find((w) => w.way === 'flash'),
    undefined,
  );
  const market = ways.find((w) => w.way === 'exchange');
  assert.equal(market.seconds, 0);
  const { code, err } = await terminal('exit', 'bnb', '10', '--from', '4', '--minimum', '10');
  assert.equal(code, 1);
  assert.match(err, /this would bring 9\.\d+.*, less than the minimum of 10/);
  const left = await json('exit', 'bnb', '10', '--from', '4', '--minimum', '9');
  assert.equal(left.received, market.assets, 'what was quoted');
  await observer.assertSound();
});

test('a provider lends, a leaver takes the quote to the base unit, the fee is earned', async () => {
  await json('flash', 'deposit', 'bnb', '100', '--from', '5');
  const before = await json('flash', 'show', 'bnb', '--from', '5');
  assert.equal(before.capacity, '100');
  const { ways } = await json('quote', 'bnb', '10');
  const flash = ways.find((w) => w.way === 'flash');
  assert.equal(flash.seconds, 0);
  const leaver = account(4);
  const held = await observer.read('bnb.asset', 'balanceOf', [leaver.address]);
  const hash = await createWalletClient({
    account: leaver,
    chain: chain(devnet),
    transport: http(devnet.url),
  }).writeContract({
    address: observer.contract('bnb.flash').address,
    abi: parseAbi(['function swap(uint256 shares, address receiver) returns (uint256)']),
    functionName: 'swap',
    args: [10n * unit, leaver.address],
  });
  await observer.client.waitForTransactionReceipt({ hash });
  const taken = (await observer.read('bnb.asset', 'balanceOf', [leaver.address])) - held;
  assert.equal(taken, base(flash.assets), 'what was quoted');
  const shown = await json('flash', 'show', 'bnb', '--from', '5');
  assert.equal(base(shown.totalAssets), base(before.totalAssets) + base(flash.fee));
  await observer.assertSound();
  // Its ticket comes back like anybody's; then the provider leaves with the fee.
  await json('flash', 'announce', 'bnb', 'all', '--from', '5');
  const early = await terminal('flash', 'redeem', 'bnb', '--from', '5');
  assert.equal(early.code, 1);
  assert.match(early.err, /wait for the next daily report/);
  await passDays(12);
  const asset = await observer.read('bnb.asset', 'balanceOf', [account(5).address]);
  await json('flash', 'redeem', 'bnb', '--from', '5');
  const got = (await observer.read('bnb.asset', 'balanceOf', [account(5).address])) - asset;
  assert.ok(got > 100n * unit, 'more than was lent');
  await observer.assertSound();
});

test('new stakes pay who waits, within a day and for nothing', async () => {
  await json('stake', 'polygon', '20', '--from', '4');
  await passDays(1);
  await json('stake', 'polygon', '5', '--from', '6'); // leaves for the host: one bond a day
  await devnet.settle();
  await json('stake', 'polygon', '30', '--from', '6'); // waits in the buffer
  const { ways } = await json('quote', 'polygon', '15');
  const buffer = ways.find((w) => w.way === 'buffer');
  assert.ok(buffer, JSON.stringify(ways));
  assert.equal(base(buffer.fee), 0n);
  const left = await json('exit', 'polygon', '15', '--within', '1d', '--from', '4');
  assert.equal(left.received, '0');
  assert.equal(left.expected, buffer.assets);
  const asset = await observer.read('polygon.asset', 'balanceOf', [account(4).address]);
  await passDays(1);
  const got = (await observer.read('polygon.asset', 'balanceOf', [account(4).address])) - asset;
  assert.equal(got, base(left.expected), 'paid by the next report');
  await observer.assertSound();
});

test("Ankr's swap and the provider's ERC-4626 work with the standard ABI", async () => {
  const abi = parseAbi([
    'function swap(uint256 shares, address receiver) returns (uint256)',
    'function flashPoolCapacity() view returns (uint256)',
    'function deposit(uint256 assets, address receiver) returns (uint256)',
    'function totalAssets() view returns (uint256)',
    'function asset() view returns (address)',
    'function previewDeposit(uint256 assets) view returns (uint256)',
    'function balanceOf(address) view returns (uint256)',
  ]);
  const { address } = observer.contract('fantom.flash');
  const wallet = (index) =>
    createWalletClient({
      account: account(index),
      chain: chain(devnet),
      transport: http(devnet.url),
    });
  const done = async (hash) => {
    const receipt = await observer.client.waitForTransactionReceipt({ hash });
    assert.equal(receipt.status, 'success');
  };
  const read = (functionName, args = []) =>
    observer.client.readContract({ address, abi, functionName, args });
  assert.equal(
    (await read('asset')).toLowerCase(),
    observer.contract('fantom.asset').address.toLowerCase(),
  );
  const preview = await read('previewDeposit', [40n * unit]);
  const me = account(7).address;
  await done(
    await wallet(7).writeContract({
      address,
      abi,
      functionName: 'deposit',
      args: [40n * unit, me],
    }),
  );
  assert.equal(await read('balanceOf', [me]), preview);
  assert.equal(await read('flashPoolCapacity'), 40n * unit);
  await json('stake', 'fantom', '30', '--from', '4');
  const before = await read('totalAssets');
  await done(
    await wallet(4).writeContract({
      address,
      abi,
      functionName: 'swap',
      args: [10n * unit, account(4).address],
    }),
  );
  assert.ok((await read('totalAssets')) > before, 'the fee stays');
  assert.ok((await read('flashPoolCapacity')) < 31n * unit);
  await observer.assertSound();
  failed = false;
});
