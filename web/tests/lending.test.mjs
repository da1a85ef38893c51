// Lend, borrow and loop by the page's own buttons; what it says of health and of prices at which
// that ends, against what the contracts say before and after.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { createPublicClient, encodeFunctionData, http } from 'viem';
import { Stage, tally } from './stage.mjs';

let stage, accounts, client, book, markets;
const { tried, anyFailed } = tally();
const unit = 10n ** 18n;
const infinite = 2n ** 256n - 1n;

const read = (name, functionName, args = []) =>
  client.readContract({ ...book[name], functionName, args });
const send = (from, name, functionName, args) =>
  stage.devnet.rpc('eth_sendTransaction', {
    from,
    to: book[name].address,
    data: encodeFunctionData({ ...book[name], functionName, args }),
  });
const health = async (who) => (await read('lending', 'getUserAccountData', [who]))[5];
const position = async (who, symbol) =>
  (await read('lending', 'positions', [who])).find(
    ({ asset }) => asset.toLowerCase() === markets[symbol].asset.address,
  );
const told = async (page) => {
  const text = await page.locator('form [data-health]').getAttribute('data-health');
  return text === 'none' ? infinite : BigInt(text);
};
const market = (page, symbol) => stage.go(page, `/earn/markets/${markets[symbol].asset.address}`);
const choose = (page, words) => page.locator('fieldset').getByText(words, { exact: true }).click();

before(async () => {
  stage = await Stage.open();
  const { devnet } = stage;
  client = createPublicClient({ transport: http(devnet.url) });
  accounts = await devnet.rpc('eth_accounts');
  book = Object.fromEntries(
    (await devnet.json('/v1/contracts')).map(({ name, address, abi }) => [name, { address, abi }]),
  );
  markets = Object.fromEntries(
    (await devnet.json('/v1/markets')).markets.map((one) => [one.asset.symbol, one]),
  );
  await send(accounts[9], 'lending', 'supply', [
    markets.FTM.asset.address,
    5_000n * unit,
    accounts[9],
    0,
  ]);
});
after(async () => {
  await stage.close(anyFailed());
});

tried('supply, and borrow with the health and the price that were shown', async () => {
  const [, , me] = accounts;
  const page = await stage.page({ developer: 2 });
  await stage.go(page, '/earn/markets');
  await page.locator('[data-market=BNB] a').click();
  await page.getByRole('heading', { name: 'BNB, lent and borrowed' }).waitFor();
  await page.getByLabel('BNB to supply').fill('10');
  await page.getByRole('button', { name: 'Supply BNB' }).click();
  await page.getByText('Supplied 10 BNB.').waitFor();
  assert.equal((await position(me, 'BNB')).pledged, 10n * unit);
  assert.equal(
    await page.locator('[data-mine]').first().getAttribute('data-mine'),
    `${10n * unit}`,
  );

  await market(page, 'FTM');
  await choose(page, 'Borrow');
  await page.getByLabel('FTM to borrow').fill('1000');
  await page.locator('form [data-edge]').waitFor();
  const promised = await told(page);
  const edge = BigInt(await page.locator('form [data-edge]').getAttribute('data-edge'));
  await page.getByRole('button', { name: 'Borrow FTM' }).click();
  await page.getByText(/^Borrowed 1\s000 FTM\.$/).waitFor();
  assert.equal(await health(me), promised, 'to the last digit');

  // One collateral: at that price of it 10 BNB count exactly what is owed.
  const { debtValue } = await position(me, 'FTM');
  const counted = (10n * edge * BigInt(markets.BNB.terms.thresholdBps)) / 10_000n;
  const off = counted - debtValue;
  assert.ok(off < 100n && off > -100n, `${counted} count, ${debtValue} are owed`);
  await page.context().close();
});

tried('the slider moves the amount, by the keyboard too, and health follows', async () => {
  const [, , me] = accounts;
  const page = await stage.page({ developer: 2 });
  await market(page, 'FTM');
  await choose(page, 'Borrow');
  const slider = page.getByRole('slider');
  await slider.focus();
  await page.keyboard.press('End');
  const [most] = await read('lending', 'explain', [me, markets.FTM.asset.address]);
  const text = await page.getByLabel('FTM to borrow').inputValue();
  assert.equal(text, `${most / unit}.${`${most % unit}`.padStart(18, '0')}`.replace(/\.?0+$/, ''));
  await page.locator('form [data-health]').waitFor();
  const now = await health(me);
  await page.waitForFunction((before) => {
    const at = document.querySelector('form [data-health]')?.getAttribute('data-health');
    return at && at !== 'none' && BigInt(at) < BigInt(before);
  }, `${now}`);
  const all = await told(page);
  for (let n = 0; n < 5; ++n) await page.keyboard.press('PageDown');
  assert.equal(await slider.inputValue(), '500');
  // Until the node has answered for the new amount, the health of now is shown.
  await page.waitForFunction(
    ([all, now]) => {
      const at = document.querySelector('form [data-health]')?.getAttribute('data-health');
      return at && at !== 'none' && BigInt(all) < BigInt(at) && BigInt(at) < BigInt(now);
    },
    [`${all}`, `${now}`],
  );
  await page.getByLabel('FTM to borrow').fill('900000');
  await page.getByText('You may borrow ').waitFor();
  assert.ok(await page.getByRole('button', { name: 'Borrow FTM' }).isDisabled());
  await page.context().close();
});

tried('more than health allows is refused in words before anybody signs', async () => {
  const page = await stage.page({ developer: 2 });
  await market(page, 'BNB');
  await choose(page, 'Withdraw');
  await page.getByRole('button', { name: 'Max BNB' }).click();
  await page.getByText('The health factor would be 0; it must be 1 at least.').waitFor();
  assert.ok(await page.getByRole('button', { name: 'Withdraw BNB' }).isDisabled());
  await page.context().close();
});

tried('a debt is repaid whole, and all of it is withdrawn', async () => {
  const [, , me] = accounts;
  await stage.devnet.passTime(86_400);
  assert.ok((await position(me, 'FTM')).debt > 1_000n * unit, 'a day’s interest');
  const page = await stage.page({ developer: 2 });
  await market(page, 'FTM');
  await choose(page, 'Repay');
  await page.getByRole('button', { name: 'Max FTM' }).click();
  await page.getByRole('button', { name: 'Repay FTM' }).click();
  await page.getByText('Repaid 1').waitFor();
  assert.equal(await position(me, 'FTM'), undefined);
  await market(page, 'BNB');
  await choose(page, 'Withdraw');
  await page.getByRole('button', { name: 'Max BNB' }).click();
  await page.getByRole('button', { name: 'Withdraw BNB' }).click();
  await page.getByText('Withdrawn 10 BNB.').waitFor();
  assert.deepEqual(await read('lending', 'positions', [me]), []);
  assert.equal(await read('bnb.asset', 'balanceOf', [me]), 10_000n * unit);
  await page.context().close();
});

tried('ether goes in and comes out as ether', async () => {
  const [, , , me] = accounts;
  const page = await stage.page({ developer: 3 });
  await market(page, 'WETH');
  await page.getByLabel('ETH to supply').fill('2');
  await page.getByRole('button', { name: 'Supply ETH' }).click();
  await page.getByText('Supplied 2 ETH.').waitFor();
  assert.equal((await position(me, 'WETH')).pledged, 2n * unit);
  await choose(page, 'Borrow');
  await page.getByLabel('ETH to borrow').fill('0.5');
  await page.getByRole('button', { name: 'Borrow ETH' }).click();
  await page.getByText('Borrowed 0.5 ETH.').waitFor();
  await choose(page, 'Repay');
  await page.getByRole('button', { name: 'Max ETH' }).click();
  await page.getByRole('button', { name: 'Repay ETH' }).click();
  await page.getByText('Repaid 0.5 ETH.').waitFor();
  await choose(page, 'Withdraw');
  await page.getByRole('button', { name: 'Max ETH' }).click();
  await page.getByRole('button', { name: 'Withdraw ETH' }).click();
  await page.getByText('Withdrawn 2 ETH.').waitFor();
  assert.deepEqual(await read('lending', 'positions', [me]), []);
  const wei = BigInt(await stage.devnet.rpc('eth_getBalance', me, 'latest'));
  assert.ok(10_000n * unit - wei < unit / 100_000n, `${wei}`);
  await page.context().close();
});

tried('a loop ends at the leverage and the health that were shown, by one signature', async () => {
  const [, , , , me] = accounts;
  const page = await stage.page({ developer: 4 });
  await stage.go(page, '/earn/loop/fantom');
  await page.getByLabel('Amount of your own').fill('300');
  const slider = page.getByRole('slider', { name: 'Leverage' });
  await slider.fill('45');
  await page.locator('[data-staked]').waitFor();
  await page.getByRole('button', { name: 'Loop at 4.5×' }).waitFor();
  assert.equal(await page.locator('[data-staked]').getAttribute('data-staked'), `${1_350n * unit}`);
  const promised = await told(page);
  const before = Number(await stage.devnet.rpc('eth_getTransactionCount', me, 'latest'));
  await page.getByRole('button', { name: 'Loop at 4.5×' }).click();
  await page.getByText('Staked 4.5 times 300 FTM').waitFor();
  assert.equal(
    await stage.devnet.rpc('eth_getTransactionCount', me, 'latest'),
    `0x${(before + 1).toString(16)}`,
  );
  assert.equal(await health(me), promised);
  const { debt } = await position(me, 'FTM');
  assert.ok(debt - 1_050n * unit < 100n, `${debt}`);
  const { pledged } = await position(me, 'aFTMb');
  assert.ok(1_350n * unit - pledged < 100n, `${pledged}`);

  // A higher floor allows less leverage: the slider does not go beyond it.
  await page.getByRole('slider', { name: 'Nothing happens below' }).fill('200');
  assert.ok(Number(await slider.getAttribute('max')) <= 18);
  await page.context().close();
});

tried('the portfolio shows loans as a layer, to anybody', async () => {
  const [, , , , me] = accounts;
  const page = await stage.page();
  await stage.go(page, `/portfolio/${me}`);
  const { lending } = await stage.devnet.json(`/v1/accounts/${me}`);
  await page.getByRole('heading', { name: 'In lending markets' }).waitFor();
  const shown = await page.locator('[data-health]').getAttribute('data-health');
  assert.equal(shown, `${await health(me)}`);
  assert.equal(await page.locator('[data-debt]').getAttribute('data-debt'), lending.debt);
  for (const p of lending.positions) {
    const row = page.locator(`li[data-coin=${p.asset.symbol}]`);
    const units = p.debt === '0' ? p.pledged : p.debt;
    assert.equal(await row.getAttribute('data-units'), units);
  }
  assert.deepEqual(stage.faults, []);
  await page.context().close();
});

tried('a loop is left by one signature, and leaves what was shown', async () => {
  const [, , , , me] = accounts;
  const page = await stage.page({ developer: 4 });
  await stage.go(page, '/earn/loop/fantom');
  await page.locator('[data-left]').waitFor();
  const { debt } = await position(me, 'FTM');
  assert.equal(BigInt(await page.locator('[data-repaid]').getAttribute('data-repaid')), debt);
  const promised = BigInt(await page.locator('[data-left]').getAttribute('data-left'));
  // 300 of one's own, less what the buyer of the rest keeps of it.
  assert.ok(promised > 280n * unit && promised <= 301n * unit, `${promised}`);
  const before = await read('fantom.liquid', 'balanceOf', [me]);
  await page.getByRole('button', { name: 'Leave the loop' }).click();
  await page.getByText('the rest of your stake is free.').waitFor();
  assert.deepEqual(await read('lending', 'positions', [me]), []);
  const left = (await read('fantom.liquid', 'balanceOf', [me])) - before;
  assert.ok(left - promised < 10n && promised - left < 10n, `${left} came`);

  // With tokens in the wallet another loop takes none of them.
  await page.getByLabel('Amount of your own').fill('100');
  await page.getByRole('button', { name: 'Loop at 3.0×' }).click();
  await page.getByText('Staked 3 times 100 FTM').waitFor();
  const kept = await read('fantom.liquid', 'balanceOf', [me]);
  assert.ok(kept >= left + before && kept - left - before < 100n, `${kept}`);
  assert.deepEqual(stage.faults, []);
  await page.context().close();
});
