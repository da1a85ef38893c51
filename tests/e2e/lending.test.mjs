// Lending with Aave V3's ABI through viem: lend, borrow, fall, liquidate; the loop in and its three
// ways out at the terminal; REST tells the same.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  createPublicClient,
  createWalletClient,
  http,
  encodeFunctionData,
  parseAbi,
  parseUnits,
} from 'viem';
import { day, Devnet, run } from './devnet.mjs';
import { account, chain, Observer } from './observer.mjs';

// As Aave publishes them.
const aave = parseAbi([
  'function supply(address asset, uint256 amount, address onBehalfOf, uint16 referralCode)',
  'function withdraw(address asset, uint256 amount, address to) returns (uint256)',
  'function borrow(address asset, uint256 amount, uint256 interestRateMode, uint16 ' +
    'referralCode, address onBehalfOf)',
  'function repay(address asset, uint256 amount, uint256 interestRateMode, address ' +
    'onBehalfOf) returns (uint256)',
  'function setUserEMode(uint8 categoryId)',
  'function getUserEMode(address user) view returns (uint256)',
  'function liquidationCall(address collateralAsset, address debtAsset, address user, ' +
    'uint256 debtToCover, bool receiveAToken)',
  'function getReservesList() view returns (address[])',
  'function getUserAccountData(address user) view returns (uint256 ' +
    'totalCollateralBase, uint256 totalDebtBase, uint256 availableBorrowsBase, uint256 ' +
    'currentLiquidationThreshold, uint256 ltv, uint256 healthFactor)',
  'event Borrow(address indexed reserve, address user, address indexed onBehalfOf, ' +
    'uint256 amount, uint8 interestRateMode, uint256 borrowRate, uint16 indexed ' +
    'referralCode)',
  'event LiquidationCall(address indexed collateralAsset, address indexed debtAsset, ' +
    'address indexed user, uint256 debtToCover, uint256 liquidatedCollateralAmount, ' +
    'address liquidator, bool receiveAToken)',
  'error CollateralTooSmall(uint256 debt, uint256 allowed)',
  'error Healthy(address account, uint256 health)',
]);
const termsTuple =
  '(uint256 supplyCap, uint256 borrowCap, uint256 debtCeiling, uint32 ltvBps, ' +
  'uint32 thresholdBps, uint32 bonusBps, uint32 reserveBps, uint32 baseBps, uint32 slopeBps, ' +
  'uint32 steepBps, uint32 kinkBps, bool borrowable, bool forIsolated, uint8 category)';
const hub = parseAbi([
  'function stake(uint256 assets) returns (uint256)',
  'function balanceOf(address) view returns (uint256)',
  'function transfer(address, uint256) returns (bool)',
  'function submit(uint64 seenAt, (uint8 asset, uint256 price)[] prices)',
  'function liquidateIntoTicket(address collateralAsset, address debtAsset, address ' +
    'user, uint256 debtToCover) returns (uint256 ticket)',
  `function terms(address asset) view returns (${termsTuple})`,
  `function setTerms(address asset, ${termsTuple} terms)`,
  'event PriceChanged(uint8 indexed asset, uint256 price, uint256 median)',
]);
const unit = 10n ** 18n;
const all = 2n ** 256n - 1n;
const fantom = 2;
const firstMember = 100;
const members = 4;

let devnet;
let observer;
let contracts;
let failed = true;
const transport = () => http(devnet.url);
const client = () => createPublicClient({ chain, transport: transport() });
const named = (name) => contracts.find((c) => c.name === name).address;
before(async () => {
  devnet = await Devnet.start();
  await devnet.settle();
  observer = await Observer.of(devnet);
  contracts = await devnet.json('/v1/contracts');
});
after(() => devnet.remove(failed));

const send = async (who, address, functionName, ...args) => {
  const wallet = createWalletClient({ account: who, chain, transport: transport() });
  const hash = await wallet.writeContract({ address, abi: [...aave, ...hub], functionName, args });
  const receipt = await client().waitForTransactionReceipt({ hash });
  assert.equal(receipt.status, 'success', functionName);
  return receipt;
};
const lend = (who, functionName, ...args) => send(who, named('lending'), functionName, ...args);
const refused = (who, functionName, args, why) =>
  assert.rejects(
    client().simulateContract({
      address: named('lending'),
      abi: aave,
      functionName,
      args,
      account: who,
    }),
    why,
  );
const standing = async (who) => {
  const [collateral, debt, available, threshold, ltv, health] = await client().readContract({
    address: named('lending'),
    abi: aave,
    functionName: 'getUserAccountData',
    args: [who.address],
  });
  return { collateral, debt, available, threshold, ltv, health };
};
const balance = (who, name) =>
  client().readContract({
    address: named(name),
    abi: hub,
    functionName: 'balanceOf',
    args: [who.address],
  });
const terminal = (...args) => run(args, { env: { PATH: process.env.PATH, THAW_RPC: devnet.url } });
const json = async (...args) => {
  const { code, out, err } = await terminal(...args, '--json');
  assert.equal(code, 0, err);
  return JSON.parse(out);
};
const marketOf = async (symbol, who) => {
  const query = who ? `?account=${who.address}` : '';
  const { markets } = await devnet.json(`/v1/markets${query}`);
  return markets.find((m) => m.asset.symbol === symbol);
};

/** Members say one price, window after window, until the hub's has come there. */
const bringPriceTo = async (asset, wanted) => {
  for (let window = 0; window < 20; ++window) {
    await devnet.passTime(601);
    const seen = BigInt(await devnet.now());
    for (let m = 0; m < members; ++m)
      await send(account(firstMember + m), named('prices'), 'submit', seen, [
        { asset, price: wanted },
      ]);
    const market = await marketOf('FTM');
    if (parseUnits(market.price, 18) === wanted) return;
  }
  assert.fail('the price does not come there');
};

test('viem: lend, borrow against it, and pay back with interest, by Aave’s ABI', async () => {
  const lender = account(2);
  const me = account(3);
  const coins = await client().readContract({
    address: named('lending'),
    abi: aave,
    functionName: 'getReservesList',
  });
  assert.ok(coins.includes(named('fantom.liquid')) && coins.includes(named('bnb.asset')));
  await lend(lender, 'supply', named('fantom.asset'), 4_000n * unit, lender.address, 0);
  await send(me, named('fantom.staking'), 'stake', 1_000n * unit);
  await lend(me, 'supply', named('fantom.liquid'), all, me.address, 0);
  const before = await standing(me);
  assert.equal(before.ltv, 5_500n);
  assert.equal(before.health, all, 'nothing is owed');
  await refused(
    me,
    'borrow',
    [named('fantom.asset'), 600n * unit, 2n, 0, me.address],
    /CollateralTooSmall/,
  );
  await lend(me, 'borrow', named('fantom.asset'), 400n * unit, 2n, 0, me.address);
  const owing = await standing(me);
  assert.ok(owing.debt * 1_000n >= before.collateral * 399n);
  assert.ok(owing.health > unit && owing.health < 2n * unit);
  for (let days = 0; days < 5; ++days) await devnet.passTime(day);
  const later = await devnet.json(`/v1/markets?account=${me.address}`);
  const owed = later.account.positions.find((p) => p.asset.symbol === 'FTM');
  assert.ok(BigInt(owed.debt) > 400n * unit, 'interest');
  const portfolio = await devnet.json(`/v1/accounts/${me.address}`);
  assert.deepEqual(portfolio.lending ?? portfolio.loans, later.account);
  await lend(me, 'repay', named('fantom.asset'), all, 2n, me.address);
  assert.equal((await standing(me)).health, all);
  await lend(me, 'withdraw', named('fantom.liquid'), all, me.address);
  assert.ok((await balance(me, 'fantom.liquid')) > 1_000n * unit, 'and it went on earning');
  assert.ok(BigInt((await marketOf('FTM')).reserves) > 0n);
  await observer.assertSound();
});

/** A threshold two points lower: the dry run names whom it would leave open to liquidation. */
const proposalWouldLiquidate = async (weak) => {
  const asset = named('fantom.liquid');
  const lending = named('lending');
  const terms = await client().readContract({
    address: lending,
    abi: hub,
    functionName: 'terms',
    args: [asset],
  });
  const rehearse = (thresholdBps) => {
    const args = [asset, { ...terms, thresholdBps }];
    const data = encodeFunctionData({ abi: hub, functionName: 'setTerms', args });
    return devnet.rpc('thaw_dryRun', [lending], [data]);
  };
  const harsh = await rehearse(6_300);
  assert.equal(harsh.passes, true, harsh.reason);
  assert.equal(harsh.delaySeconds, 2 * day, 'a parameter');
  assert.deepEqual(
    harsh.liquidates.accounts.map((a) => a.account),
    [weak.address.toLowerCase()],
  );
  assert.ok(parseUnits(harsh.liquidates.accounts[0].health, 18) < unit);
  assert.equal((await rehearse(6_500)).liquidates.count, 0, 'as it is nobody is weak');
};

test('a price falls: the weak are listed, and liquidated into coins or into a ticket', async () => {
  const weak = account(4);
  const liquidator = account(5);
  await lend(account(2), 'supply', named('bnb.asset'), 50n * unit, account(2).address, 0);
  await send(weak, named('fantom.staking'), 'stake', 5_000n * unit);
  await lend(weak, 'supply', named('fantom.liquid'), all, weak.address, 0);
  const { most } = await json('market', 'explain', 'BNB', '--from', '4');
  const borrowed = (BigInt(Math.floor(Number(most) * 1e6)) * unit) / 1_000_000n;
  await lend(weak, 'borrow', named('bnb.asset'), borrowed, 2n, 0, weak.address);
  const args = [named('fantom.liquid'), named('bnb.asset'), weak.address, all, false];
  await refused(liquidator, 'liquidationCall', args, /Healthy/);
  const { price } = await marketOf('FTM');
  const part = (percent) => (parseUnits(price, 18) / 100n) * percent;
  await bringPriceTo(fantom, part(86n));
  assert.ok((await standing(weak)).health > unit);
  await proposalWouldLiquidate(weak);
  await bringPriceTo(fantom, part(70n));
  const { health } = await standing(weak);
  assert.ok(health < unit);
  const { loans } = await devnet.json('/v1/loans');
  assert.equal(loans[0].account, weak.address.toLowerCase());
  assert.equal(parseUnits(loans[0].health, 18), health);
  const table = await terminal('market', 'weak');
  assert.match(table.out, new RegExp(weak.address.toLowerCase()));

  const tokens = await balance(liquidator, 'fantom.liquid');
  const tenth = borrowed / 10n;
  const said = await json(
    ...['liquidate', weak.address, 'aFTMb', 'BNB', String(Number(tenth) / 1e18)],
    ...['--into', 'ticket', '--from', '5'],
  );
  assert.ok(said.transaction);
  assert.equal(await balance(liquidator, 'fantom.liquid'), tokens, 'no token came');
  const { tickets } = await devnet.json(`/v1/accounts/${liquidator.address}`);
  assert.equal(tickets.length, 1);
  await lend(liquidator, 'liquidationCall', ...args);
  assert.ok((await balance(liquidator, 'fantom.liquid')) > tokens);
  assert.ok((await standing(weak)).health > health, 'the rest stands better');
  await observer.assertSound();
});

/** In and out again: what is left of 500 FTM. */
const inAndOut = async (from, by, leverage, most) => {
  const me = account(from);
  const assets = await balance(me, 'fantom.asset');
  const looped = await json(
    ...['loop', 'fantom', '500', '--leverage', leverage, '--from', String(from)],
  );
  assert.equal(Number(looped.staked), 500 * Number(leverage));
  assert.equal(await balance(me, 'fantom.asset'), assets - 500n * unit, 'its own part');
  assert.ok((await standing(me)).health > unit);
  assert.equal(
    looped.health,
    (((await standing(me)).health * 10_000n) / unit).toString().replace(/(\d{4})$/, '.$1'),
  );
  const before = await balance(me, 'fantom.liquid');
  const out = await json('unwind', 'fantom', '--by', by, '--from', String(from));
  assert.equal(out.health, 'no debts');
  const left = (await balance(me, 'fantom.liquid')) - before;
  const coins = (await balance(me, 'fantom.asset')) - (assets - 500n * unit);
  assert.ok(left + coins > 480n * unit, `${left} and ${coins} are left of 500`);
  assert.ok(left + coins <= most * unit, `${left} and ${coins} came of 500`);
};

test('the loop at the terminal, and out of it at once by the flash pool', async () => {
  // Members see the market's price again; the hub's follows it, window after window.
  for (let quotes = 0; quotes < 6; ++quotes) await devnet.passTime(4 * 3600);
  await json('lend', 'FTM', '4000', '--from', '8');
  await json('flash', 'deposit', 'fantom', '4000', '--from', '7');
  await inAndOut(6, 'flash', '3', 500n);
  await observer.assertSound();
});

test('and by the exchange', async () => {
  // The pair may pay more than the rate as well as less.
  await inAndOut(6, 'exchange', '2.5', 520n);
  await observer.assertSound();
});

test('and by tickets, one step at a time, without a fee', async () => {
  const me = account(6);
  await json('loop', 'fantom', '200', '--leverage', '1.6', '--from', '6');
  const wallet = await balance(me, 'fantom.asset');
  // What is in the wallet already stays there: only what tickets bring is paid.
  let step = await json('unwind', 'fantom', '--by', 'ticket', '--pay', '0.000001', '--from', '6');
  for (let steps = 0; !step.done; ++steps) {
    assert.ok(steps < 10, 'it comes to an end');
    const { tickets } = await devnet.json(`/v1/accounts/${me.address}`);
    assert.equal(tickets.length, 1);
    await devnet.passTime(8 * day);
    await devnet.settle();
    for (let waits = 0; waits < 20; ++waits) {
      const left = await devnet.json(`/v1/accounts/${me.address}`);
      if (left.tickets.length === 0) break;
      await devnet.passTime(day);
    }
    const came = (await balance(me, 'fantom.asset')) - wallet;
    assert.ok(came > 0n, 'the ticket was paid');
    step = await json('unwind', 'fantom', '--by', 'ticket', '--from', '6');
  }
  assert.equal(step.health, 'no debts');
  await observer.assertSound();
});

test('what cannot be done is refused in words', async () => {
  const much = await terminal('loop', 'fantom', '100', '--leverage', '40', '--from', '6');
  assert.notEqual(much.code, 0);
  assert.match(much.err, /--leverage goes from 1 to below 8\.47/);
  const none = await terminal('unwind', 'bnb', '--from', '7');
  assert.notEqual(none.code, 0);
  assert.match(none.err, /the account owes no BNB/);
  const strong = await terminal('liquidate', account(7).address, 'aFTMb', 'BNB', 'all');
  assert.notEqual(strong.code, 0);
  assert.match(strong.err, /nothing is owed in this market/);
  const kind = await terminal('unwind', 'fantom', '--by', 'bridge', '--from', '6');
  assert.match(kind.err, /flash|exchange|ticket/);
  failed = false;
});
