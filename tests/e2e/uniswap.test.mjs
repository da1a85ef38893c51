// Libraries made for Uniswap V2, unchanged: its SDK finds the pairs, computes what trades bring
// from what they show, and builds the router's calls; what then happens is what it said.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { Contract, JsonRpcProvider, NonceManager, Wallet } from 'ethers';
import { chainId, day, Devnet, run } from './devnet.mjs';
import { Observer, privateKey } from './observer.mjs';

const require = createRequire(import.meta.url);
const { CurrencyAmount, Ether, Percent, Token, TradeType, WETH9 } = require('@uniswap/sdk-core');
const { Pair, Route, Router, Trade, computePairAddress } = require('@uniswap/v2-sdk');
const abi = (name, room) => require(`@uniswap/v2-${room}/build/${name}.json`).abi;

let devnet;
let observer;
let provider;
let wallet;
let failed = true;
before(async () => {
  devnet = await Devnet.start();
  await devnet.settle();
  observer = await Observer.of(devnet);
  provider = new JsonRpcProvider(devnet.url, chainId, { cacheTimeout: -1 });
  wallet = new NonceManager(new Wallet(privateKey(3), provider));
});
after(async () => {
  provider?.destroy();
  await devnet.remove(failed);
});

const unit = 10n ** 18n;
const me = () => wallet.signer.address;
const tokenOf = (name, symbol, decimals = 18) =>
  new Token(chainId, observer.contract(name).address, decimals, symbol);
const weth = () => tokenOf('weth', 'WETH');
const erc20 = (token) => new Contract(token.address, abi('IERC20', 'periphery'), wallet);
const router = () =>
  new Contract(
    observer.contract('exchange.router').address,
    abi('IUniswapV2Router02', 'periphery'),
    wallet,
  );

/** A pair as every front end reads it. */
async function pairOf(a, b) {
  const factoryAddress = observer.contract('exchange.factory').address;
  const address = computePairAddress({ factoryAddress, tokenA: a, tokenB: b });
  const factory = new Contract(factoryAddress, abi('IUniswapV2Factory', 'core'), provider);
  assert.equal(await factory.getPair(a.address, b.address), address);
  const contract = new Contract(address, abi('IUniswapV2Pair', 'core'), provider);
  const [first, second] = a.sortsBefore(b) ? [a, b] : [b, a];
  assert.equal(await contract.token0(), first.address);
  const [reserve0, reserve1] = await contract.getReserves();
  return new Pair(
    CurrencyAmount.fromRawAmount(first, String(reserve0)),
    CurrencyAmount.fromRawAmount(second, String(reserve1)),
  );
}

const terms = () => ({
  allowedSlippage: new Percent(0),
  recipient: me(),
  ttl: 1_000_000_000,
});
async function carryOut(trade) {
  const { methodName, args, value } = Router.swapCallParameters(trade, terms());
  return (await router()[methodName](...args, { value })).wait();
}

test('trades bring to the base unit what the SDK computes from the shown reserves', async () => {
  WETH9[chainId] = weth();
  const ether = Ether.onChain(chainId);
  const coins = [
    tokenOf('fantom.liquid', 'aFTMb'),
    tokenOf('polkadot.liquid', 'aDOTb', 10),
    tokenOf('kusama.liquid', 'aKSMb', 12),
    tokenOf('thaw', 'THAW'),
  ];
  for (const coin of coins) {
    const buying = new Trade(
      new Route([await pairOf(weth(), coin)], ether, coin),
      CurrencyAmount.fromRawAmount(ether, String(unit / 3n + 1n)),
      TradeType.EXACT_INPUT,
    );
    const had = await erc20(coin).balanceOf(me());
    await carryOut(buying); // no slippage: the router refuses a base unit less
    const bought = (await erc20(coin).balanceOf(me())) - had;
    assert.equal(bought, BigInt(buying.outputAmount.quotient.toString()), coin.symbol);
    await devnet.passTime(day); // rewards come in between
    await devnet.settle();
    const selling = new Trade(
      new Route([await pairOf(weth(), coin)], coin, weth()),
      CurrencyAmount.fromRawAmount(weth(), String(unit / 10n)),
      TradeType.EXACT_OUTPUT,
    );
    const before = await erc20(coin).balanceOf(me());
    const wrapped = await erc20(weth()).balanceOf(me());
    await carryOut(selling);
    const paid = before - (await erc20(coin).balanceOf(me()));
    assert.equal(paid, BigInt(selling.inputAmount.quotient.toString()), coin.symbol);
    assert.equal((await erc20(weth()).balanceOf(me())) - wrapped, unit / 10n);
  }
  const two = new Trade(
    new Route([await pairOf(coins[0], weth()), await pairOf(weth(), coins[2])], coins[0], coins[2]),
    CurrencyAmount.fromRawAmount(coins[0], String(unit)),
    TradeType.EXACT_INPUT,
  );
  const had = await erc20(coins[2]).balanceOf(me());
  await carryOut(two);
  const got = (await erc20(coins[2]).balanceOf(me())) - had;
  assert.equal(got, BigInt(two.outputAmount.quotient.toString()));
});

test('a wallet sees the refusals in the words that front ends know', async () => {
  const path = [weth().address, tokenOf('thaw', 'THAW').address];
  await assert.rejects(
    router().swapExactETHForTokens(unit ** 2n, path, me(), 2n ** 40n, { value: 1n }),
    (fault) => fault.reason === 'UniswapV2Router: INSUFFICIENT_OUTPUT_AMOUNT',
  );
  await assert.rejects(
    router().swapExactETHForTokens(0n, path, me(), 1n, { value: 1n }),
    (fault) => fault.reason === 'UniswapV2Router: EXPIRED',
  );
});

test('a terminal swaps, provides and takes out again', async () => {
  const env = { PATH: process.env.PATH, THAW_RPC: devnet.url };
  const json = async (...args) => {
    const { code, out, err } = await run([...args, '--from', '4', '--json'], { env });
    assert.equal(code, 0, err);
    return JSON.parse(out);
  };
  const bought = await json('swap', '1', 'ETH', 'aFTMb');
  assert.equal(bought.received, bought.expected);
  const provided = await json('pool', 'add', '100', 'aFTMb', 'ETH');
  assert.ok(Number(provided.aFTMb) <= 100 && Number(provided.ETH) > 0);
  const [pool] = await json('pool', 'show', 'aFTMb', 'ETH');
  assert.ok(Number(pool.yoursPercent) > 0);
  const out = await json('pool', 'remove', 'all', 'aFTMb', 'ETH');
  assert.ok(Number(out.aFTMb) > 99.9);
  const sold = await json('swap', 'all', 'aFTMb', 'ETH');
  assert.equal(sold.received, sold.expected);
  const refused = await run(['swap', '5', 'aKSMb', 'ETH', '--from', '4'], { env });
  assert.match(refused.err, /you have not so much of it/);
  const listed = await (await devnet.get('/v1/pools')).json();
  assert.ok(listed.pools.some((p) => p.address === pool.pair));
  const quote = await (
    await devnet.get(
      `/v1/quotes/swap?from=${weth().address}&to=${observer.contract('thaw').address}&amount=1000`,
    )
  ).json();
  assert.ok(BigInt(quote.divided.amountOut) >= BigInt(quote.best.amountOut));
  await observer.assertSound();
  failed = false;
});
