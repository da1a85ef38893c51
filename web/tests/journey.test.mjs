// From an empty wallet to a paid ticket on all five networks, with a wallet that signs elsewhere.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { day, networks, Stage, TestWallet, unitsOf, until } from './stage.mjs';

const sums = { bnb: '2.5', fantom: '120', polkadot: '31.25', kusama: '7.5', polygon: '64' };
const symbols = { bnb: 'BNB', fantom: 'FTM', polkadot: 'DOT', kusama: 'KSM', polygon: 'MATIC' };

let stage, wallet, page;
let failed = true;

before(async () => {
  stage = await Stage.open();
  wallet = new TestWallet(stage.devnet, `0x${'5a'.repeat(32)}`);
  page = await stage.page({ wallet });
});
after(async () => {
  await stage.close(failed);
});

const account = () => stage.devnet.json(`/v1/accounts/${wallet.address}`);
const position = async (network) =>
  (await account()).positions.find((one) => one.network === network);

test('an empty wallet connects, and is told of the chain by the permitted keys only', async () => {
  await stage.go(page, '/');
  await stage.connect(page);
  assert.equal(wallet.added.length, 1);
  assert.deepEqual(Object.keys(wallet.added[0]).sort(), [
    'chainId',
    'chainName',
    'nativeCurrency',
    'rpcUrls',
  ]);
  assert.equal(wallet.added[0].chainId, '0x20ed');
  assert.deepEqual(wallet.added[0].rpcUrls, [stage.devnet.url]);
  assert.equal(wallet.chain, '0x20ed');
  await page.getByRole('link', { name: 'Stake', exact: true }).click();
  await page.getByText('You have no BNB on Thaw yet.').waitFor();
});

test('the bridge brings in ether and each asset, and says how far it is', async () => {
  await page.getByRole('link', { name: 'Bring some in' }).click();
  await page.getByRole('heading', { level: 1, name: 'Bridge' }).waitFor();
  for (const [symbol, sum] of [['ETH', '1'], ...networks.map((n) => [symbols[n], sums[n]])]) {
    const option = page.locator('#route option', { hasText: new RegExp(`${symbol}\\s+from`) });
    await page.locator('#route').selectOption({ index: await indexOf(option) });
    await page.getByLabel('Amount').fill(sum);
    await page.getByRole('button', { name: `Bring in ${symbol}` }).click();
    await page.getByText(`Credited ${sum} ${symbol}`, { exact: false }).waitFor();
  }
});

const indexOf = (option) => option.first().evaluate((one) => one.index);

for (const network of networks)
  test(`${network}: stakes by one signature`, async () => {
    const symbol = symbols[network];
    await page.goto(`${stage.devnet.url}/stake/${network}`);
    await page.getByText(`You have ${sums[network]}`).waitFor();
    await page.getByRole('button', { name: `Max ${symbol}` }).click();
    const button = page.getByRole('button', { name: `Stake ${sums[network]} ${symbol}` });
    const promised = await unitsOf(page.locator('.receive'));
    const signatures = wallet.sent.length;
    await button.click();
    await page.getByText(`Staked ${sums[network]} ${symbol}.`).waitFor();
    assert.equal(wallet.sent.length, signatures + 1);
    const { asset, liquid } = await position(network);
    assert.equal(asset.balance, '0');
    assert.equal(BigInt(liquid.balance), promised, 'what was promised is what came');
    await page.getByRole('button', { name: `Add ${liquid.symbol} to the wallet` }).click();
    await page.getByText('is in your wallet now').waitFor();
    assert.equal(wallet.watched.at(-1).options.symbol, liquid.symbol);
  });

test('a day later all of it is worth more, and the portfolio says so', async () => {
  for (let n = 0; n < 3; ++n) await stage.devnet.passTime(day);
  await page.goto(`${stage.devnet.url}/portfolio`);
  await page.getByRole('heading', { name: 'Earned each day' }).waitFor();
  const rewards = await stage.devnet.json(`/v1/accounts/${wallet.address}/rewards`);
  for (const { network, earned } of rewards.totals) {
    assert.ok(BigInt(earned) > 0n, `${network} earns`);
    const { liquid, asset } = await position(network);
    const given = BigInt(sums[network].replace('.', '')) * 10n ** BigInt(asset.decimals);
    const fraction = (sums[network].split('.')[1] ?? '').length;
    assert.equal(BigInt(liquid.worth) - given / 10n ** BigInt(fraction), BigInt(earned));
    const card = page.locator(`[data-network=${network}]`);
    await card.getByText('Earned in 30 days').waitFor();
  }
  const csv = await (
    await stage.devnet.get(`/v1/accounts/${wallet.address}/rewards?format=csv`)
  ).text();
  assert.match(csv, /^date,network,asset,earned,balance\r\n/);
});

for (const network of networks)
  test(`${network}: leaves with everything, by a ticket`, async () => {
    await page.goto(`${stage.devnet.url}/leave/${network}`);
    const { liquid } = await position(network);
    await page.getByRole('button', { name: `Max ${liquid.symbol}` }).click();
    const way = page.locator('[data-way=ticket]');
    await way.waitFor();
    const promised = await unitsOf(way);
    await page.getByRole('radio', { name: 'In full, by a ticket' }).check();
    await page.getByRole('button', { name: /^Leave with/ }).click();
    await page.getByText('It is paid to you by itself').waitFor();
    const { tickets } = await account();
    const mine = tickets.find((one) => one.network === network);
    assert.equal(BigInt(mine.nominal), promised, 'the quote held to the base unit');
    await page
      .getByRole('link', { name: `Ticket ${mine.id}` })
      .first()
      .waitFor();
    assert.equal((await position(network)).liquid.balance, '0');
  });

test('tickets wait in sight, say why, and are paid by themselves', async () => {
  const { tickets } = await account();
  assert.equal(tickets.length, 5);
  await page.goto(`${stage.devnet.url}/leave`);
  await page.getByText('Why not yet?').first().waitFor();
  assert.equal(await page.locator('article.ticket').count(), 5);
  const before = new Map(tickets.map((one) => [one.network, BigInt(one.nominal)]));
  for (let n = 0; n < 40 && (await account()).tickets.length > 0; ++n)
    await stage.devnet.passTime(day);
  await until('the page to forget paid tickets', async () => {
    return (await page.locator('article.ticket').count()) === 0;
  });
  for (const network of networks) {
    const { asset } = await position(network);
    assert.ok(BigInt(asset.balance) >= before.get(network), `${network} is paid`);
  }
  const paid = tickets[0];
  await page.goto(`${stage.devnet.url}/ticket/${paid.id}`);
  await page.getByText('Paid: ').waitFor();
});

test('home again over the bridge', async () => {
  await page.goto(`${stage.devnet.url}/bridge`);
  await page.getByText('Take out').click();
  await page.getByLabel('Amount').fill('1');
  await page.getByRole('button', { name: 'my own address' }).click();
  await page.getByRole('button', { name: 'Take out BNB' }).click();
  await page.getByText('paid there').waitFor();
  const there = await stage.devnet.rpc('thaw_hostBalance', 'bsc', wallet.address, 'BNB');
  assert.equal(there, `${10n ** 18n}`);
  assert.deepEqual(stage.faults, []);
  failed = false;
});
