// Beyond staking: each way to earn, by the page's own buttons, against what contracts then say.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { createPublicClient, encodeFunctionData, http } from 'viem';
import { day, Stage, tally, unitsOf } from './stage.mjs';

let stage, accounts, client, book;
const { tried, anyFailed } = tally();

before(async () => {
  stage = await Stage.open();
  const { devnet } = stage;
  client = createPublicClient({ transport: http(devnet.url) });
  accounts = await devnet.rpc('eth_accounts');
  book = Object.fromEntries(
    (await devnet.json('/v1/contracts')).map(({ name, address, abi }) => [name, { address, abi }]),
  );
});
after(async () => {
  await stage.close(anyFailed());
});
const read = (name, functionName, args = []) =>
  client.readContract({ ...book[name], functionName, args });

tried('who lends announces, and takes out with the report', async () => {
  const page = await stage.page({ developer: 2 });
  await stage.go(page, '/earn/bnb');
  await page.getByLabel('Amount to lend').fill('40');
  await page.getByRole('button', { name: 'Lend BNB' }).click();
  await page.getByText('Done.').waitFor();
  assert.equal(await read('bnb.flash', 'flashPoolCapacity'), 40n * 10n ** 18n);
  await page.getByRole('button', { name: 'Announce to leave' }).click();
  await page.getByRole('button', { name: 'Stay after all' }).click();
  await page.getByRole('button', { name: 'Announce to leave' }).waitFor();
  assert.ok((await read('bnb.flash', 'balanceOf', [accounts[2]])) > 0n);
  await page.context().close();
});

tried('leaving at once pays what it said, and no more than the pool has', async () => {
  const page = await stage.page({ developer: 3 });
  await stage.go(page, '/stake/bnb');
  await page.getByLabel('Amount').fill('100');
  await page.getByRole('button', { name: 'Stake 100 BNB' }).click();
  await page.getByText('Staked 100 BNB.').waitFor();
  await stage.devnet.passTime(day);

  const before = await read('bnb.asset', 'balanceOf', [accounts[3]]);
  await stage.go(page, '/leave/bnb');
  await page.getByLabel('Amount').fill('10');
  await page.getByRole('radio', { name: 'At once, from the flash pool' }).check();
  const promised = await unitsOf(page.locator('[data-way=flash]'));
  await page.getByRole('button', { name: 'Leave with 10 ankrBNB' }).click();
  await page.getByText('Received ').waitFor();
  const after_ = await read('bnb.asset', 'balanceOf', [accounts[3]]);
  assert.equal(after_ - before, promised, 'to the base unit');

  // More than the pool has: the rest by a ticket, both by one signature.
  await page.getByLabel('Amount').fill('80');
  await page.getByRole('radio', { name: 'At once as far as the pool goes' }).check();
  await page.getByRole('button', { name: 'Leave with 80 ankrBNB' }).click();
  await page.getByText('Received ').waitFor();
  await page.getByText('It is paid to you by itself').waitFor();
  const { tickets } = await stage.devnet.json(`/v1/accounts/${accounts[3]}`);
  assert.equal(tickets.length, 1);
  assert.equal(await read('bnb.flash', 'flashPoolCapacity'), 0n);
  await page.context().close();
});

tried('tickets are split, merged, taken back and handed over', async () => {
  const page = await stage.page({ developer: 3 });
  await stage.go(page, '/leave/bnb');
  const card = () => page.locator('article.ticket').first();
  const mine = async () => (await stage.devnet.json(`/v1/accounts/${accounts[3]}`)).tickets;
  const whole = BigInt((await mine())[0].shares);
  await card().getByRole('button', { name: 'Split' }).click();
  await card().getByLabel('Split off').fill('5');
  await card().getByRole('button', { name: 'Split off a ticket' }).click();
  await page.locator('article.ticket').nth(1).waitFor();
  const parts = await mine();
  assert.equal(parts.length, 2);
  assert.equal(
    parts.reduce((sum, one) => sum + BigInt(one.shares), 0n),
    whole,
  );
  await card().getByRole('button', { name: 'Merge with 1 of the same batch' }).click();
  await page.locator('article.ticket').nth(1).waitFor({ state: 'detached' });
  assert.equal(BigInt((await mine())[0].shares), whole);
  await card().getByRole('button', { name: 'Split' }).click();
  await card().getByLabel('Split off').fill('5');
  await card().getByRole('button', { name: 'Split off a ticket' }).click();
  await page.locator('article.ticket').nth(1).waitFor();
  await card().getByRole('button', { name: 'Give or sell' }).click();
  await card().getByLabel('To').fill(accounts[4]);
  await card().getByRole('button', { name: 'Hand it over for good' }).click();
  await page.locator('article.ticket').nth(1).waitFor({ state: 'detached' });
  assert.equal((await stage.devnet.json(`/v1/accounts/${accounts[4]}`)).tickets.length, 1);
  await card().getByRole('button', { name: 'Take back' }).click();
  await page.getByText('You wait for nothing.').waitFor();
  await page.context().close();
});

/** What an account holds by a symbol: of ether, an asset, a liquid token, or THAW. */
async function holds(index, symbol) {
  const { eth, thaw, positions } = await stage.devnet.json(`/v1/accounts/${accounts[index]}`);
  const all = [eth, thaw, ...positions.flatMap(({ asset, liquid }) => [asset, liquid])];
  return BigInt(all.find((one) => one.symbol === symbol).balance);
}
const gasMost = 10n ** 12n;

tried('a swap gives what was quoted: ether in and out, over pairs and stable pairs', async () => {
  const page = await stage.page({ developer: 5 });
  await stage.go(page, '/swap');
  for (const [give, take, amount, way] of [
    ['ETH', 'aFTMb', '0.01', 'ETH → aFTMb'],
    ['aFTMb', 'ETH', '3', 'aFTMb → ETH'],
    ['FTM', 'aFTMb', '50', 'FTM → aFTMb'],
    ['FTM', 'DOT', '40', 'FTM → aFTMb → ETH → aDOTb'],
    ['ETH', 'THAW', '0.02', 'ETH → THAW'],
  ]) {
    await page.getByLabel('You give').selectOption(give);
    await page.getByLabel('You take').selectOption(take);
    await page.getByLabel('Amount').fill(amount);
    if (take === 'DOT') {
      // Four pools apart: the page says that no way leads there.
      await page.getByText('No pools lead from FTM to DOT for that amount.').waitFor();
      assert.ok(await page.getByRole('button', { name: 'Swap 40 FTM' }).isDisabled());
      continue;
    }
    await page.getByText(way, { exact: false }).waitFor();
    const promised = await unitsOf(page.locator('dd .receive'));
    const before = await holds(5, take);
    await page.getByRole('button', { name: `Swap ${amount} ${give}` }).click();
    await page.getByText(`${amount} ${give} for about`).waitFor();
    const gained = (await holds(5, take)) - before;
    const gas = take === 'ETH' ? gasMost : 0n;
    assert.ok(gained <= promised && gained + gas + 1n >= promised, `${give} to ${take}`);
  }
  await page.context().close();
});

tried('a large swap is divided among ways where that pays more, under one signature', async () => {
  const whole = 3_000n * 10n ** 18n;
  const [from, to] = ['fantom.liquid', 'fantom.asset'].map((name) => book[name].address);
  const path = `/v1/quotes/swap?from=${from}&to=${to}&amount=${whole}`;
  const quote = await stage.devnet.json(path);
  const page = await stage.page({ developer: 5 });
  await stage.go(page, '/swap');
  await page.getByLabel('You give').selectOption('FTM');
  await page.getByLabel('You take').selectOption('aFTMb');
  await page.getByLabel('Amount').fill('3000');
  const best = BigInt(quote.best.amountOut);
  const promised = await unitsOf(page.locator('dd .receive'));
  assert.ok(promised > 0n && best > 0n);
  const before = await holds(5, 'aFTMb');
  await page.getByRole('button', { name: 'Swap 3000 FTM' }).click();
  await page.getByText('3000 FTM for about').waitFor();
  assert.ok((await holds(5, 'aFTMb')) - before + 1n >= promised);
  await page.context().close();
});

tried('who provides to a pair gets a share, and takes out what it says', async () => {
  const page = await stage.page({ developer: 6 });
  await stage.go(page, '/stake/fantom');
  await page.getByLabel('Amount').fill('400');
  await page.getByRole('button', { name: 'Stake 400 FTM' }).click();
  await page.getByText('Staked 400 FTM.').waitFor();
  await stage.go(page, '/earn/pools');
  await page.getByRole('heading', { name: 'aFTMb and ETH' }).waitFor();
  await page.getByLabel('aFTMb to provide').fill('100');
  await page.locator('[data-liquidity]').waitFor();
  const promised = BigInt(await page.locator('[data-liquidity]').getAttribute('data-liquidity'));
  await page.getByRole('button', { name: 'Provide', exact: true }).click();
  await page.getByText('Provided 100 aFTMb and ').waitFor();
  assert.equal(await read('pair.aFTMb-WETH', 'balanceOf', [accounts[6]]), promised);
  const mine = async () =>
    (await stage.devnet.json(`/v1/accounts/${accounts[6]}`)).liquidity.find(
      (one) => one.symbol === 'aFTMb-WETH',
    );
  assert.equal((await mine()).liquidity, `${promised}`);

  await page.getByText('Withdraw', { exact: true }).click();
  await page.getByText('50 %', { exact: true }).click();
  await page.locator('[data-comes]').nth(1).waitFor();
  const before = await holds(6, 'aFTMb');
  const comes = BigInt(await page.locator('[data-comes]').first().getAttribute('data-comes'));
  await page.getByRole('button', { name: 'Withdraw', exact: true }).click();
  await page.getByText('Withdrawn ').waitFor();
  const gained = (await holds(6, 'aFTMb')) - before;
  assert.ok(gained - comes <= 1n && comes - gained <= 1n, `${gained} came, ${comes} was said`);
  assert.equal(BigInt((await mine()).liquidity), promised - promised / 2n);
  await page.context().close();
});

tried('a stable pair takes one coin alone, and gives back either', async () => {
  const page = await stage.page({ developer: 6 });
  await stage.go(page, `/earn/pools/${book['stable.aFTMb-FTM'].address.toLowerCase()}`);
  await page.getByRole('heading', { name: 'FTM and aFTMb' }).waitFor();
  await page.getByLabel('aFTMb to provide').fill('20');
  await page.locator('[data-liquidity]').waitFor();
  const promised = BigInt(await page.locator('[data-liquidity]').getAttribute('data-liquidity'));
  await page.getByRole('button', { name: 'Provide', exact: true }).click();
  await page.getByText('Provided 20 aFTMb.').waitFor();
  assert.equal(await read('stable.aFTMb-FTM', 'balanceOf', [accounts[6]]), promised);
  await page.getByText('Withdraw', { exact: true }).click();
  await page.getByRole('radio', { name: 'FTM', exact: true }).check();
  await page.locator('[data-comes]').waitFor();
  const before = await holds(6, 'FTM');
  const comes = BigInt(await page.locator('[data-comes]').getAttribute('data-comes'));
  await page.getByRole('button', { name: 'Withdraw', exact: true }).click();
  await page.getByText('Withdrawn ').waitFor();
  assert.equal((await holds(6, 'FTM')) - before, comes);
  assert.equal(await read('stable.aFTMb-FTM', 'balanceOf', [accounts[6]]), 0n);
  await page.context().close();
});

tried('a farm: stake, claim, take a part and then all of it out', async () => {
  const page = await stage.page({ developer: 6 });
  const farm = book['farm.farm-aFTMb-WETH'].address.toLowerCase();
  await stage.go(page, `/earn/farms/${farm}`);
  await page.getByRole('heading', { name: 'Farm of aFTMb and ETH' }).waitFor();
  const liquidity = await read('pair.aFTMb-WETH', 'balanceOf', [accounts[6]]);
  await page.getByRole('button', { name: 'Max' }).click();
  await page.getByRole('button', { name: 'Stake in the farm' }).click();
  await page.getByText('Farming ').waitFor();
  assert.equal(await read('farm.farm-aFTMb-WETH', 'stakedOf', [accounts[6]]), liquidity);
  await stage.devnet.passTime(day);
  await page.getByRole('button', { name: 'Claim THAW' }).click();
  await page.getByText('Claimed.').waitFor();
  const claimed = await holds(6, 'THAW');
  assert.ok(claimed > 10_000n * 10n ** 18n, 'a day of its budget');
  await page.getByText('Take out', { exact: true }).click();
  await page.getByText('25 %', { exact: true }).click();
  await page.getByRole('button', { name: 'Take out', exact: true }).click();
  await page.getByText('25 % of it is back with you.').waitFor();
  assert.equal(await read('pair.aFTMb-WETH', 'balanceOf', [accounts[6]]), liquidity / 4n);
  await page.getByText('All', { exact: true }).click();
  await page.getByRole('button', { name: 'Claim and take all out' }).click();
  await page.getByText('Claimed, and all of it is back with you.').waitFor();
  assert.equal(await read('pair.aFTMb-WETH', 'balanceOf', [accounts[6]]), liquidity);
  await page.context().close();
});

tried('a vault: in, out in part, and the rest in kind', async () => {
  const page = await stage.page({ developer: 7 });
  // It pays at once what the flash pool can take over.
  await stage.devnet.rpc('eth_sendTransaction', {
    from: accounts[2],
    to: book['fantom.flash'].address,
    data: encodeFunctionData({
      ...book['fantom.flash'],
      functionName: 'deposit',
      args: [500n * 10n ** 18n, accounts[2]],
    }),
  });
  await stage.go(page, `/earn/vaults/${book['vault.stv-FTM'].address.toLowerCase()}`);
  await page.getByRole('heading', { name: 'Vault of FTM' }).waitFor();
  await page.getByLabel('FTM to put in').fill('200');
  await page.getByRole('button', { name: 'Put into the vault' }).click();
  await page.getByText('Put in 200 FTM.').waitFor();
  const before = await holds(7, 'FTM');
  await page.getByText('Take out', { exact: true }).click();
  await page.getByLabel('FTM to take out').fill('50');
  await page.getByRole('button', { name: 'Take out of the vault' }).click();
  await page.getByText('Taken out 50 FTM.').waitFor();
  assert.equal((await holds(7, 'FTM')) - before, 50n * 10n ** 18n);
  await page.getByRole('button', { name: 'All of it as the liquid token' }).click();
  await page.getByText('Taken out, as the liquid token').waitFor();
  assert.equal(await read('vault.stv-FTM', 'balanceOf', [accounts[7]]), 0n);
  assert.ok((await holds(7, 'aFTMb')) > 149n * 10n ** 18n);
  await page.context().close();
});

tried('all layers by one signature, in and out again', async () => {
  const page = await stage.page({ developer: 8 });
  await stage.go(page, '/earn/layers/fantom');
  await page.getByLabel('Amount').fill('100');
  await page.locator('[data-receipts]').waitFor();
  const promised = BigInt(await page.locator('[data-receipts]').getAttribute('data-receipts'));
  const nonce = () => stage.devnet.rpc('eth_getTransactionCount', accounts[8], 'latest');
  const before = BigInt(await nonce());
  await page.getByRole('button', { name: 'Do it all' }).click();
  await page.getByText('100 FTM work in three layers now.').waitFor();
  assert.equal(BigInt(await nonce()), before + 1n);
  assert.equal(await read('farm.farm-aFTMb-WETH', 'balanceOf', [accounts[8]]), promised);
  await page.locator('[data-later]').waitFor();
  const later = BigInt(await page.locator('[data-later]').getAttribute('data-later'));
  await page.getByRole('button', { name: 'Leave all layers' }).click();
  await page.getByText('Left all layers; a ticket pays the rest.').waitFor();
  assert.equal(BigInt(await nonce()), before + 2n);
  const { tickets, farms, liquidity } = await stage.devnet.json(`/v1/accounts/${accounts[8]}`);
  assert.equal(farms.length + liquidity.length, 0);
  assert.equal(BigInt(tickets[0].nominal), later, 'what was said is what the ticket is for');

  await page.getByRole('radio', { name: 'stake and farm aFTMb' }).check();
  await page.getByLabel('Amount').fill('10');
  await page.getByRole('button', { name: 'Do it all' }).click();
  await page.getByText('10 FTM work in two layers now.').waitFor();
  await page.getByRole('button', { name: 'Leave all layers' }).click();
  await page.getByText('Left all layers; a ticket pays the rest.').waitFor();
  await page.context().close();
});

tried('an opportunity shows its arithmetic, and it adds up', async () => {
  const page = await stage.page({ developer: 9 });
  await stage.go(page, '/earn/opportunities');
  await page.getByRole('heading', { name: 'Price and worth of each token' }).waitFor();
  const { opportunities } = await stage.devnet.json('/v1/opportunities');
  const good = opportunities.filter(({ kind }) => kind !== 'none');
  assert.equal(await page.locator('[data-opportunity]').count(), good.length);
  for (const { network, size, profit } of good) {
    const card = page.locator(`[data-opportunity=${network}]`);
    assert.equal(`${await unitsOf(card.locator('[data-units]'))}`, size);
    assert.equal(await card.locator('[data-profit]').getAttribute('data-profit'), profit);
  }
  assert.deepEqual(stage.faults, []);
  await page.context().close();
});

tried(
  'a part of a payable ticket is claimed by its own verb, and refused in words too early',
  async () => {
    const page = await stage.page({ developer: 4 });
    // The hub pays what is payable within the block, so the page is told of such a ticket.
    await page.route(`**/v1/accounts/${accounts[4]}`, async (route) => {
      const answer = await (await route.fetch()).json();
      for (const ticket of answer.tickets) ticket.status = 'payable';
      await route.fulfill({ json: answer });
    });
    await stage.go(page, '/leave/bnb');
    const card = page.locator('article.ticket').first();
    await card.getByRole('button', { name: 'Only a part of it' }).click();
    await card.getByLabel('Claim').fill('1000');
    await card.getByText('More than nothing, and at most the ').waitFor();
    await card.getByLabel('Claim').fill('1');
    await card.getByRole('button', { name: 'Claim that much' }).click();
    await card.getByText('Not payable yet; it will be at about').waitFor();
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    assert.deepEqual(stage.faults, []);
    await page.context().close();
  },
);

tried('a withdrawal to Polkadot takes its own addresses, and no others', async () => {
  const page = await stage.page({ developer: 4 });
  await stage.go(page, '/bridge');
  await page.getByText('Take out', { exact: true }).click();
  const route = page.locator('#route option', { hasText: /DOT\s+to\s+Polkadot/ });
  const index = await route.first().evaluate((one) => one.index);
  await page.locator('#route').selectOption({ index });
  await page.getByLabel('Amount').fill('1');
  const button = page.getByRole('button', { name: 'Take out DOT' });
  const receiver = page.getByLabel('Receiver on Polkadot');
  // One key in its three forms; then Kusama's, and a digit gone wrong.
  const key = '0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d';
  const [polkadot, generic, kusama] = [
    '15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5',
    '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY',
    'HNZata7iMYWmk5RvZRTiAsSDhV8366zq2YGb3tLH5Upf74F',
  ];
  for (const [text, good] of [
    [kusama, false],
    [polkadot.replace('Sp5', 'Sp6'), false],
    [generic, true],
    [key, true],
    [polkadot, true],
  ]) {
    await receiver.fill(text);
    await page.locator(`#recipient${good ? ':not([aria-invalid])' : '[aria-invalid]'}`).waitFor();
    assert.equal(await button.isDisabled(), !good, text);
  }
  await button.click();
  await page.getByText('is on its way; see its state beside.').waitFor();
  const { withdrawals } = await stage.devnet.json(`/v1/accounts/${accounts[4]}/bridge`);
  const kept = await read('bridge', 'withdrawal', [BigInt(withdrawals[0].id)]);
  assert.equal(kept[1], key);
  assert.deepEqual(stage.faults, []);
  await page.context().close();
});
