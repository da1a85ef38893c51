// Opportunities as a page sees them: read at once, told as they change, and the same at a terminal.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { encodeFunctionData } from 'viem';
import { Devnet, run, until } from './devnet.mjs';
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

test('a price pushed below fair value is an opportunity, and its stream says so', async () => {
  const calm = await (await fetch(`${devnet.url}/v1/opportunities`)).json();
  assert.equal(calm.opportunities.length, 5);
  for (const one of calm.opportunities) {
    assert.equal(one.kind, 'none');
    assert.ok(Math.abs(Number(one.price) / Number(one.fairPrice) - 1) < 0.0004, one.token);
  }
  const stream = await fetch(`${devnet.url}/v1/opportunities/stream`);
  assert.equal(stream.headers.get('content-type'), 'text/event-stream');
  const reader = stream.body.getReader();
  let heard = '';
  const listen = (async () => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      heard += new TextDecoder().decode(value);
    }
  })();
  await until('the first event', () => heard.includes('event: opportunities'));

  const pair = calm.opportunities.find((o) => o.network === 'bnb').pair;
  const { abi } = observer.contract('stable.ankrBNB-BNB');
  const amount = 8_000n * 10n ** 18n;
  const send = (to, data) =>
    devnet.rpc('eth_sendTransaction', { from: account(1).address, to, data });
  const staking = observer.contract('bnb.staking');
  await send(
    staking.address,
    encodeFunctionData({ abi: staking.abi, functionName: 'stake', args: [amount] }),
  );
  await send(
    pair,
    encodeFunctionData({
      abi,
      functionName: 'swap',
      args: [observer.contract('bnb.liquid').address, amount, 0n, account(1).address, 2n ** 63n],
    }),
  );
  const pays = async () => {
    const { opportunities } = await (await fetch(`${devnet.url}/v1/opportunities`)).json();
    const found = opportunities.find((o) => o.network === 'bnb');
    return found.kind === 'buy and unstake' && found;
  };
  const found = await until('the opportunity', pays);
  assert.ok(BigInt(found.size) > 0n && BigInt(found.profit) > 0n);
  assert.ok(Number(found.yearlyPercent) > 0 && found.secondsToWait >= 7 * 86_400);
  await until('the stream to say so', () => heard.includes('"buy and unstake"'));
  await reader.cancel();
  await listen.catch(() => {});

  const { code, out, err } = await run(['opportunities', '--json'], {
    env: { PATH: process.env.PATH, THAW_RPC: devnet.url },
  });
  assert.equal(code, 0, err);
  const said = JSON.parse(out).opportunities.find((o) => o.network === 'bnb');
  assert.equal(said.kind, 'buy and unstake');
});

const terminal = (...args) => run(args, { env: { PATH: process.env.PATH, THAW_RPC: devnet.url } });

test('a pair has a fair price where the ledger knows one, and says so where not', async () => {
  const factory = observer.contract('exchange.factory');
  const router = observer.contract('exchange.router');
  const [asset, token] = ['polkadot.asset', 'polkadot.liquid'].map(
    (name) => observer.contract(name).address,
  );
  const me = account(2).address;
  const send = async ({ address, abi }, functionName, ...args) => {
    const hash = await devnet.rpc('eth_sendTransaction', {
      from: me,
      to: address,
      data: encodeFunctionData({ abi, functionName, args }),
    });
    const receipt = await observer.client.waitForTransactionReceipt({ hash });
    assert.equal(receipt.status, 'success', functionName);
  };
  const unit = 10n ** 10n;
  await send(observer.contract('polkadot.staking'), 'stake', 2_000n * unit);
  await send(factory, 'createPair', asset, token);
  const of = [asset, token, 970n * unit, 1_000n * unit, 0n, 0n, me, 2n ** 63n];
  await send(router, 'addLiquidity', ...of);
  const { pairs } = await (await fetch(`${devnet.url}/v1/opportunities`)).json();
  const found = pairs.find((p) => p.fairPrice !== null);
  assert.deepEqual(found.coins.map((c) => c.symbol).sort(), ['DOT', 'aDOTb']);
  assert.equal(found.fairPrice, '1');
  assert.equal(found.kind, 'buy and unstake');
  assert.equal(found.sold.toLowerCase(), asset.toLowerCase());
  assert.ok(BigInt(found.profit) > 0n && BigInt(found.size) < 30n * unit);
  assert.ok(pairs.some((p) => p.fairPrice === null && p.kind === 'no fair value'));

  const { out, err } = await terminal('opportunities');
  assert.equal(err, '');
  assert.doesNotMatch(out, /-0(\.0*)? %/);
  assert.match(out, /aFTMb\/ETH.*none|ETH\/aFTMb.*none/);
  const { pools, count } = await (await fetch(`${devnet.url}/v1/pools`)).json();
  assert.equal(pools.length, count);
  assert.equal(pools.filter((p) => p.kind === 'stable').length, 5);
  const stable = pools.find((p) => p.kind === 'stable');
  const one = await (await fetch(`${devnet.url}/v1/pools/${stable.address}`)).json();
  assert.deepEqual(one.coins, stable.coins);
  assert.equal(stable.feePercent, '0.04');
  const shown = await terminal('pool', 'show');
  assert.match(shown.out, /aDOTb\/DOT +stable|DOT\/aDOTb +stable/);
  failed = false;
});
