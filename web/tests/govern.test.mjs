// Governance by the page's own buttons: a proposal from its dry run until it is carried out, whom
// one would halt or liquidate, delegation, gauges; and what a hub says whose owner is a key still.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { createPublicClient, encodeFunctionData, http } from 'viem';
import { day, Stage, tally, unitsOf, until } from './stage.mjs';

let stage, accounts, client, book;
const { tried, anyFailed } = tally();
const unit = 10n ** 18n;

const read = (name, functionName, args = []) =>
  client.readContract({ ...book[name], functionName, args });
const send = async (from, name, functionName, args) => {
  await stage.devnet.rpc('anvil_impersonateAccount', from);
  return stage.devnet.rpc('eth_sendTransaction', {
    from,
    to: book[name].address,
    data: encodeFunctionData({ ...book[name], functionName, args }),
  });
};
async function meet(devnet) {
  client = createPublicClient({ transport: http(devnet.url) });
  accounts = await devnet.rpc('eth_accounts');
  book = Object.fromEntries(
    (await devnet.json('/v1/contracts')).map(({ name, address, abi }) => [name, { address, abi }]),
  );
}

before(async () => {
  stage = await Stage.open();
  await meet(stage.devnet);
  await stage.devnet.passTime(day);
});
after(async () => {
  await stage.close(anyFailed());
});

tried('a proposal: what it would do, the vote, the timelock, and it is done', async () => {
  const { devnet } = stage;
  const page = await stage.page({ developer: 0 });
  await stage.go(page, '/govern');
  await page.getByText('Nobody has proposed anything yet.').waitFor();
  await page.getByRole('link', { name: 'Propose something' }).click();
  await page.getByRole('heading', { level: 1, name: 'Propose' }).waitFor();
  await page.getByLabel('Per cent of rewards, now 10').fill('30');
  await page.locator('[data-refused]').waitFor();
  await page.getByLabel('Per cent of rewards, now 10').fill('9');
  await page.locator('[data-passes=true]').waitFor();
  await page.getByText('Set the fee on BNB Chain’s rewards to 9 %').waitFor();
  await page.getByText('network BNB Chain, before 10 %, now 9 %').waitFor();
  await page.getByLabel('Title').fill('A lower fee');
  await page.getByLabel('Why', { exact: true }).fill('Others take less.');
  await page.getByRole('button', { name: 'Propose', exact: true }).click();
  await page.getByRole('link', { name: 'See proposal 1' }).click();
  await page.getByRole('heading', { level: 1, name: 'Proposal 1' }).waitFor();
  const told = await devnet.json('/v1/proposals/1');
  assert.equal(told.description, 'A lower fee\n\nOthers take less.');
  assert.equal(told.calls[0].text, 'networks.setFee(network=1, feeBps=900)');

  await devnet.passTime(day + 1);
  const weight = await read('governor', 'getVotes', [accounts[0], BigInt(told.voteStart)]);
  await page.getByLabel('Why, for everybody').fill('because');
  await page.getByRole('button', { name: 'Vote', exact: true }).click();
  await page.locator('[data-voted=for]').waitFor();
  await until('the votes to show', async () => {
    return (await unitsOf(page.locator('[data-side=for]'))) === weight;
  });
  const [against, inFavour, abstain] = await read('governor', 'proposalVotes', [BigInt(told.id)]);
  const now = await devnet.json('/v1/proposals/1');
  assert.deepEqual([now.against, now.for, now.abstain], [against, inFavour, abstain].map(String));
  assert.equal(`${await unitsOf(page.locator('[data-side=quorum]'))}`, now.quorum);

  await devnet.passTime(3 * day);
  await page.getByRole('button', { name: 'Queue it' }).click();
  await page.getByText('Queued.', { exact: true }).waitFor();
  assert.ok(await page.getByRole('button', { name: 'Can be carried out in' }).isDisabled());
  await devnet.passTime(2 * day);
  await page.getByRole('button', { name: 'Carry it out' }).click();
  await page.getByText('Carried out.').waitFor();
  assert.equal((await devnet.json('/v1/networks/bnb')).parameters.feePercent, '9');
  await stage.go(page, '/govern');
  await page.locator('[data-proposal="1"][data-state=executed]').waitFor();
  await page.context().close();
});

tried('it says before anybody signs whom it would halt, and whom it would liquidate', async () => {
  const [, , , , , , me] = accounts;
  const [bnb, ftm] = [book['bnb.asset'].address, book['fantom.asset'].address];
  await send(accounts[9], 'lending', 'supply', [ftm, 9_000n * unit, accounts[9], 0]);
  await send(me, 'lending', 'supply', [bnb, 10n * unit, me, 0]);
  await send(me, 'lending', 'borrow', [ftm, 6_000n * unit, 2n, 0, me]);
  // All but so much is withdrawn that health is a hundredth above 1.
  const [pledged, owed] = await read('lending', 'positions', [me]);
  const kept = (owed.debtValue * 10_150n * pledged.pledged) / (7_000n * pledged.pledgedValue);
  await send(me, 'lending', 'withdraw', [bnb, pledged.pledged - kept, me]);
  const health = (await read('lending', 'getUserAccountData', [me]))[5];
  assert.ok(health > unit && health < (unit * 102n) / 100n, `${health}`);

  const page = await stage.page({ developer: 0 });
  await stage.go(page, '/govern/propose');
  await page.getByLabel('Kind').selectOption('market');
  await page.getByLabel('Market').selectOption('BNB');
  await page.getByLabel('Lends per cent of its worth').fill('60');
  await page.getByLabel('Counts per cent of its worth').fill('69.9');
  await page.getByText('Nobody could be liquidated for it.').waitFor();
  await page.getByLabel('Counts per cent of its worth').fill('68');
  await page.locator('[data-liquidates="1"]').waitFor();
  const link = page.locator('[data-liquidates] a');
  assert.equal(await link.getAttribute('href'), `/portfolio/${me}`);
  await page.getByLabel('Counts per cent of its worth').fill('67');
  await page.locator('[data-refused]').waitFor();

  await page.getByLabel('Kind').selectOption('halt');
  await page.getByLabel('Network').selectOption('polygon');
  await page.getByLabel('Reason').fill('a test');
  await page.locator('[data-halts=polygon]').waitFor();
  await page.context().close();
});

tried('who holds THAW votes by itself or through somebody, and it shows', async () => {
  const [, , , me, other] = accounts;
  const { treasury } = await stage.devnet.json('/v1/roles');
  await stage.devnet.rpc('anvil_setBalance', treasury, '0xde0b6b3a7640000');
  await send(treasury, 'thaw', 'transfer', [me, 30_000_000n * unit]);
  const page = await stage.page({ developer: 3 });
  await stage.go(page, '/govern/votes');
  await page.locator('[data-votes="0"]').waitFor();
  await page.getByLabel('Somebody else').fill('0x12');
  await page.getByText('An address is 0x and 40 digits.').waitFor();
  await page.getByLabel('Somebody else').fill(other);
  await page.getByRole('button', { name: 'Delegate' }).click();
  await page.getByText('votes with your THAW from now on.').waitFor();
  assert.equal(await read('thaw', 'getVotes', [other]), 30_000_000n * unit);
  await page.getByRole('button', { name: 'I vote myself' }).click();
  await page.getByText('You vote with your own THAW from now on.').waitFor();
  await page.locator(`[data-votes="${30_000_000n * unit}"]`).waitFor();
  assert.equal(await read('thaw', 'getVotes', [me]), 30_000_000n * unit);
  await page.context().close();
});

tried('gauges: own weights, and the picture of what is asked for and what is', async () => {
  const [, , , me] = accounts;
  const { devnet } = stage;
  await send(me, 'bnb.staking', 'stake', [500n * unit]);
  await devnet.passTime(7 * day);
  const page = await stage.page({ developer: 3 });
  await stage.go(page, '/govern/gauges/bnb');
  const form = page.locator('form');
  await form.getByRole('button', { name: 'Add a validator' }).click();
  await form.getByLabel('Validator 1', { exact: true }).selectOption('7');
  await form.getByRole('button', { name: 'Add a validator' }).click();
  await form.getByLabel('Validator 2', { exact: true }).selectOption('3');
  await form.getByLabel('Per cent for validator 2').fill('25');
  await page.getByText('That is 125 %; there are 100.').waitFor();
  await form.getByLabel('Per cent for validator 1').fill('75');
  await form.getByRole('button', { name: 'Vote', exact: true }).click();
  await page.getByText('Voted. It counts from the next epoch on.').waitFor();
  const { validators, bps } = await read('gauges', 'ballot', [me, 1]);
  assert.deepEqual(
    [validators, bps],
    [
      [3, 7],
      [2_500, 7_500],
    ],
  );
  await page.locator('[data-mine="3=25 7=75"]').waitFor();
  assert.equal(
    BigInt(await page.locator('[data-cast]').getAttribute('data-cast')),
    30_000_000n * unit,
  );

  await devnet.passTime(7 * day);
  await page.getByText('votes decide').waitFor();
  const standing = await read('gauges', 'gauge', [1]);
  assert.equal(await unitsOf(page.locator('dd[data-units]').first()), standing.inForce);
  const rest = (await devnet.json('/v1/gauges')).gauges.find(({ network }) => network === 'bnb');
  const seen = await read('validators', 'list', [1]);
  const bonded = seen.reduce((sum, v) => sum + v.bonded, 0n);
  for (const [id, target] of [
    [3, 2_500],
    [7, 7_500],
  ]) {
    const row = page.locator(`[data-validator="${id}"]`);
    assert.equal(await row.getAttribute('data-target'), `${target}`);
    const actual = (seen[id - 1].bonded * 10_000n) / bonded;
    assert.equal(await row.getAttribute('data-actual'), `${actual}`);
    assert.equal(rest.validators[id - 1].inForce, `${standing.byValidator[id - 1]}`);
  }

  await page.getByRole('button', { name: 'Take my vote back' }).click();
  await page.getByText('Your vote is taken back.').waitFor();
  assert.deepEqual((await read('gauges', 'ballot', [me, 1])).validators, []);
  await page.context().close();
});

tried('votes are a layer of the portfolio; who may do what is told', async () => {
  const page = await stage.page();
  await stage.go(page, `/portfolio/${accounts[0]}`);
  await page.locator('[data-ballot="1"]').waitFor();
  const votes = await page.locator('[data-votes]').getAttribute('data-votes');
  assert.equal(votes, `${await read('thaw', 'getVotes', [accounts[0]])}`);
  await stage.go(page, '/trust');
  await page.getByRole('heading', { name: 'Governance: the holders of THAW' }).waitFor();
  const { powers } = await stage.devnet.json('/v1/roles');
  const roles = page.locator('[data-role]');
  assert.equal(await roles.count(), new Set(powers.map(({ role }) => role)).size);
  for (const { role, can, fastest } of powers) {
    const text = await page.locator(`[data-role="${role}"]`).innerText();
    for (const words of [...can, fastest]) assert.ok(text.includes(words), `${role}: ${words}`);
  }
  assert.deepEqual(stage.faults, []);
  await page.context().close();
});

tried('where a key is the owner still, the page says what that means', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'thaw-govern-'));
  const file = join(folder, 'thaw.toml');
  writeFileSync(file, '[hub]\nowner = "key"\n');
  const plain = await Stage.open({ args: ['--config', file] });
  rmSync(folder, { recursive: true });
  const page = await plain.page({ developer: 0 });
  await plain.go(page, '/govern/propose');
  await page.getByText('A key still owns this hub').waitFor();
  await page.getByLabel('Per cent of rewards').fill('9');
  await page.getByText('Governance is the owner once').waitFor();
  await plain.go(page, '/trust');
  await page.getByRole('heading', { name: 'The owner’s key, until it hands over' }).waitFor();
  assert.deepEqual(plain.faults, []);
  await plain.close();
});
