// Every JSON-RPC method that clients need answers in the standard's shape, with true hashes and
// roots. (seen) marks what a real client stumbled over.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  concatHex,
  encodeFunctionData,
  hexToBytes,
  keccak256,
  numberToHex,
  recoverMessageAddress,
  recoverTypedDataAddress,
  toRlp,
  trim,
} from 'viem';
import { Devnet } from './devnet.mjs';
import { account, Observer } from './observer.mjs';
import * as is from './shapes.mjs';

const nobody = `0x${'0'.repeat(40)}`;
const unknownHash = `0x${'ab'.repeat(32)}`;
const sink = '0x00000000000000000000000000000000000beef1';
const hex = (n) => numberToHex(n);

let devnet;
let observer;
let failed = true;
const seen = {}; // what the table's rows need to ask for

const dev = (index) => account(index);
const call = (name, functionName, args = []) => {
  const { address, abi } = observer.contract(name);
  return { to: address, data: encodeFunctionData({ abi, functionName, args }) };
};

before(async () => {
  devnet = await Devnet.start();
  await devnet.settle();
  observer = await Observer.of(devnet);
  const staker = dev(1);
  const stake = call('bnb.staking', 'stake', [10n ** 18n]);
  const base = { chainId: 8429, to: stake.to, data: stake.data, gas: 200_000n, value: 0n };
  seen.sent = [];
  for (const [type, fee] of [
    ['legacy', { gasPrice: 2n }],
    ['eip2930', { gasPrice: 2n, accessList: [{ address: sink, storageKeys: [unknownHash] }] }],
    ['eip1559', { maxFeePerGas: 3n, maxPriorityFeePerGas: 1n }],
  ]) {
    const raw = await staker.signTransaction({ ...base, ...fee, type, nonce: seen.sent.length });
    const hash = await devnet.rpc('eth_sendRawTransaction', raw);
    assert.equal(hash, keccak256(raw));
    seen.sent.push({ raw, hash, receipt: await devnet.rpc('eth_getTransactionReceipt', hash) });
  }
  seen.receipt = seen.sent[2].receipt;
  seen.block = await devnet.rpc('eth_getBlockByHash', seen.receipt.blockHash, true);
  const { address } = observer.contract('bnb.staking');
  seen.logs = { address, fromBlock: '0x0', toBlock: 'latest' };
  await devnet.settle(); // what the courier does about the stakes
});
after(() => devnet.remove(failed));

const table = [
  ['eth_chainId', [], is.is('0x20ed')],
  ['net_version', [], is.is('8429')],
  ['net_listening', [], is.is(true)],
  ['web3_clientVersion', [], (v) => assert.match(v, /^thaw\//i)],
  [
    'web3_sha3',
    ['0x68656c6c6f20776f726c64'],
    is.is('0x47173285a8d7341e5e972fc677286384f802f8ef42a5ec5f03bbfa254cb01fad'),
  ],
  ['eth_syncing', [], is.is(false)],
  [
    'eth_accounts',
    [],
    (v) =>
      assert.deepEqual(
        v,
        Array.from({ length: 10 }, (_, i) => dev(i).address.toLowerCase()),
      ),
  ],
  ['eth_blockNumber', [], is.quantity],
  ['eth_gasPrice', [], (v) => assert.ok(BigInt(v) >= 1n)],
  ['eth_maxPriorityFeePerGas', [], is.quantity],
  [
    'eth_getBalance',
    () => [dev(0).address, 'latest'],
    (v) => {
      is.quantity(v);
      assert.equal(BigInt(v), 10_000n * 10n ** 18n);
    },
  ],
  ['eth_getBalance', [nobody], is.is('0x0')],
  ['eth_getTransactionCount', () => [dev(1).address, 'latest'], is.is('0x3')],
  ['eth_getTransactionCount', () => [dev(1).address, 'pending'], is.is('0x3')],
  ['eth_getTransactionCount', () => [dev(1).address, '0x0'], is.is('0x0')],
  [
    'eth_getCode',
    () => [observer.contract('bnb.staking').address, 'latest'],
    (v) => assert.match(v, /^0x60006000fd[0-9a-f]+$/),
  ],
  ['eth_getCode', [sink, 'latest'], is.is('0x')],
  [
    'eth_getStorageAt',
    () => [observer.contract('bnb.staking').address, '0x0', 'latest'],
    is.is(`0x${'0'.repeat(64)}`),
  ],
  ['eth_getBlockByNumber', ['latest', false], is.block(is.hash)],
  [
    'eth_getBlockByNumber',
    ['earliest', false],
    (v) => {
      is.block(is.hash)(v);
      assert.equal(v.number, '0x0');
    },
  ],
  ['eth_getBlockByNumber', ['safe', false], is.block(is.hash)],
  ['eth_getBlockByNumber', ['finalized', false], is.block(is.hash)],
  ['eth_getBlockByNumber', ['pending', false], is.pendingBlock],
  ['eth_getBlockByNumber', () => [seen.receipt.blockNumber, true], is.block(is.transaction)],
  ['eth_getBlockByNumber', ['0xffffff', false], is.nothing],
  ['eth_getBlockByHash', () => [seen.receipt.blockHash, false], is.block(is.hash)],
  ['eth_getBlockByHash', [unknownHash, false], is.nothing],
  [
    'eth_getBlockTransactionCountByNumber',
    () => [seen.receipt.blockNumber],
    (v) => assert.equal(Number(v), seen.block.transactions.length),
  ],
  [
    'eth_getBlockTransactionCountByHash',
    () => [seen.receipt.blockHash],
    (v) => assert.equal(Number(v), seen.block.transactions.length),
  ],
  ['eth_getBlockTransactionCountByHash', [unknownHash], is.nothing],
  [
    'eth_getTransactionByHash',
    () => [seen.sent[0].hash],
    (v) => {
      is.transaction(v);
      assert.equal(v.type, '0x0');
    },
  ],
  [
    'eth_getTransactionByHash',
    () => [seen.sent[1].hash],
    (v) => {
      is.transaction(v);
      assert.equal(v.type, '0x1');
    },
  ],
  [
    'eth_getTransactionByHash',
    () => [seen.sent[2].hash],
    (v) => {
      is.transaction(v);
      assert.equal(v.type, '0x2');
      assert.equal(v.from, dev(1).address.toLowerCase());
    },
  ],
  ['eth_getTransactionByHash', [unknownHash], is.nothing],
  ['eth_getTransactionByBlockHashAndIndex', () => [seen.receipt.blockHash, '0x0'], is.transaction],
  ['eth_getTransactionByBlockHashAndIndex', () => [seen.receipt.blockHash, '0x99'], is.nothing],
  [
    'eth_getTransactionByBlockNumberAndIndex',
    () => [seen.receipt.blockNumber, '0x0'],
    is.transaction,
  ],
  [
    'eth_getTransactionReceipt',
    () => [seen.sent[2].hash],
    (v) => {
      is.receipt(v);
      assert.equal(v.status, '0x1');
      assert.ok(v.logs.length > 0);
    },
  ],
  ['eth_getTransactionReceipt', [unknownHash], is.nothing], // (seen) null, not an error
  [
    'eth_getBlockReceipts',
    () => [seen.receipt.blockNumber],
    (v) => {
      is.list(is.receipt)(v);
      assert.deepEqual(
        v.find((r) => r.transactionHash === seen.receipt.transactionHash),
        seen.receipt,
      );
    },
  ],
  ['eth_getBlockReceipts', () => [seen.receipt.blockHash], is.list(is.receipt)],
  ['eth_getBlockReceipts', ['0xffffff'], is.nothing],
  [
    'eth_getLogs',
    () => [seen.logs],
    (v) => {
      is.list(is.log)(v);
      assert.ok(v.length >= 3);
    },
  ],
  // (seen) nulls and nested lists
  ['eth_getLogs', () => [{ ...seen.logs, topics: [null, [null, unknownHash]] }], is.list(is.log)],
  ['eth_getLogs', () => [{ ...seen.logs, topics: [unknownHash] }], is.is([])],
  [
    'eth_getLogs',
    () => [{ ...seen.logs, address: [seen.logs.address, nobody] }],
    (v) => assert.ok(v.length >= 3),
  ],
  [
    'eth_getLogs',
    () => [{ blockHash: seen.receipt.blockHash }],
    (v) =>
      assert.deepEqual(
        v.filter((l) => l.transactionHash === seen.receipt.transactionHash),
        seen.receipt.logs,
      ),
  ],
  [
    'eth_call',
    () => [call('bnb.staking', 'minimumStake'), 'latest'],
    (v) => assert.equal(BigInt(v), 10n ** 17n),
  ],
  [
    'eth_call',
    () => [
      {
        ...call('bnb.staking', 'minimumStake'),
        input: call('bnb.staking', 'minimumStake').data,
        gasPrice: '0x1',
        unknownKey: 1,
      },
    ],
    (v) => assert.equal(BigInt(v), 10n ** 17n),
  ],
  [
    'eth_call',
    () => [call('bnb.staking', 'minimumStake'), { blockNumber: '0x0' }],
    (v) => assert.equal(BigInt(v), 10n ** 17n),
  ], // EIP-1898
  [
    'eth_call',
    () => [
      call('bnb.staking', 'minimumStake'),
      { blockHash: seen.receipt.blockHash, requireCanonical: true },
    ],
    (v) => assert.equal(BigInt(v), 10n ** 17n),
  ],
  ['eth_call', [{ to: sink, data: '0x12345678' }, 'latest'], is.is('0x')],
  [
    'eth_estimateGas',
    () => [{ from: dev(1).address, ...call('bnb.staking', 'stake', [hex(10n ** 18n)]) }],
    (v) => {
      is.quantity(v);
      assert.ok(BigInt(v) >= 21_000n);
    },
  ],
  ['eth_estimateGas', () => [{ from: dev(1).address, to: sink, value: '0x1' }], is.is('0x5208')],
  [
    'eth_createAccessList',
    () => [{ from: dev(1).address, ...call('bnb.staking', 'minimumStake') }, 'latest'],
    (v) => {
      is.quantity(v.gasUsed);
      assert.deepEqual(v.accessList, []);
    },
  ],
  [
    'eth_feeHistory',
    ['0x2', 'latest', [25, 75]],
    (v) => {
      is.quantity(v.oldestBlock);
      assert.equal(v.baseFeePerGas.length, 3); // (seen) one more than blocks: the next one's
      v.baseFeePerGas.forEach((fee) => assert.equal(fee, '0x1'));
      assert.equal(v.gasUsedRatio.length, 2);
      v.gasUsedRatio.forEach((ratio) => assert.ok(ratio >= 0 && ratio <= 1));
      is.list(is.list(is.quantity))(v.reward);
      assert.deepEqual(
        v.reward.map((row) => row.length),
        [2, 2],
      );
    },
  ],
  ['eth_feeHistory', [2, 'latest'], (v) => assert.equal(v.reward, undefined)],
  [
    'eth_fillTransaction',
    () => [{ from: dev(2).address, to: sink, value: '0x1' }],
    (v) => {
      is.bytes(v.raw);
      assert.equal(v.tx.nonce, '0x0');
      assert.equal(v.tx.gas, '0x5208');
      assert.equal(v.tx.chainId, '0x20ed');
    },
  ],
  [
    'eth_simulateV1',
    () => [
      {
        blockStateCalls: [
          { calls: [{ from: dev(1).address, ...call('bnb.staking', 'minimumStake') }] },
        ],
      },
      'latest',
    ],
    (v) => {
      assert.equal(v.length, 1);
      assert.equal(v[0].calls[0].status, '0x1');
      assert.equal(BigInt(v[0].calls[0].returnData), 10n ** 17n);
    },
  ],
  ['txpool_status', [], is.fields({ pending: is.quantity, queued: is.quantity })],
  ['txpool_content', [], (v) => assert.deepEqual(Object.keys(v).sort(), ['pending', 'queued'])],
  [
    'debug_traceTransaction',
    () => [seen.sent[2].hash, { tracer: 'callTracer' }],
    (v) => {
      assert.equal(v.type, 'CALL');
      assert.equal(v.from, dev(1).address.toLowerCase());
      assert.equal(v.gasUsed, seen.receipt.gasUsed);
    },
  ],
  [
    'rpc.discover',
    [],
    (v) => {
      assert.match(v.openrpc, /^1\./);
      const names = v.methods.map((m) => m.name);
      for (const [method] of table) assert.ok(names.includes(method), `${method} is described`);
    },
  ],
  [
    'personal_sign',
    () => ['0x68690a', dev(3).address],
    async (v) =>
      assert.equal(
        await recoverMessageAddress({ message: { raw: '0x68690a' }, signature: v }),
        dev(3).address,
      ),
  ],
  [
    'eth_signTypedData_v4',
    () => [
      dev(3).address,
      JSON.stringify({ ...typedData, types: { EIP712Domain: domainType, ...typedData.types } }),
    ],
    async (v) =>
      assert.equal(await recoverTypedDataAddress({ ...typedData, signature: v }), dev(3).address),
  ],
];
const domainType = [
  { name: 'name', type: 'string' },
  { name: 'chainId', type: 'uint256' },
];
const typedData = {
  domain: { name: 'Thaw', chainId: 8429 },
  types: {
    Line: [
      { name: 'to', type: 'address' },
      { name: 'amounts', type: 'uint256[]' },
    ],
    Order: [
      { name: 'lines', type: 'Line[]' },
      { name: 'note', type: 'string' },
    ],
  },
  primaryType: 'Order',
  message: { lines: [{ to: sink, amounts: ['1', '2'] }], note: 'ice' },
};

test('each method answers in the shape of the standard', async (t) => {
  for (const [method, params, check] of table) {
    const values = typeof params === 'function' ? params() : params;
    await t.test(`${method} ${JSON.stringify(values).slice(0, 60)}`, async () =>
      check(await devnet.rpc(method, ...values)),
    );
  }
});

test('a block hashes to its hash, and its roots and blooms are real', async () => {
  const q = (v) => (BigInt(v) === 0n ? '0x' : trim(v).length % 2 ? `0x0${v.slice(2)}` : v);
  const even = (v) => (v === '0x0' ? '0x' : v.length % 2 ? `0x0${v.slice(2)}` : v);
  const leaf = (value) => keccak256(toRlp(['0x2080', value])); // the trie of one entry, key rlp(0)
  let single = 0;
  for (const { receipt } of seen.sent) {
    const block = await devnet.rpc('eth_getBlockByHash', receipt.blockHash, true);
    const header = [
      block.parentHash,
      block.sha3Uncles,
      block.miner,
      block.stateRoot,
      block.transactionsRoot,
      block.receiptsRoot,
      block.logsBloom,
      q(block.difficulty),
      even(block.number),
      even(block.gasLimit),
      even(block.gasUsed),
      even(block.timestamp),
      block.extraData,
      block.mixHash,
      block.nonce,
      even(block.baseFeePerGas),
    ];
    assert.equal(keccak256(toRlp(header)), block.hash);
    const bloom = new Uint8Array(256);
    for (const log of receipt.logs)
      for (const part of [log.address, ...log.topics]) {
        const digest = hexToBytes(keccak256(part));
        for (const i of [0, 2, 4]) {
          const bit = ((digest[i] << 8) | digest[i + 1]) & 2047;
          bloom[255 - (bit >> 3)] |= 1 << (bit & 7);
        }
      }
    assert.equal(receipt.logsBloom, `0x${Buffer.from(bloom).toString('hex')}`);
    if (block.transactions.length !== 1) continue;
    ++single;
    const sent = seen.sent.find((s) => s.hash === block.transactions[0].hash);
    assert.equal(block.transactionsRoot, leaf(sent.raw));
    const body = toRlp([
      receipt.status === '0x1' ? '0x01' : '0x',
      even(receipt.cumulativeGasUsed),
      receipt.logsBloom,
      receipt.logs.map((log) => [log.address, log.topics, log.data]),
    ]);
    assert.equal(
      block.receiptsRoot,
      leaf(receipt.type === '0x0' ? body : concatHex([`0x0${receipt.type.slice(2)}`, body])),
    );
    assert.equal(block.logsBloom, receipt.logsBloom);
  }
  assert.ok(single > 0);
});

test('a type 2 transaction pays the base fee and its tip, and not its maximum', () => {
  assert.equal(seen.receipt.effectiveGasPrice, '0x2');
  assert.equal(seen.sent[0].receipt.effectiveGasPrice, '0x2');
});

test('state is readable at any recent height (seen)', async () => {
  const me = dev(1).address;
  const token = observer.contract('bnb.liquid');
  const shares = (block) =>
    observer.client.readContract({
      address: token.address,
      abi: token.abi,
      functionName: 'balanceOf',
      args: [me],
      blockNumber: BigInt(block),
    });
  const heights = seen.sent.map((s) => BigInt(s.receipt.blockNumber));
  let before = 0n;
  for (const [i, height] of heights.entries()) {
    const now = await shares(height);
    assert.equal(await devnet.rpc('eth_getTransactionCount', me, hex(height)), hex(i + 1));
    assert.ok(now > before);
    assert.equal(await shares(height - 1n), before);
    before = now;
  }
  const above = await devnet.refusal('eth_getBalance', me, '0xffffff');
  assert.equal(above.code, -32000);
  assert.match(above.message, /header not found|above the head/);
  failed = false;
});
