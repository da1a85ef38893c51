// The heart of the story with every client, on one chain: what one library hides another shows.
import { after, before, test } from 'node:test';
import { clients } from './clients.mjs';
import { Devnet } from './devnet.mjs';
import { network } from './networks.mjs';
import { Story } from './story.mjs';

let devnet;
let failed = true;
before(async () => {
  devnet = await Devnet.start();
});
after(async () => {
  await devnet?.remove(failed);
});

test('each client stakes, earns, transfers and leaves', async (t) => {
  let staker = 30;
  for (const name of Object.keys(clients))
    for (const where of ['bnb', 'kusama'])
      await t.test(`${name} on ${where}`, async () => {
        const story = await Story.begin(devnet, network(where), name, { staker: staker++ });
        await story.deposit();
        await story.companyStakes();
        await story.stakeMinimum();
        await story.days(3);
        await story.transfer();
        await story.unstake();
        await story.withdraw();
        story.end();
      });
  failed = false;
});
