// No number is computed twice differently: what the page shows, what REST says and what the
// contracts' views say agree to the base unit, on all five networks.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { createPublicClient, encodeFunctionData, http } from 'viem';
import { day, networks, Stage, tally, unitsOf } from './stage.mjs';

let stage, me, client, book;
const { tried, anyFailed } = tally();

const read = (name, functionName, args = []) =>
  client.readContract({ ...book[name], functionName, args });
const whole = (n, decimals) => n * 10n ** BigInt(decimals);

before(async () => {
  stage = await Stage.open();
  const { devnet } = stage;
  client = createPublicClient({ transport: http(devnet.url) });
  [me] = await devnet.rpc('eth_accounts');
  book = Object.fromEntries(
    (await devnet.json('/v1/contracts')).map(({ name, address, abi }) => [name, { address, abi }]),
  );
  const send = (name, functionName, args) =>
    devnet.rpc('eth_sendTransaction', {
      from: me,
      to: book[name].address,
      data: encodeFunctionData({ ...book[name], functionName, args }),
    });
  const list = (await devnet.json('/v1/networks')).networks;
  for (const n of list) {
    await send(`${n.name}.staking`, 'stake', [whole(777n, n.asset.decimals) / 10n + 7n]);
    await send(`${n.name}.flash`, 'deposit', [whole(30n, n.asset.decimals), me]);
  }
  for (let n = 0; n < 4; ++n) await devnet.passTime(day);
  for (const n of list) {
    const verb = n.liquid.rebasing ? 'unstakeBonds' : 'unstakeCerts';
    await send(`${n.name}.staking`, verb, [whole(3n, n.asset.decimals) + 1n]);
  }
  await devnet.settle();
});
after(async () => {
  await stage.close(anyFailed());
});

for (const network of networks)
  tried(`${network}: REST says what the contracts say`, async () => {
    const n = await stage.devnet.json(`/v1/networks/${network}`);
    const same = async (rest, name, verb, args) =>
      assert.equal(rest, `${await read(`${network}.${name}`, verb, args)}`, `${name}.${verb}`);
    await same(n.totals.assets, 'liquid', 'totalAssets');
    await same(n.totals.shares, 'liquid', 'totalShares');
    await same(n.parameters.minimumStake, 'staking', 'minimumStake');
    await same(n.flash.capacity, 'flash', 'flashPoolCapacity');
    if (n.switch) await same(n.switch.supply, 'staking', 'switchSupply');
    const summary = await read(`${network}.staking`, 'summary');
    for (const [ours, theirs] of Object.entries({
      assets: 'totalAssets',
      shares: 'totalShares',
      rewards: 'rewardsTotal',
      losses: 'lossesTotal',
      fees: 'feesTotal',
    }))
      assert.equal(n.totals[ours], `${summary[theirs]}`, ours);
    for (const name of ['unreleased', 'buffer', 'inFlight', 'bonded', 'unbonding', 'claimable'])
      assert.equal(n.totals[name], `${summary[name]}`, name);
    const history = (await stage.devnet.json(`/v1/networks/${network}/history`)).history;
    assert.equal(history.at(-1).assets, n.totals.assets);
    assert.equal(history.at(-1).rate, n.rate);

    const shares = await read(`${network}.liquid`, 'sharesOf', [me]);
    const path = `/v1/quotes/exit?network=${network}&shares=${shares}`;
    const ways = await read(`${network}.staking`, 'quoteExit', [shares]);
    const quoted = (await stage.devnet.json(path)).ways;
    assert.deepEqual(
      quoted,
      ways.map((way) => ({
        name: way.name,
        assets: `${way.assets}`,
        fee: `${way.fee}`,
        seconds: Number(way.secondsToWait),
      })),
    );
    assert.ok(quoted.some((way) => way.name === 'flash'));
  });

tried('accounts, tickets and reserves agree with the contracts', async () => {
  const account = await stage.devnet.json(`/v1/accounts/${me}`);
  assert.equal(account.tickets.length, 5);
  for (const { network, asset, liquid, flash } of account.positions) {
    assert.equal(asset.balance, `${await read(`${network}.asset`, 'balanceOf', [me])}`);
    assert.equal(liquid.balance, `${await read(`${network}.liquid`, 'balanceOf', [me])}`);
    assert.equal(liquid.shares, `${await read(`${network}.liquid`, 'sharesOf', [me])}`);
    assert.equal(flash.shares, `${await read(`${network}.flash`, 'balanceOf', [me])}`);
    const waiting = account.tickets.find((ticket) => ticket.network === network);
    const pending = await read(`${network}.staking`, 'getPendingUnstakesOf', [me]);
    assert.equal(waiting.expected, `${pending}`);
    const detail = await stage.devnet.json(`/v1/tickets/${waiting.id}`);
    for (const key of ['nominal', 'expected', 'shares', 'status', 'batch'])
      assert.equal(detail[key], waiting[key], key);
  }
  const reserves = (await stage.devnet.json('/v1/reserves')).assets;
  assert.equal(reserves.length, 6);
  const hosts = { bnb: 1, fantom: 2, polkadot: 3, kusama: 4, polygon: 5 };
  for (const reserve of reserves) {
    assert.equal(reserve.backing, reserve.issued, reserve.asset);
    if (!reserve.network) continue;
    const supply = await read(`${reserve.network}.asset`, 'totalSupply');
    assert.equal(reserve.issued, `${supply}`);
    const id = networks.indexOf(reserve.network) + 1;
    const [liquid] = await read('bridge', 'custodyOf', [id, hosts[reserve.network]]);
    assert.equal(reserve.custody[0].liquid, `${liquid}`);
  }
});

for (const network of networks)
  tried(`${network}: the page shows the same figures`, async () => {
    const n = await stage.devnet.json(`/v1/networks/${network}`);
    const { decimals } = n.asset;
    const page = await stage.page({ developer: 0 });
    await stage.go(page, `/stake/${network}`);
    const units = whole(12n, decimals) + 345n;
    const text = `12.${'345'.padStart(decimals, '0')}`;
    await page.getByLabel('Amount').fill(text);
    await page.locator('.receive').waitFor();
    const received = await unitsOf(page.locator('.receive'));
    const expected = n.liquid.rebasing
      ? units
      : await read(`${network}.liquid`, 'convertToShares', [units]);
    assert.equal(received, expected);
    assert.equal(await page.locator('[data-rate]').getAttribute('data-rate'), n.rate);

    await stage.go(page, `/leave/${network}`);
    const amount = whole(7n, decimals);
    await page.getByLabel('Amount').fill('7');
    await page.locator('[data-way=flash]').waitFor();
    const shares = n.liquid.rebasing
      ? await read(`${network}.liquid`, 'bondsToShares', [amount])
      : amount;
    const quote = await read(`${network}.flash`, 'quote', [shares]);
    assert.equal(await unitsOf(page.locator('[data-way=flash]')), quote.assets);
    const ticket = await unitsOf(page.locator('[data-way=ticket]'));
    const worth = n.liquid.rebasing
      ? amount
      : await read(`${network}.liquid`, 'convertToAssets', [shares]);
    assert.equal(ticket, worth);
    const quoted = (
      await stage.devnet.json(`/v1/quotes/exit?network=${network}&shares=${shares}`)
    ).ways.find((way) => way.name === 'ticket');
    if (!n.liquid.rebasing) assert.equal(`${ticket}`, quoted.assets);
    const card = page.locator('article.ticket', { hasText: n.asset.symbol }).first();
    const account = await stage.devnet.json(`/v1/accounts/${me}`);
    const mine = account.tickets.find((one) => one.network === network);
    assert.equal(`${await unitsOf(card.locator('[data-units]').first())}`, mine.expected);

    await stage.go(page, '/portfolio');
    const held = page.locator(`[data-network=${network}] [data-units]`).first();
    await held.waitFor();
    const balance = await read(`${network}.liquid`, 'balanceOf', [me]);
    assert.equal(await unitsOf(held), balance);

    await stage.go(page, `/trust/${network}`);
    const backing = page.locator(`[data-asset=${n.asset.symbol}] [data-units]`);
    await backing.waitFor();
    assert.equal(await unitsOf(backing), await read(`${network}.asset`, 'totalSupply'));
    const capacity = page.locator('dd[data-units]').first();
    assert.equal(`${await unitsOf(capacity)}`, n.flash.capacity);

    await stage.go(page, `/token/${n.liquid.address}`);
    await page.locator('dd[data-units]').waitFor();
    const supply = await unitsOf(page.locator('dd[data-units]'));
    assert.equal(supply, await read(`${network}.liquid`, 'totalSupply'));
    assert.deepEqual(stage.faults, []);
    await page.context().close();
  });

tried('pools, farms and vaults: the page, REST and the contracts say the same', async () => {
  const { devnet } = stage;
  const list = await devnet.json('/v1/networks');
  const fantom = list.networks.find(({ name }) => name === 'fantom');
  const send = async (name, functionName, args, value) =>
    devnet.rpc('eth_sendTransaction', {
      from: me,
      to: book[name].address,
      data: encodeFunctionData({ ...book[name], functionName, args }),
      ...(value ? { value: `0x${value.toString(16)}` } : {}),
    });
  const unit = 10n ** 18n;
  const forever = 2n ** 63n;
  const pair = 'pair.aFTMb-WETH';
  await send(
    'exchange.router',
    'addLiquidityETH',
    [fantom.liquid.address, 20n * unit, 1n, 1n, me, forever],
    unit,
  );
  await send('stable.aFTMb-FTM', 'addLiquidity', [3n * unit, 5n * unit, 1n, me, forever]);
  await send('farm.farm-aFTMb-WETH', 'deposit', [unit / 100n]);
  await send('vault.stv-FTM', 'deposit', [17n * unit, me]);
  await devnet.settle();
  const account = await devnet.json(`/v1/accounts/${me}`);
  const held = account.liquidity.find(({ kind }) => kind === 'pair');
  assert.equal(held.liquidity, `${await read(pair, 'balanceOf', [me])}`);
  assert.equal(held.of, `${await read(pair, 'totalSupply')}`);
  const removed = await client.simulateContract({
    ...book['exchange.router'],
    functionName: 'removeLiquidityETH',
    args: [fantom.liquid.address, BigInt(held.liquidity), 0n, 0n, me, forever],
    account: me,
  });
  const amounts = Object.fromEntries(held.coins.map(({ symbol, amount }) => [symbol, amount]));
  assert.deepEqual(amounts, { aFTMb: `${removed.result[0]}`, WETH: `${removed.result[1]}` });
  assert.equal(held.worth.amount, `${2n * BigInt(amounts.aFTMb)}`, 'twice the half in FTM');
  const stable = account.liquidity.find(({ kind }) => kind === 'stable');
  const preview = await read('stable.aFTMb-FTM', 'previewRemove', [BigInt(stable.liquidity)]);
  assert.deepEqual(
    stable.coins.map(({ amount }) => amount),
    preview.map(String),
  );
  assert.equal(stable.worth.amount, `${preview[0] + preview[1]}`, 'both count in FTM');
  const farm = account.farms[0];
  assert.equal(farm.account.staked, `${await read('farm.farm-aFTMb-WETH', 'stakedOf', [me])}`);
  const vault = account.vaults[0];
  const shares = await read('vault.stv-FTM', 'balanceOf', [me]);
  assert.equal(vault.account.shares, `${shares}`);
  assert.equal(vault.account.worth, `${await read('vault.stv-FTM', 'convertToAssets', [shares])}`);
  assert.equal(vault.account.value.amount, vault.account.worth);

  const page = await stage.page({ developer: 0 });
  await stage.go(page, `/portfolio/${me}`);
  for (const [address, units, worth] of [
    [held.address, held.liquidity, held.worth.amount],
    [stable.address, stable.liquidity, stable.worth.amount],
    [farm.address, farm.account.staked, farm.account.value.amount],
    [vault.address, vault.account.worth, vault.account.value.amount],
  ]) {
    const row = page.locator(`[data-place="${address}"]`);
    assert.equal(`${await unitsOf(row.locator('[data-units]'))}`, units);
    assert.equal(await row.locator('[data-worth]').getAttribute('data-worth'), worth);
  }
  const reserves = await read(pair, 'getReserves');
  await stage.go(page, `/earn/pools/${held.address}`);
  const figures = page.locator('dl.facts [data-units]');
  await page.getByText('Your share').waitFor();
  assert.equal(await unitsOf(figures.nth(0)), reserves[0]);
  assert.equal(await unitsOf(figures.nth(1)), reserves[1]);
  assert.equal(`${await unitsOf(figures.nth(2))}`, held.liquidity);
  await stage.go(page, `/earn/farms/${farm.address}`);
  await page.locator('[data-mine]').waitFor();
  assert.equal(await page.locator('[data-mine]').getAttribute('data-mine'), farm.account.staked);
  await stage.go(page, `/earn/vaults/${vault.address}`);
  await page.locator('[data-mine]').waitFor();
  assert.equal(await page.locator('[data-mine]').getAttribute('data-mine'), vault.account.worth);
  const assets = await read('vault.stv-FTM', 'totalAssets');
  assert.equal(await unitsOf(page.locator('dd[data-units]').first()), assets);
  assert.deepEqual(stage.faults, []);
  await page.context().close();
});

/** Decimal text as whole units. */
const parsed = (text, decimals) => {
  const [before, behind = ''] = text.split('.');
  return BigInt(before + behind.padEnd(decimals, '0'));
};

/** A block between two questions is no disagreement: asked again, they agree or never do. */
const settled = async (compare, times = 3) => {
  for (let left = times; ; --left) {
    try {
      return await compare();
    } catch (fault) {
      if (left === 1) throw fault;
      await stage.devnet.settle();
    }
  }
};

const sameLoans = async (bnb) => {
  const { devnet } = stage;
  const { markets, account } = await devnet.json(`/v1/markets?account=${me}`);
  const { lending } = await devnet.json(`/v1/accounts/${me}`);
  assert.deepEqual(lending, account);
  const page = await stage.page({ developer: 0 });
  await stage.go(page, '/earn/markets');
  await page.locator('[data-market]').first().waitFor();
  assert.equal(await page.locator('[data-market]').count(), markets.length);
  for (const one of markets) {
    const { asset, terms } = one;
    const told = await read('lending', 'market', [asset.address]);
    for (const key of ['supplied', 'borrowed', 'cash', 'reserves', 'insurance', 'deficit'])
      assert.equal(one[key], `${told[key]}`, `${asset.symbol} ${key}`);
    for (const key of ['use', 'supplyRate', 'borrowRate'])
      assert.equal(parsed(one[key], 27), told[key], `${asset.symbol} ${key}`);
    const limits = await read('lending', 'terms', [asset.address]);
    for (const key of ['supplyCap', 'borrowCap', 'ltvBps', 'thresholdBps', 'bonusBps'])
      assert.equal(`${terms[key]}`, `${limits[key]}`, `${asset.symbol} ${key}`);
    const { value: worth } = await read('prices', 'worth', [
      asset.address,
      whole(1n, asset.decimals),
    ]);
    assert.equal(parsed(one.price, 18), worth, `${asset.symbol} price`);
    const row = page.locator(`[data-market="${asset.symbol}"]`);
    assert.equal(await row.locator('[data-supplied]').getAttribute('data-supplied'), one.supplied);
    if (!terms.borrowable) continue;
    assert.equal(await row.locator('[data-borrowed]').getAttribute('data-borrowed'), one.borrowed);
  }
  const positions = await read('lending', 'positions', [me]);
  assert.equal(account.positions.length, positions.length);
  for (const [index, p] of account.positions.entries()) {
    for (const key of ['pledged', 'free', 'debt']) assert.equal(p[key], `${positions[index][key]}`);
    for (const key of ['pledgedValue', 'debtValue'])
      assert.equal(parsed(p[key], 18), positions[index][key]);
  }
  const [collateral, debt, available, , , health] = await read('lending', 'getUserAccountData', [
    me,
  ]);
  assert.equal(parsed(account.collateral, 8), collateral);
  assert.equal(parsed(account.debt, 8), debt);
  assert.equal(parsed(account.available, 8), available);
  assert.equal(parsed(account.health, 18), health);
  assert.equal(await page.locator('[data-health]').getAttribute('data-health'), `${health}`);
  assert.equal(await page.locator('[data-debt]').getAttribute('data-debt'), account.debt);

  await stage.go(page, `/earn/markets/${bnb.toLowerCase()}`);
  const market = markets.find(({ asset }) => asset.symbol === 'BNB');
  const figures = page.locator('dd[data-units]');
  await figures.first().waitFor();
  for (const [index, key] of ['supplied', 'borrowed', 'cash'].entries())
    assert.equal(`${await unitsOf(figures.nth(index))}`, market[key], key);
  const mine = account.positions.find(({ asset }) => asset.symbol === 'BNB');
  const held = page.locator('[data-mine]');
  assert.equal(await held.nth(0).getAttribute('data-mine'), mine.pledged);
  assert.equal(await held.nth(1).getAttribute('data-mine'), mine.debt);
  assert.deepEqual(stage.faults, []);
  await page.context().close();
};

tried('lending: the page, REST and the contracts say the same of markets and loans', async () => {
  const { devnet } = stage;
  const send = (functionName, args) =>
    devnet.rpc('eth_sendTransaction', {
      from: me,
      to: book.lending.address,
      data: encodeFunctionData({ ...book.lending, functionName, args }),
    });
  const address = (symbol) => book[symbol].address;
  const [bnb, liquid] = [address('bnb.asset'), address('bnb.liquid')];
  await send('supply', [liquid, 3n * 10n ** 18n + 7n, me, 0]);
  await send('supply', [bnb, 10n ** 18n + 1n, me, 0]);
  await send('borrow', [bnb, 10n ** 18n / 3n, 2n, 0, me]);
  await devnet.passTime(day);
  await devnet.settle();
  await settled(() => sameLoans(address('bnb.asset')));
});
