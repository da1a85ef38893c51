// How the running node's JSON-RPC behaves: refusals, batches, filters, limits, development methods.
// (seen) marks what a real client stumbled over.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  decodeErrorResult,
  encodeFunctionData,
  encodeErrorResult,
  keccak256,
  numberToHex,
} from 'viem';
import { Devnet } from './devnet.mjs';
import { account, Observer } from './observer.mjs';
import * as is from './shapes.mjs';

const sink = '0x00000000000000000000000000000000000beef1';
const hex = (n) => numberToHex(n);

let devnet;
let observer;
let failed = true;

const dev = (index) => account(index);
const call = (name, functionName, args = []) => {
  const { address, abi } = observer.contract(name);
  return { to: address, data: encodeFunctionData({ abi, functionName, args }) };
};
before(async () => {
  devnet = await Devnet.start();
  await devnet.settle();
  observer = await Observer.of(devnet);
});
after(() => devnet.remove(failed));

const refusal = (method, ...params) => devnet.refusal(method, ...params);

test('a revert has exactly the shape that clients decode (seen)', async () => {
  const { abi } = observer.contract('bnb.staking');
  const data = encodeErrorResult({ abi, errorName: 'StakeBelowMinimum', args: [1n, 10n ** 17n] });
  for (const method of ['eth_call', 'eth_estimateGas']) {
    const body = JSON.stringify({
      jsonrpc: '2.0',
      id: 5,
      method,
      params: [{ from: dev(1).address, ...call('bnb.staking', 'stake', [1n]) }],
    });
    const answer = await devnet.post(body);
    assert.equal(answer.status, 200);
    const { jsonrpc, id, error, ...rest } = await answer.json();
    assert.deepEqual({ jsonrpc, id, rest }, { jsonrpc: '2.0', id: 5, rest: {} });
    assert.deepEqual(Object.keys(error).sort(), ['code', 'data', 'message']);
    assert.equal(error.code, 3);
    assert.match(error.message, /^execution reverted: StakeBelowMinimum\(/);
    assert.equal(error.data, data);
  }
  const unknown = await refusal(
    'eth_call',
    { to: observer.contract('bnb.staking').address, data: '0xdeadbeef' },
    'latest',
  );
  assert.deepEqual([unknown.code, unknown.message, unknown.data], [3, 'execution reverted', '0x']);
});

test('the texts that clients match (seen)', async () => {
  const me = dev(4);
  const raw = (over) =>
    me.signTransaction({
      chainId: 8429,
      type: 'eip1559',
      to: sink,
      value: 1n,
      gas: 21_000n,
      nonce: 0,
      maxFeePerGas: 10n,
      maxPriorityFeePerGas: 1n,
      ...over,
    });
  const text = async (over) => {
    const fault = await refusal('eth_sendRawTransaction', await raw(over));
    assert.equal(fault.code, -32000);
    return fault.message;
  };
  await devnet.rpc('evm_setAutomine', false);
  try {
    const first = await raw({});
    const hash = await devnet.rpc('eth_sendRawTransaction', first);
    // (seen) what is pending has no receipt
    assert.equal(await devnet.rpc('eth_getTransactionReceipt', hash), null);
    is.pendingTransaction(await devnet.rpc('eth_getTransactionByHash', hash));
    assert.equal(await devnet.rpc('eth_getTransactionCount', me.address, 'pending'), '0x1');
    assert.equal(await devnet.rpc('eth_getTransactionCount', me.address, 'latest'), '0x0');
    assert.match((await refusal('eth_sendRawTransaction', first)).message, /^already known/);
    assert.match(await text({ value: 2n }), /^replacement transaction underpriced/);
    const replacing = await devnet.rpc(
      'eth_sendRawTransaction',
      await raw({ value: 2n, maxFeePerGas: 11n, maxPriorityFeePerGas: 2n }),
    );
    assert.equal(await devnet.rpc('eth_getTransactionByHash', hash), null);
    assert.equal((await devnet.rpc('txpool_status')).pending, '0x1');
    const { pending } = await devnet.rpc('txpool_content');
    assert.equal(pending[me.address.toLowerCase()]['0'].hash, replacing);
    assert.deepEqual((await devnet.rpc('eth_getBlockByNumber', 'pending', false)).transactions, [
      replacing,
    ]);
    await devnet.rpc('evm_mine');
    assert.equal((await devnet.rpc('eth_getTransactionReceipt', replacing)).status, '0x1');
  } finally {
    await devnet.rpc('evm_setAutomine', true);
  }
  assert.match(await text({ nonce: 0 }), /^nonce too low/);
  assert.match(await text({ nonce: 100_000 }), /^nonce too high/);
  assert.match(await text({ nonce: 1, gas: 20_999n }), /^intrinsic gas too low/);
  assert.match(
    await text({ nonce: 1, value: 10n ** 30n }),
    /^insufficient funds for gas \* price \+ value/,
  );
  assert.match(await text({ nonce: 1, chainId: 1 }), /^invalid chain id/);
  const lost = await refusal('eth_getFilterChanges', '0x1234');
  assert.deepEqual([lost.code, lost.message], [-32000, 'filter not found']);
});

test('eth_sendRawTransactionSync answers with the receipt, or says it cannot wait', async () => {
  const me = dev(5);
  const raw = (nonce) =>
    me.signTransaction({
      chainId: 8429,
      type: 'eip1559',
      to: sink,
      value: 1n,
      gas: 21_000n,
      nonce,
      maxFeePerGas: 10n,
      maxPriorityFeePerGas: 1n,
    });
  is.receipt(await devnet.rpc('eth_sendRawTransactionSync', await raw(0)));
  const gap = await refusal('eth_sendRawTransactionSync', await raw(5));
  assert.equal(gap.code, 6);
  await devnet.rpc('evm_setAutomine', false);
  try {
    const slow = await refusal('eth_sendRawTransactionSync', await raw(1), 50);
    assert.equal(slow.code, 4);
    assert.equal(slow.data, keccak256(await raw(1)));
  } finally {
    await devnet.rpc('evm_setAutomine', true);
  }
});

test('ids are echoed verbatim (seen)', async () => {
  for (const id of [
    '1',
    '"a string"',
    '"5f3e1c1a-98d5-4b7e-9d3f-0f5c1b2a3d4e"',
    '9007199254740993',
    '"0"',
    '-7',
    'null',
  ]) {
    const text = await (
      await devnet.post(`{"jsonrpc":"2.0","id":${id},"method":"eth_chainId"}`)
    ).text();
    assert.ok(text.includes(`"id":${id},`), text);
  }
});

test('params may be absent, empty, null or named', async () => {
  for (const params of ['', ',"params":[]', ',"params":null', ',"params":{}']) {
    const answer = await (
      await devnet.post(`{"jsonrpc":"2.0","id":1,"method":"eth_chainId"${params}}`)
    ).json();
    assert.equal(answer.result, '0x20ed');
  }
});

test('batches keep their order, drop notifications and bear faults one by one', async () => {
  const one = (id, method, params = []) => ({ jsonrpc: '2.0', id, method, params });
  const answer = await (
    await devnet.post(
      JSON.stringify([
        one('a', 'eth_chainId'),
        { jsonrpc: '2.0', method: 'eth_chainId' },
        one('b', 'no_such_method'),
        one('c', 'eth_blockNumber'),
        7,
      ]),
    )
  ).json();
  assert.deepEqual(
    answer.map((a) => a.id),
    ['a', 'b', 'c', null],
  );
  assert.equal(answer[1].error.code, -32601);
  assert.equal(answer[3].error.code, -32600);
  for (const a of answer)
    assert.notEqual('result' in a, 'error' in a, 'either a result or an error (seen)');
});

test('contract creation, foreign types and eth_sign are refused by name', async () => {
  const create = await refusal(
    'eth_sendRawTransaction',
    await dev(6).signTransaction({
      chainId: 8429,
      type: 'eip1559',
      data: '0x6000',
      gas: 100_000n,
      nonce: 0,
      maxFeePerGas: 10n,
      maxPriorityFeePerGas: 1n,
    }),
  );
  assert.match(create.message, /contract creation/);
  for (const [type, name] of [
    ['03', /type 3/],
    ['04', /type 4/],
  ])
    assert.match((await refusal('eth_sendRawTransaction', `0x${type}c0`)).message, name);
  const sign = await refusal('eth_sign', dev(6).address, '0x00');
  assert.equal(sign.code, -32601);
});

test('filters tell what is new once', async () => {
  const { address } = observer.contract('bnb.staking');
  const logs = await devnet.rpc('eth_newFilter', { address });
  const blocks = await devnet.rpc('eth_newBlockFilter');
  const pending = await devnet.rpc('eth_newPendingTransactionFilter');
  assert.deepEqual(await devnet.rpc('eth_getFilterChanges', logs), []);
  const stake = call('bnb.staking', 'stake', [10n ** 17n]);
  const hash = await devnet.rpc('eth_sendTransaction', { from: dev(7).address, ...stake });
  const fresh = await devnet.rpc('eth_getFilterChanges', logs);
  is.list(is.log)(fresh);
  assert.ok(fresh.some((log) => log.transactionHash === hash));
  assert.deepEqual(
    await devnet
      .rpc('eth_getFilterChanges', logs)
      .then((l) => l.filter((x) => x.transactionHash === hash)),
    [],
  );
  const receipt = await devnet.rpc('eth_getTransactionReceipt', hash);
  assert.ok((await devnet.rpc('eth_getFilterChanges', blocks)).includes(receipt.blockHash));
  assert.ok((await devnet.rpc('eth_getFilterChanges', pending)).includes(hash));
  assert.ok((await devnet.rpc('eth_getFilterLogs', logs)).length > 0);
  assert.equal(await devnet.rpc('eth_uninstallFilter', logs), true);
  assert.equal(await devnet.rpc('eth_uninstallFilter', logs), false);
});

test('time, snapshots, impersonation: what a developer may do', async () => {
  await devnet.settle();
  const snapshot = await devnet.rpc('evm_snapshot');
  const head = await devnet.rpc('eth_getBlockByNumber', 'latest', false);
  await devnet.rpc('evm_increaseTime', 1000);
  await devnet.rpc('evm_mine');
  assert.ok((await devnet.now()) >= Number(head.timestamp) + 1000);
  const someone = '0x00000000000000000000000000000000000a11ce';
  const stranger = { from: someone, to: sink, value: '0x5' };
  assert.match((await refusal('eth_sendTransaction', stranger)).message, /unknown account/);
  await devnet.rpc('eth_sendTransaction', {
    from: dev(8).address,
    to: someone,
    value: hex(10n ** 18n),
  });
  await devnet.rpc('anvil_impersonateAccount', someone);
  const hash = await devnet.rpc('eth_sendTransaction', stranger);
  const transaction = await devnet.rpc('eth_getTransactionByHash', hash);
  assert.equal(transaction.from, someone.toLowerCase());
  is.transaction(transaction);
  assert.equal(await devnet.rpc('evm_revert', snapshot), true);
  assert.equal(await devnet.rpc('evm_revert', snapshot), false);
  assert.equal((await devnet.rpc('eth_getBlockByNumber', 'latest', false)).hash, head.hash);
  assert.equal(await devnet.rpc('eth_getTransactionByHash', hash), null);
  assert.equal(await devnet.rpc('eth_getBalance', someone), '0x0');
});

test('limits: a batch of 100, not 101; depth 32; a body of 1 MiB', async () => {
  const one = { jsonrpc: '2.0', id: 1, method: 'eth_chainId' };
  const hundred = await (await devnet.post(JSON.stringify(Array(100).fill(one)))).json();
  assert.equal(hundred.length, 100);
  const more = await (await devnet.post(JSON.stringify(Array(101).fill(one)))).json();
  assert.equal(more.error.code, -32600);
  assert.match(more.error.message, /at most 100/);
  const nested = (depth) =>
    `{"jsonrpc":"2.0","id":1,"method":"eth_chainId","x":${'['.repeat(depth)}${']'.repeat(depth)}}`;
  assert.equal((await (await devnet.post(nested(31))).json()).result, '0x20ed');
  assert.equal((await (await devnet.post(nested(32))).json()).error.code, -32700);
  const big = (size) => {
    const frame = '{"jsonrpc":"2.0","id":1,"method":"eth_chainId","x":""}';
    return frame.replace('""', `"${'x'.repeat(size - frame.length)}"`);
  };
  assert.equal((await devnet.post(big(1024 * 1024))).status, 200);
  assert.equal((await devnet.post(big(1024 * 1024 + 1))).status, 413);
});

test('the multicall contract answers in one call what viem asks in many', async () => {
  const { address } = observer.contract('multicall');
  assert.equal(address.toLowerCase(), '0xca11bde05977b3631167028862be2a173976ca11');
  const minimums = await observer.client.multicall({
    multicallAddress: address,
    allowFailure: false,
    contracts: ['bnb', 'fantom', 'polkadot'].map((n) => ({
      ...observer.contract(`${n}.staking`),
      functionName: 'minimumStake',
    })),
  });
  assert.deepEqual(minimums, [10n ** 17n, 10n ** 18n, 10n ** 10n]);
});

test('a permit signed by a wallet moves an allowance', async () => {
  const token = observer.contract('bnb.asset');
  const owner = dev(9);
  const [, name, version, domainChain, verifyingContract] = await observer.read(
    'bnb.asset',
    'eip712Domain',
  );
  const message = {
    owner: owner.address,
    spender: sink,
    value: 5n,
    nonce: 0n,
    deadline: 2n ** 255n,
  };
  const signature = await owner.signTypedData({
    domain: { name, version, chainId: Number(domainChain), verifyingContract },
    types: {
      Permit: [
        'owner:address',
        'spender:address',
        'value:uint256',
        'nonce:uint256',
        'deadline:uint256',
      ].map((f) => ({ name: f.split(':')[0], type: f.split(':')[1] })),
    },
    primaryType: 'Permit',
    message,
  });
  const args = [
    owner.address,
    sink,
    5n,
    2n ** 255n,
    Number(`0x${signature.slice(130)}`),
    signature.slice(0, 66),
    `0x${signature.slice(66, 130)}`,
  ];
  await devnet.rpc('eth_sendTransaction', {
    from: dev(8).address,
    to: token.address,
    data: encodeFunctionData({ abi: token.abi, functionName: 'permit', args }),
  });
  assert.equal(await observer.read('bnb.asset', 'allowance', [owner.address, sink]), 5n);
});

test('a batch is one signature and one result, and its signer stays the sender', async () => {
  const me = dev(0).address;
  const batch = observer.contract('batch');
  const send = (calls) => ({
    from: me,
    to: batch.address,
    data: encodeFunctionData({
      abi: batch.abi,
      functionName: 'batch',
      args: [calls.map(({ to, data, value = 0n }) => ({ to, value, data }))],
    }),
  });
  const stake = call('fantom.staking', 'stake', [10n ** 18n]);
  const pass = call('fantom.liquid', 'transfer', [sink, 4n * 10n ** 17n]);
  const coin = { to: sink, data: '0x', value: 9n };
  const coins = BigInt(await devnet.rpc('eth_getBalance', sink));
  const hash = await devnet.rpc('eth_sendTransaction', send([stake, pass, coin]));
  assert.equal((await devnet.rpc('eth_getTransactionReceipt', hash)).status, '0x1');
  assert.equal(await observer.read('fantom.liquid', 'balanceOf', [me]), 6n * 10n ** 17n);
  assert.equal(await observer.read('fantom.liquid', 'balanceOf', [sink]), 4n * 10n ** 17n);
  assert.equal(BigInt(await devnet.rpc('eth_getBalance', sink)), coins + 9n);

  const head = await devnet.rpc('eth_blockNumber');
  const before = await observer.read('fantom.asset', 'balanceOf', [me]);
  const fault = await refusal(
    'eth_call',
    send([stake, call('fantom.staking', 'stake', [1n])]),
    head,
  );
  const {
    errorName,
    args: [index, reason],
  } = decodeErrorResult({ abi: batch.abi, data: fault.data });
  assert.deepEqual([errorName, index], ['BatchCallFailed', 1n]);
  const inner = decodeErrorResult({ abi: observer.contract('fantom.staking').abi, data: reason });
  assert.deepEqual([inner.errorName, inner.args], ['StakeBelowMinimum', [1n, 10n ** 18n]]);
  const failing = await devnet.rpc('eth_sendTransaction', {
    ...send([stake, call('fantom.staking', 'stake', [1n])]),
    gas: '0x7a120',
  });
  assert.equal((await devnet.rpc('eth_getTransactionReceipt', failing)).status, '0x0');
  assert.equal(await observer.read('fantom.asset', 'balanceOf', [me]), before, 'all or nothing');
  failed = false;
});
