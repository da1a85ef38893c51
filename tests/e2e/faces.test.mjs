// One pool, two tokens: wrapping a rebasing token and switching a legacy one, from the terminal and
// with viem, with rewards in between.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createWalletClient, http } from 'viem';
import { day, Devnet, run } from './devnet.mjs';
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

const json = async (...args) => {
  const env = { PATH: process.env.PATH, THAW_RPC: devnet.url };
  const { code, out, err } = await run([...args, '--json'], { env });
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

test('what is wrapped earns in its rate, and all of it comes back', async () => {
  const me = account(4).address;
  await json('stake', 'fantom', '1000', '--from', '4');
  await passDays(3);
  const shown = await observer.read('fantom.liquid', 'balanceOf', [me]);
  assert.ok(shown > 1000n * unit);
  const wrapped = await json('wrap', 'fantom', '400', '--from', '4');
  assert.deepEqual([wrapped.token, wrapped.receivedToken], ['aFTMb', 'aFTMc']);
  const after = await observer.read('fantom.liquid', 'balanceOf', [me]);
  const shares = await observer.read('fantom.wrapped', 'balanceOf', [me]);
  assert.ok(shares < 400n * unit, 'a share is worth more than one');
  assert.equal(await observer.read('fantom.wrapped', 'totalSupply'), shares);
  await passDays(5);
  assert.equal(await observer.read('fantom.wrapped', 'balanceOf', [me]), shares);
  const grown = await observer.read('fantom.liquid', 'balanceOf', [me]);
  assert.ok(grown > after);
  const position = (await (await devnet.get(`/v1/accounts/${me}`)).json()).positions.find(
    (p) => p.network === 'fantom',
  );
  assert.equal(position.wrapped.balance, String(shares));
  const back = await json('unwrap', 'fantom', 'all', '--from', '4');
  assert.ok(Number(back.received) > 400);
  assert.equal(await observer.read('fantom.wrapped', 'balanceOf', [me]), 0n);
  await observer.assertSound();
});

test('a holder of the legacy token earns, transfers, switches, and leaves', async () => {
  const holder = account(9).address;
  const start = await observer.read('bnb.legacy', 'balanceOf', [holder]);
  assert.ok(start >= 100n * unit);
  await passDays(5); // bonding begins, rewards come
  const grown = await observer.read('bnb.legacy', 'balanceOf', [holder]);
  assert.ok(grown > start);

  const { chain } = observer.client;
  const wallet = createWalletClient({ account: account(9), chain, transport: http(devnet.url) });
  const write = async (name, functionName, args) => {
    const { address, abi } = observer.contract(name);
    const hash = await wallet.writeContract({ address, abi, functionName, args });
    const receipt = await observer.client.waitForTransactionReceipt({ hash });
    assert.equal(receipt.status, 'success');
  };
  const to = account(30).address;
  await write('bnb.legacy', 'transfer', [to, 7n * unit]);
  assert.equal(await observer.read('bnb.legacy', 'balanceOf', [to]), 7n * unit);

  const left = await observer.read('bnb.staking', 'switchSupply');
  const switched = await json('switch', 'bnb', '25', '--from', '9');
  assert.deepEqual([switched.token, switched.receivedToken], ['aBNBb', 'ankrBNB']);
  assert.ok(Number(switched.received) < 25, 'a share is worth more than one');
  assert.equal(await observer.read('bnb.staking', 'switchSupply'), left - 25n * unit);

  const asset = await observer.read('bnb.asset', 'balanceOf', [holder]);
  await write('bnb.staking', 'unstakeBonds', [20n * unit]);
  await passDays(12);
  assert.equal(await observer.read('bnb.asset', 'balanceOf', [holder]), asset + 20n * unit);
  const refused = await run(['switch', 'fantom', '1'], {
    env: { PATH: process.env.PATH, THAW_RPC: devnet.url },
  });
  assert.equal(refused.code, 2);
  assert.match(refused.err, /fantom has no legacy token; bnb and polygon have/);
  await observer.assertSound();
  failed = false;
});
