import { after, before, test } from 'node:test';
import { Devnet } from './devnet.mjs';
import { network } from './networks.mjs';
import { Story } from './story.mjs';

let devnet;
let story;
let failed = true;
before(async () => {
  devnet = await Devnet.start();
  story = await Story.begin(devnet, network('polygon'), 'viem', { home: 'polygon' });
});
after(async () => {
  story?.end();
  await devnet?.remove(failed);
});

test('a staker of polygon with viem: from deposit to withdrawal', async (t) => {
  await t.test('a deposit arrives over the bridge', () => story.deposit());
  await t.test('others stake', () => story.companyStakes());
  await t.test('the minimum is taken, less is refused', () => story.stakeMinimum());
  await t.test('30 days of rewards', () => story.days(30));
  await t.test('a transfer', () => story.transfer());
  await t.test('a ticket, early and on time', () => story.unstake());
  await t.test('a withdrawal', () => story.withdraw());
  failed = false;
});
