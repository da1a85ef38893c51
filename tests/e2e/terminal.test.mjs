// People at a terminal, and scripts: what the program prints, and how it ends.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { day, Devnet, run } from './devnet.mjs';
import { networks } from './networks.mjs';
import { account, Observer, privateKey } from './observer.mjs';

let devnet;
let observer;
let failed = true;
before(async () => {
  devnet = await Devnet.start();
  await devnet.settle();
  observer = await Observer.of(devnet);
});
after(() => devnet.remove(failed));

/** The program, pointed at the node. */
const thaw = (...args) =>
  run(args, { env: { PATH: process.env.PATH, THAW_RPC: devnet?.url ?? '' } });
const json = async (...args) => {
  const { code, out, err } = await thaw(...args, '--json');
  assert.equal(code, 0, err);
  return JSON.parse(out);
};

test('a life at the terminal', async () => {
  const staked = await json('stake', 'bnb', '1.5');
  assert.deepEqual([staked.staked, staked.asset, staked.token], ['1.5', 'BNB', 'ankrBNB']);
  const receipt = await devnet.rpc('eth_getTransactionReceipt', staked.transaction);
  assert.equal(receipt.status, '0x1');
  assert.equal(Number(receipt.blockNumber), staked.block);

  const { code, out } = await thaw('stake', 'dot', '20', '--from', '3');
  assert.equal(code, 0);
  assert.match(
    out,
    /^Staked 20 DOT, received 20 aDOTb; the balance grows every day\.\n {2}transaction 0x\w{64}/,
  );
  assert.equal(
    await observer.read('polkadot.liquid', 'balanceOf', [account(3).address]),
    20n * 10n ** 10n,
  );

  const way = (await json('quote', 'bnb', '0.5')).ways.find((w) => w.way === 'ticket');
  assert.ok(way.seconds >= 7 * day && way.seconds <= 10 * day);
  const ticket = await json('unstake', 'dot', '5', '--from', '3');
  assert.deepEqual([ticket.network, ticket.asset, ticket.expected], ['polkadot', 'DOT', '5']);
  const tickets = await json('tickets', '--from', '3');
  assert.deepEqual(
    tickets.map((t) => t.ticket),
    [ticket.ticket],
  );
  const early = await thaw('claim', String(ticket.ticket), '--from', '3');
  assert.equal(early.code, 1);
  assert.match(
    early.err,
    /^thaw: refused: ticket \d+ is not payable yet; it will be at about \d{4}-/,
  );
  const all = await json('unstake', 'dot', 'all', '--from', '3');
  assert.equal(all.expected, '15');
  assert.equal(await observer.read('polkadot.liquid', 'balanceOf', [account(3).address]), 0n);
});

test('balance and status say what the contracts say', async () => {
  const shown = await json('balance', account(5).address);
  assert.equal(shown.account, account(5).address.toLowerCase());
  for (const { asset } of networks)
    assert.equal(shown.tokens.find((t) => t.token === asset).balance, '10000');
  const status = await json('status');
  assert.equal(status.chainId, 8429);
  assert.deepEqual(
    status.networks.map((n) => n.network),
    networks.map((n) => n.name),
  );
  const text = await thaw('status');
  assert.equal(text.code, 0);
  for (const { name } of networks) assert.match(text.out, new RegExp(`^${name} `, 'm'));
});

test('money comes and goes', async () => {
  const before = await observer.read('kusama.asset', 'balanceOf', [account(6).address]);
  await json('deposit', 'ksm', '3.5', '--from', '6', '--wait');
  assert.equal(
    await observer.read('kusama.asset', 'balanceOf', [account(6).address]),
    before + 35n * 10n ** 11n,
  );
  await json('transfer', 'KSM', '0.25', account(7).address, '--from', '6');
  assert.equal(
    await observer.read('kusama.asset', 'balanceOf', [account(6).address]),
    before + 325n * 10n ** 10n,
  );
  const there = BigInt(await devnet.rpc('thaw_hostBalance', 'kusama', account(6).address, 'KSM'));
  await json('withdraw', 'ksm', '1', '--from', '6', '--wait');
  assert.equal(
    BigInt(await devnet.rpc('thaw_hostBalance', 'kusama', account(6).address, 'KSM')),
    there + 10n ** 12n,
  );
});

test('exit codes: 0 done, 1 refused, 2 not understood, 3 no node', async (t) => {
  const table = [
    [
      ['stake', 'bnb', '0.09'],
      1,
      /^thaw: refused: the least one can stake is 0\.1 BNB; this is 0\.09 BNB/,
    ],
    [
      ['stake', 'bnb', '99999'],
      1,
      /^thaw: refused: 0x[0-9a-f]{40} has [\d.]+ BNB; 99999 BNB are needed/,
    ],
    [['claim', '1000000999'], 1, /there is no ticket 1000000999/],
    [
      ['stake', 'btc', '1'],
      2,
      /there is no network "btc"; there are bnb, fantom, polkadot, kusama, polygon/,
    ],
    [['stake', 'bnb', 'much'], 2, /"much" is not an amount of BNB/],
    [['stake', 'dot', '0.00000000001'], 2, /at most 10 digits after the point/],
    [['stake', 'bnb', '-1'], 2, /./],
    [['stake', 'bnb'], 2, /amount is required/],
    [['stake', 'bnb', '1', '--for', '0x12'], 2, /--for: "0x12" is not an address/],
    [['stake', 'bnb', '1', '--key', '0x00'], 2, /--key: not a private key/],
    [['freeze'], 2, /./],
    [[], 2, /./],
    [
      ['status', '--rpc', 'http://127.0.0.1:1'],
      3,
      /^thaw: no node answers at http:\/\/127\.0\.0\.1:1 /,
    ],
    [['status', '--rpc', 'ftp://x'], 2, /is not a URL/],
  ];
  for (const [args, code, message] of table)
    await t.test(`thaw ${args.join(' ')}`, async () => {
      const ended = await thaw(...args);
      assert.equal(ended.code, code, ended.err);
      assert.match(ended.err, message);
      assert.equal(ended.out, '');
    });
});

test('help teaches: every command has an example', async () => {
  const { out } = await thaw('--help');
  const commands = [...out.matchAll(/^ {2}([a-z]+) {2,}/gm)]
    .map((m) => m[1])
    .filter((c) => c !== 'thaw');
  for (const wanted of [
    'devnet',
    'status',
    'stake',
    'unstake',
    'tickets',
    'claim',
    'quote',
    'wrap',
    'unwrap',
    'switch',
    'ticket',
    'validators',
    'balance',
    'transfer',
    'deposit',
    'withdraw',
    'replay',
    'config',
    'keys',
    'abi',
  ])
    assert.ok(commands.includes(wanted), wanted);
  for (const command of commands) {
    const help = await thaw(command, '--help');
    assert.equal(help.code, 0);
    assert.match(help.out, /Examples?:\n {2}.*thaw /, command);
  }
});

test("keys are those of the mnemonic, and the published ABI is the node's", async () => {
  const keys = await json('keys', 'show');
  assert.deepEqual(
    keys.map((k) => k.key),
    Array.from({ length: 10 }, (_, i) => privateKey(i)),
  );
  assert.deepEqual(
    keys.map((k) => k.address),
    Array.from({ length: 10 }, (_, i) => account(i).address.toLowerCase()),
  );
});

test('replay does every block once more', async () => {
  await devnet.stop();
  const { code, out, err } = await thaw('replay', '--data', devnet.data);
  assert.equal(code, 0, err);
  assert.match(out, /^All \d+ blocks follow from genesis/);
  failed = false;
});
