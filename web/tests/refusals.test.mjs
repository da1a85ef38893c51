// When something is wrong, the page says what, and that nothing is lost.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { Stage, tally, TestWallet } from './stage.mjs';

let stage, wallet, page;
const { tried, anyFailed } = tally();

before(async () => {
  stage = await Stage.open();
  wallet = new TestWallet(stage.devnet, `0x${'6b'.repeat(32)}`);
  const [purse] = await stage.devnet.rpc('eth_accounts');
  for (const [host, asset, amount] of [
    ['ethereum', 'ETH', 10n ** 18n],
    ['bsc', 'BNB', 5n * 10n ** 18n],
    ['fantom', 'FTM', 50n * 10n ** 18n],
  ])
    await stage.devnet.deposit({ host, asset, from: purse, receiver: wallet.address, amount });
  await stage.devnet.settle();
  page = await stage.page({ wallet });
  await stage.go(page, '/stake/bnb');
  await stage.connect(page);
  await page.getByText('You have 5 BNB').waitFor();
});
after(async () => {
  await stage.close(anyFailed());
});

const alert = () => page.locator('form [role=alert]');
const amountField = () => page.getByLabel('Amount');

tried('a declined connection is said to be one', async () => {
  const shy = new TestWallet(stage.devnet, `0x${'6c'.repeat(32)}`);
  shy.declines = true;
  const other = await stage.page({ wallet: shy });
  await stage.go(other, '/stake');
  await other
    .getByRole('button', { name: /^Connect a wallet/ })
    .first()
    .click();
  await other.getByRole('button', { name: 'Test Wallet' }).click();
  await other.getByText('You declined in Test Wallet.').waitFor();
  await other.context().close();
});

tried('a rejected signature changes nothing, and it can be tried again', async () => {
  wallet.declines = true;
  await amountField().fill('1');
  await page.getByRole('button', { name: 'Stake 1 BNB' }).click();
  await page.getByText('You declined in the wallet. Nothing was sent').waitFor();
  assert.equal(wallet.sent.length, 0);
  wallet.declines = false;
  await page.getByRole('button', { name: 'Stake 1 BNB' }).click();
  await page.getByText('Staked 1 BNB.').waitFor();
});

tried(
  'more than there is, less than the least, and no number are refused while typing',
  async () => {
    for (const [text, says] of [
      ['4.000000000000000001', 'You have 4 BNB.'],
      ['0.099999999999999999', 'The least one can stake is 0.1 BNB.'],
      ['1,5', 'Write a point before the fraction'],
      ['one', 'That is not a number.'],
      ['1.0000000000000000001', 'At most 18 digits after the point.'],
    ]) {
      await amountField().fill(text);
      await page.getByText(says).waitFor();
      assert.ok(await page.locator('form .button.wide').isDisabled(), text);
      assert.equal(await amountField().getAttribute('aria-invalid'), 'true');
    }
    await amountField().fill('4');
    await page.getByRole('button', { name: 'Stake 4 BNB' }).waitFor();
  },
);

tried('a balance that is gone by now is refused by the hub, in words', async () => {
  await amountField().fill('3');
  await page.getByRole('button', { name: 'Stake 3 BNB' }).waitFor();
  await page.route('**/v1/accounts/**', (route) => route.abort()); // the page does not hear of it
  const asset = '0x5448415700000000000000000000000000000101';
  const data = `0xa9059cbb${'0'.repeat(24)}${'99'.repeat(20)}${(2n * 10n ** 18n)
    .toString(16)
    .padStart(64, '0')}`;
  await stage.devnet.rpc('anvil_impersonateAccount', wallet.address);
  await stage.devnet.rpc('eth_sendTransaction', { from: wallet.address, to: asset, data });
  await page.getByRole('button', { name: 'Stake 3 BNB' }).click();
  await page.getByText('This account has 2 BNB; 3 BNB are needed.').waitFor();
  await page.unroute('**/v1/accounts/**');
});

tried('an account without ether is told where to get some', async () => {
  const poor = new TestWallet(stage.devnet, `0x${'6d'.repeat(32)}`);
  const [purse] = await stage.devnet.rpc('eth_accounts');
  const amount = 10n ** 18n;
  const receiver = poor.address;
  await stage.devnet.deposit({ host: 'bsc', asset: 'BNB', from: purse, receiver, amount });
  await stage.devnet.settle();
  const other = await stage.page({ wallet: poor });
  await stage.go(other, '/stake/bnb');
  await stage.connect(other);
  await other.getByLabel('Amount').fill('1');
  await other.getByRole('button', { name: 'Stake 1 BNB' }).click();
  await other.getByText('has no ether on Thaw for the fee').waitFor();
  await other.context().close();
});

tried('a halted network says so before anybody signs', async () => {
  const { guardian } = await stage.devnet.json('/v1/roles');
  const contracts = await stage.devnet.json('/v1/contracts');
  const timelock = contracts.find((c) => c.name === 'timelock').address;
  await stage.devnet.rpc('anvil_impersonateAccount', guardian);
  const { encodeFunctionData, parseAbi } = await import('viem');
  const abi = parseAbi(['function pause(uint8 subject, string reason)']);
  const data = encodeFunctionData({ abi, args: [2, 'a test'] });
  await stage.devnet.rpc('eth_sendTransaction', { from: guardian, to: timelock, data });
  await page.getByText('FTM', { exact: true }).click();
  await page.getByText('This network takes no new stakes at the moment.').waitFor();
  await amountField().fill('10');
  assert.ok(await page.locator('form .button.wide').isDisabled());
  await page.goto(`${stage.devnet.url}/stake/bnb`);
  await page.getByText('You have 2 BNB').waitFor();
});

tried('a node that is silent is noticed, and what was shown stays', async () => {
  await amountField().fill('1');
  const button = page.getByRole('button', { name: 'Stake 1 BNB' });
  await button.waitFor();
  await page.context().setOffline(true);
  await button.click();
  await page.getByText('The node does not answer. Nothing was sent').waitFor();
  assert.equal(await page.getByText('You have 2 BNB').count(), 1);
  await page.context().setOffline(false);
  await button.click();
  await page.getByText('Staked 1 BNB.').waitFor();
});

tried('a lost connection shows, and heals without a reload', async () => {
  const { devnet } = stage;
  await devnet.stop();
  await page.getByText('The node does not answer. Figures are as they were').waitFor();
  devnet.listen = `127.0.0.1:${devnet.port}`;
  await devnet.launch();
  await page.getByText('The node does not answer.').first().waitFor({ state: 'hidden' });
  await amountField().fill('0.5');
  await page.getByRole('button', { name: 'Stake 0.5 BNB' }).click();
  await page.getByText('Staked 0.5 BNB.').waitFor();
  assert.deepEqual(stage.faults, []);
});
