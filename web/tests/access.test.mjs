// For everybody: no axe violation on any page, light and dark, narrow and wide; stake and leave by
// the keyboard alone; a first stake within a second.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { encodeFunctionData, parseAbi } from 'viem';
import { day, Stage, tally } from './stage.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const ftm = '0x5448415700000000000000000000000000000102';
let stage, paths;
const { tried, anyFailed } = tally();

before(async () => {
  stage = await Stage.open();
  const { devnet } = stage;
  const [me] = await devnet.rpc('eth_accounts');
  const send = (to, data) => devnet.rpc('eth_sendTransaction', { from: me, to, data });
  const word = (units) => units.toString(16).padStart(64, '0');
  const staking = '0x5448415700000000000000000000000000000501';
  await send(staking, `0xa694fc3a${word(300n * 10n ** 18n)}`);
  await devnet.passTime(day);
  await devnet.passTime(day);
  const book = Object.fromEntries(
    (await devnet.json('/v1/contracts')).map(({ name, address }) => [name, address]),
  );
  const lend = (coin, units) => `0x617ba037${coin.slice(2).padStart(64, '0')}${word(units)}`;
  await send(
    book.lending,
    `${lend(ftm, 900n * 10n ** 18n)}${me.slice(2).padStart(64, '0')}${word(0n)}`,
  );
  const hash = await send(staking, `0x0d904ce2${word(10n ** 18n)}`);
  const { governor, validators } = book;
  const blend = encodeFunctionData({
    abi: parseAbi(['function setBlend(uint8, uint32)']),
    args: [2, 5_000],
  });
  const proposal = encodeFunctionData({
    abi: parseAbi(['function propose(address[], uint256[], bytes[], string)']),
    args: [[validators], [0n], [blend], 'Half of new stake by votes'],
  });
  await send(governor, proposal);
  paths = [
    '/',
    '/stake/bnb',
    '/stake/polkadot',
    '/leave/bnb',
    '/portfolio',
    '/portfolio/0x98d08079928fccb30598c6c6382abfd7dbfaa1cd',
    '/swap',
    '/earn',
    '/earn/pools',
    '/earn/pools/0x8c2a2fcfab55904cbf5aec1674a24dbbeccc8f9c',
    '/earn/farms',
    '/earn/vaults',
    '/earn/markets',
    `/earn/markets/${ftm}`,
    '/earn/loop/fantom',
    '/earn/layers/fantom',
    '/earn/opportunities',
    '/govern',
    '/govern/1',
    '/govern/propose',
    '/govern/gauges/fantom',
    '/govern/votes',
    '/bridge',
    '/switch',
    '/trust/bnb',
    `/tx/${hash}`,
    '/block/2',
    `/address/${me}`,
    '/token/0x5448415700000000000000000000000000000201',
    '/nothing/here',
  ];
});
after(async () => {
  await stage.close(anyFailed());
});

for (const [scheme, width] of [
  ['light', 1440],
  ['dark', 320],
])
  tried(`axe finds nothing, ${scheme}, ${width} px, and nothing sticks out`, async () => {
    const page = await stage.page({ developer: 0, width, height: 800, colorScheme: scheme });
    const faults = [];
    for (const path of paths) {
      await stage.go(page, path);
      if (['/leave/bnb', '/swap', '/earn/layers/fantom', '/earn/loop/fantom'].includes(path))
        await page.getByLabel('Amount').fill('3');
      if (path.endsWith(ftm)) {
        await page.getByText('Borrow', { exact: true }).click();
        await page.getByLabel('FTM to borrow').fill('50');
      }
      await page.waitForTimeout(400);
      const found = await page.evaluate(
        `${axe}; axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
          violations.map((v) => v.id + ': ' + v.nodes.map((n) => n.html.slice(0, 160))))`,
      );
      for (const fault of found) faults.push(`${path}: ${fault}`);
      const wider = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      if (wider > 0) faults.push(`${path} sticks out by ${wider} px`);
    }
    assert.deepEqual(faults, []);
    await page.context().close();
  });

/** Tabs until what has the focus is what is meant. */
async function tabTo(page, meant) {
  for (let n = 0; n < 60; ++n) {
    await page.keyboard.press('Tab');
    const name = await page.evaluate(() => {
      const at = document.activeElement;
      return [at?.labels?.[0]?.innerText, at?.getAttribute('aria-label'), at?.innerText]
        .filter(Boolean)
        .join(' ')
        .replace(/\s+/g, ' ');
    });
    if (meant.test(name)) return;
  }
  throw new Error(`the keyboard does not reach ${meant}`);
}

tried('stake and leave by the keyboard alone', async () => {
  const page = await stage.page();
  await stage.go(page, '/');
  await tabTo(page, /^Start staking/);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Stake', exact: true }).waitFor();
  assert.equal(
    await page.evaluate(() => document.activeElement.tagName),
    'H1',
    'focus moves along',
  );
  await tabTo(page, /BNB/);
  await page.keyboard.press('ArrowRight');
  await page.getByRole('heading', { name: /aFTMb, Fantom/ }).waitFor();
  await tabTo(page, /^Amount/);
  await page.keyboard.type('25');
  await tabTo(page, /^Connect a wallet to stake/);
  await page.keyboard.press('Enter');
  await tabTo(page, /^Account 3/);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Stake 25 FTM' }).waitFor();
  await tabTo(page, /^Stake 25 FTM/);
  await page.keyboard.press('Enter');
  await page.getByText('Staked 25 FTM.').waitFor();
  await page.keyboard.press('Home');
  await page.evaluate(() => document.activeElement.blur());
  await tabTo(page, /^Leave$/);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Leave', exact: true }).waitFor();
  await tabTo(page, /BNB/);
  await page.keyboard.press('ArrowRight');
  await page.getByText('You have 25 aFTMb').waitFor();
  await tabTo(page, /^Max aFTMb/);
  await page.keyboard.press('Enter');
  await page.locator('[data-way=ticket]').waitFor();
  await tabTo(page, /In full, by a ticket/);
  await tabTo(page, /^Leave with 25 aFTMb/);
  await page.keyboard.press('Enter');
  await page.getByText('It is paid to you by itself').waitFor();
  await page.context().close();
});

// The time is measured and printed; only where THAW_PATIENCE names seconds, on a machine that does
// nothing else, it is asked for.
tried('a first stake can be clicked at once', async () => {
  const page = await stage.page({ developer: 1 });
  await stage.go(page, '/stake/bnb'); // the browser itself has started
  const again = await stage.page({ developer: 1 });
  const start = performance.now();
  await again.goto(`${stage.devnet.url}/stake/bnb`);
  await again.getByLabel('Amount').fill('1');
  await again.getByRole('button', { name: 'Stake 1 BNB' }).click();
  const took = performance.now() - start;
  await again.getByText('Staked 1 BNB.').waitFor();
  console.log(`# clicked after ${took.toFixed(0)} ms`);
  const patience = Number(process.env.THAW_PATIENCE ?? Infinity);
  assert.ok(took < 1_000 * patience, `${took} ms`);
});

tried('no animation where less motion is wanted', async () => {
  const page = await stage.page({ developer: 1 });
  await stage.go(page, '/stake/bnb');
  const moving = await page.evaluate(() => document.getAnimations().length);
  assert.equal(moving, 0);
  assert.deepEqual(stage.faults, []);
});
