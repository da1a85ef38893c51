// No number is computed twice differently: what the page shows, what REST says and what the
// contracts' views say agree to the base unit, on all five networks.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createPublicClient, encodeFunctionData, http } from 'viem';
import { day, networks, Stage, unitsOf } from './stage.mjs';

let stage, me, client, book;
let failed = 0;
const tried = (name, run) =>
  test(name, async () => {
    ++failed;
    await run();
    --failed;
  });

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
  await stage.close(failed > 0);
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
