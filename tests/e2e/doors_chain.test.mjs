// Malformed transactions, calls and configuration - RLP, signature, ABI, TOML - and the exact
// answer. After all of it the node is alive and its books are sound.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { concatHex, fromRlp, keccak256, numberToHex, toRlp } from 'viem';
import { Devnet, run } from './devnet.mjs';
import { account, Observer } from './observer.mjs';

let devnet;
let observer;
let failed = true;
before(async () => {
  devnet = await Devnet.start();
  observer = await Observer.of(devnet);
});
after(() => devnet.remove(failed));

const error = (code, message, id = null) => ({ jsonrpc: '2.0', id, error: { code, message } });

const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

/** A signed transaction as its wire fields, to be spoilt one at a time. */
async function wire(type) {
  const fees =
    type === 'legacy' ? { gasPrice: 10n } : { maxFeePerGas: 10n, maxPriorityFeePerGas: 1n };
  const signed = await account(0).signTransaction({
    chainId: 8429,
    type,
    nonce: 0,
    gas: 21_000n,
    to: account(1).address,
    value: 5n,
    ...fees,
  });
  const prefix = type === 'legacy' ? '0x' : '0x02';
  const fields = fromRlp(type === 'legacy' ? signed : `0x${signed.slice(4)}`);
  const build = (list) => concatHex([prefix, toRlp(list)]);
  return {
    signed,
    build,
    fields,
    with: (i, value) => build(fields.map((field, at) => (at === i ? value : field))),
  };
}

const refusedRaw = async (t, table) => {
  for (const [name, bytes, message] of table)
    await t.test(name, async () => {
      const answer = await (
        await devnet.post(
          JSON.stringify({
            jsonrpc: '2.0',
            id: 1,
            method: 'eth_sendRawTransaction',
            params: [bytes],
          }),
        )
      ).json();
      assert.deepEqual(answer, error(-32000, message, 1));
    });
};

test('RLP', async (t) => {
  const two = await wire('eip1559');
  const old = await wire('legacy');
  /** The list with one item's encoding replaced byte by byte, canonical or not. */
  const spliced = (i, item) => {
    const items = two.fields.map((field, at) => (at === i ? item : toRlp(field)));
    const payload = concatHex(items);
    const size = (payload.length - 2) / 2;
    return concatHex([
      '0x02',
      size < 56 ? numberToHex(0xc0 + size) : concatHex(['0xf8', numberToHex(size, { size: 1 })]),
      payload,
    ]);
  };
  await refusedRaw(t, [
    ['nothing', '0x', 'empty transaction'],
    ['a type without a body', '0x02', 'invalid transaction: item is longer than the input'],
    ['type 0 written out', '0x00c0', 'transaction type 0 is not supported'],
    ['type 3', '0x03c0', 'transaction type 3 (blob) is not supported'],
    ['type 4', '0x04c0', 'transaction type 4 (set code) is not supported'],
    ['type 127', '0x7fc0', 'transaction type 127 is not supported'],
    ['a string', '0x0280', 'invalid transaction: expected list, got string'],
    ['an empty list', '0xc0', 'wrong number of fields: have 0, want 9'],
    [
      'a field too many',
      two.build([...two.fields, '0x']),
      'wrong number of fields: have 13, want 12',
    ],
    [
      'a field too few',
      old.build(old.fields.slice(0, 8)),
      'wrong number of fields: have 8, want 9',
    ],
    ['a byte too many', `${two.signed}00`, 'invalid transaction: trailing bytes'],
    [
      'a byte too few',
      two.signed.slice(0, -2),
      'invalid transaction: item is longer than the input',
    ],
    ['a size with a zero in front', '0x02f90001c0', 'invalid transaction: non-canonical size'],
    ['a long size for a short list', '0x02f801c0', 'invalid transaction: non-canonical size'],
    ['a size of eight bytes', '0x02ffffffffffffffffff', 'invalid transaction: size too large'],
    ['a byte written as a string', spliced(1, '0x8105'), 'invalid transaction: non-canonical size'],
    ['a zero written out', spliced(1, '0x00'), 'invalid nonce: leading zeros in integer'],
    ['leading zeros', two.with(6, '0x0005'), 'invalid value: leading zeros in integer'],
    ['a list for a number', two.with(1, []), 'invalid nonce: expected string, got list'],
    [
      'a nonce of nine bytes',
      two.with(1, `0x01${'00'.repeat(8)}`),
      'invalid nonce: integer too large',
    ],
    [
      'a value of seventeen bytes',
      two.with(6, `0x01${'00'.repeat(16)}`),
      'invalid value: integer too large',
    ],
    [
      'a recipient of 19 bytes',
      two.with(5, `0x${'11'.repeat(19)}`),
      'invalid recipient: wrong size of a fixed-size string',
    ],
    [
      'an access list that is a string',
      two.with(8, '0x11'),
      'invalid access list: expected list, got string',
    ],
    ['nobody to receive', two.with(5, '0x'), 'contract creation is not supported'],
    [
      '128 KiB and a byte',
      `0x02${'00'.repeat(128 * 1024)}`,
      'oversized data: transaction size 131073, limit 131072',
    ],
  ]);
});

test('signature', async (t) => {
  const two = await wire('eip1559');
  const old = await wire('legacy');
  const [s] = [BigInt(two.fields[11])];
  const hex = (n) => numberToHex(n);
  await refusedRaw(t, [
    ['a parity of 2', two.with(9, '0x02'), 'invalid signature: y parity is 2, neither 0 nor 1'],
    ['r of zero', two.with(10, '0x'), 'invalid signature: r is zero'],
    ['r of the order', two.with(10, hex(order)), 'invalid signature: r is not below the order'],
    ['r of 33 bytes', two.with(10, `0x01${'00'.repeat(32)}`), 'invalid r: integer too large'],
    ['s of zero', two.with(11, '0x'), 'invalid signature: s is zero'],
    ['s of the order', two.with(11, hex(order)), 'invalid signature: s is not below the order'],
    [
      'the other s',
      two.with(11, hex(order - s)),
      'invalid signature: s above half the order (EIP-2)',
    ],
    [
      'v of 27',
      old.with(6, '0x1b'),
      'only replay-protected (EIP-155) transactions allowed over RPC',
    ],
    [
      'v of 28',
      old.with(6, '0x1c'),
      'only replay-protected (EIP-155) transactions allowed over RPC',
    ],
    ['v of 5', old.with(6, '0x05'), 'invalid signature: v is 5'],
    ['v of another chain', old.with(6, '0x25'), 'invalid chain id: have 1 want 8429'],
    ['another chain', two.with(0, '0x01'), 'invalid chain id: have 1 want 8429'],
    [
      'a tip above the maximum',
      two.with(2, '0x0b'),
      'max priority fee per gas higher than max fee per gas',
    ],
    [
      'an r that is no point',
      two.with(10, '0x05'),
      'invalid sender: no account belongs to this signature',
    ],
  ]);
  await t.test('a changed value has another sender, who has nothing', async () => {
    const answer = await (
      await devnet.post(
        JSON.stringify({
          jsonrpc: '2.0',
          id: 1,
          method: 'eth_sendRawTransaction',
          params: [two.with(6, '0x06')],
        }),
      )
    ).json();
    assert.match(answer.error.message, /^insufficient funds for gas \* price \+ value: balance 0/);
  });
});

test('ABI', async (t) => {
  const word = (n) => BigInt(n).toString(16).padStart(64, '0');
  const high = (digits) => digits.padEnd(64, '0');
  const malformed = keccak256(new TextEncoder().encode('MalformedArguments()')).slice(0, 10);
  const staking = observer.contract('bnb.staking').address;
  const token = observer.contract('bnb.asset').address;
  const batch = observer.contract('batch').address;
  const permit = observer.contract('bnb.asset');
  const selector = (text) => keccak256(new TextEncoder().encode(text)).slice(0, 10);
  const stake = selector('stake(uint256)');
  const transfer = selector('transfer(address,uint256)');
  const batchCall = selector('batch((address,uint256,bytes)[])');
  const name = 'execution reverted: MalformedArguments()';
  const table = [
    ['no selector', staking, '0x', 'execution reverted', '0x'],
    ['three bytes', staking, '0xa694fc', 'execution reverted', '0x'],
    ['an unknown selector', staking, '0xdeadbeef', 'execution reverted', '0x'],
    ['a known selector of another contract', token, stake + word(1), 'execution reverted', '0x'],
    ['no argument', staking, stake, name, malformed],
    ['31 bytes of an argument', staking, (stake + word(1)).slice(0, -2), name, malformed],
    ['an amount above 2^128', staking, stake + high('1'), name, malformed],
    ['an address with more than 20 bytes', token, transfer + high('01') + word(1), name, malformed],
    ['an offset beyond the end', batch, batchCall + word(4096), name, malformed],
    ['an offset that wraps around', batch, batchCall + 'f'.repeat(64), name, malformed],
    ['an offset into itself', batch, batchCall + word(0), name, malformed],
    ['more elements than bytes', batch, batchCall + word(32) + word(2n ** 64n), name, malformed],
    ['2^255 elements', batch, batchCall + word(32) + high('8'), name, malformed],
  ];
  for (const [what, to, data, message, output] of table)
    await t.test(what, async () => {
      const answer = await (
        await devnet.post(
          JSON.stringify({
            jsonrpc: '2.0',
            id: 1,
            method: 'eth_call',
            params: [{ from: account(0).address, to, data }, 'latest'],
          }),
        )
      ).json();
      assert.deepEqual(answer, {
        jsonrpc: '2.0',
        id: 1,
        error: { code: 3, message, data: output },
      });
    });
  await t.test('value for a function that takes none', async () => {
    const answer = await (
      await devnet.post(
        JSON.stringify({
          jsonrpc: '2.0',
          id: 1,
          method: 'eth_call',
          params: [
            { from: account(0).address, to: staking, data: stake + word(10n ** 18n), value: '0x1' },
          ],
        }),
      )
    ).json();
    assert.equal(answer.error.message, 'execution reverted: NotPayable()');
  });
  await t.test('a permit with a foreign signature', async () => {
    const data =
      selector('permit(address,address,uint256,uint256,uint8,bytes32,bytes32)') +
      word(account(0).address) +
      word(1) +
      word(5) +
      word(2n ** 200n) +
      word(27) +
      word(1) +
      word(1);
    const answer = await (
      await devnet.post(
        JSON.stringify({
          jsonrpc: '2.0',
          id: 1,
          method: 'eth_call',
          params: [{ from: account(1).address, to: permit.address, data }],
        }),
      )
    ).json();
    assert.match(answer.error.message, /^execution reverted: ERC2612InvalidSigner\(/);
  });
});

test('configuration file', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'thaw-config-'));
  const file = join(folder, 'thaw.toml');
  try {
    const table = [
      ['[devnet', /^thaw: \S+thaw\.toml:1: /],
      ['[devnet]\nlisten = "127.0.0.1:8545"\nlisten = "127.0.0.1:8546"\n', /thaw\.toml:3: /],
      [
        '[hub]\nchain_di = 5\n',
        /thaw\.toml:2: unknown key "hub\.chain_di"; known here: .*chain_id/,
      ],
      ['\n\n[nonsense]\na = 1\n', /thaw\.toml:3: unknown key "nonsense"; known here: .*devnet/],
      [
        '[network.atlantis]\nfee_bps = 1\n',
        /thaw\.toml:1: unknown key "network\.atlantis"; known here: .*kusama/,
      ],
      ['hub = 5\n', /thaw\.toml:1: "hub" is a section: write \[hub\]/],
      [
        '[hub]\nchain_id = "8429"\n',
        /thaw\.toml:2: hub\.chain_id must be a whole number from 1 to \d+, not "8429"/,
      ],
      ['[hub]\nchain_id = 0\n', /thaw\.toml:2: hub\.chain_id must be a whole number/],
      ['[hub]\nbase_fee = 0\n', /thaw\.toml:2: hub\.base_fee must be/],
      [
        '[hub]\nbase_fee = 1.5\n',
        /thaw\.toml:2: hub\.base_fee must be a whole number .*, not 1\.5/,
      ],
      ['[devnet]\nday = "soon"\n', /thaw\.toml:2: devnet\.day must be a time .*, not "soon"/],
      [
        '[devnet]\nlisten = "here"\n',
        /thaw\.toml:2: devnet\.listen must be an IP address and a port/,
      ],
      [
        '[network.bnb]\nfee_bps = 2001\n',
        /thaw\.toml:2: network\.bnb\.fee_bps must be a whole number from 0 to 2000, not 2001/,
      ],
      [
        '[network.bnb]\nstake_min = "0"\n',
        /thaw\.toml:2: network\.bnb\.stake_min must be an amount of BNB/,
      ],
      [
        '[network.polkadot]\nstake_min = "0.00000000001"\n',
        /thaw\.toml:2: network\.polkadot\.stake_min must be an amount of DOT/,
      ],
      [
        '[network.kusama]\nhalted = "no"\n',
        /thaw\.toml:2: network\.kusama\.halted must be true or false, not "no"/,
      ],
    ];
    for (const [text, message] of table)
      await t.test(JSON.stringify(text), async () => {
        writeFileSync(file, text);
        for (const args of [
          ['config', 'check', file],
          ['devnet', '--config', file, '--data', join(folder, 'data')],
        ]) {
          const { code, err } = await run(args);
          assert.equal(code, 1);
          assert.match(err, message);
        }
      });
    await t.test('what it prints itself is right', async () => {
      writeFileSync(file, (await run(['config', 'print-default'])).out);
      const { code, out } = await run(['config', 'check', file]);
      assert.equal(code, 0);
      assert.match(out, /is right/);
    });
    await t.test('a file that is not there', async () => {
      const { code, err } = await run(['config', 'check', join(folder, 'none.toml')]);
      assert.equal(code, 1);
      assert.match(err, /^thaw: cannot read \S+none\.toml/);
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('after all this the node works and its books are sound', async () => {
  await observer.assertSound();
  const hash = await devnet.rpc('eth_sendTransaction', {
    from: account(0).address,
    to: account(1).address,
    value: '0x1',
  });
  assert.equal((await devnet.rpc('eth_getTransactionReceipt', hash)).status, '0x1');
  failed = false;
});
