// Every JSON-RPC method that clients need, against the running node. (seen) marks what a real client
// stumbled over.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { concatHex, decodeErrorResult, encodeFunctionData, encodeErrorResult, hexToBytes, keccak256, numberToHex,
  parseTransaction, recoverMessageAddress, recoverTypedDataAddress, toRlp, trim } from 'viem';
import { Devnet, RpcError } from './devnet.mjs';
import { account, Observer } from './observer.mjs';
import * as is from './shapes.mjs';

const nobody = `0x${'0'.repeat(40)}`;
const unknownHash = `0x${'ab'.repeat(32)}`;
const sink = '0x00000000000000000000000000000000000beef1';
const hex = (n) => numberToHex(n);

let devnet;
let observer;
let failed = true;
const seen = {};   // what the table's rows need to ask for

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
  for (const [type, fee] of [['legacy', { gasPrice: 2n }], ['eip2930', { gasPrice: 2n, accessList: [{ address: sink, storageKeys: [unknownHash] }] }],
    ['eip1559', { maxFeePerGas: 3n, maxPriorityFeePerGas: 1n }]]) {
    const raw = await staker.signTransaction({ ...base, ...fee, type, nonce: seen.sent.length });
    const hash = await devnet.rpc('eth_sendRawTransaction', raw);
    assert.equal(hash, keccak256(raw));
    seen.sent.push({ raw, hash, receipt: await devnet.rpc('eth_getTransactionReceipt', hash) });
  }
  seen.receipt = seen.sent[2].receipt;
  seen.block = await devnet.rpc('eth_getBlockByHash', seen.receipt.blockHash, true);
  const { address } = observer.contract('bnb.staking');
  seen.logs = { address, fromBlock: '0x0', toBlock: 'latest' };
  await devnet.settle();   // what the courier does about the stakes
});
after(() => devnet.remove(failed));

const table = [
  ['eth_chainId', [], is.is('0x20ed')],
  ['net_version', [], is.is('8429')],
  ['net_listening', [], is.is(true)],
  ['web3_clientVersion', [], (v) => assert.match(v, /^thaw\//i)],
  ['web3_sha3', ['0x68656c6c6f20776f726c64'], is.is('0x47173285a8d7341e5e972fc677286384f802f8ef42a5ec5f03bbfa254cb01fad')],
  ['eth_syncing', [], is.is(false)],
  ['eth_accounts', [], (v) => assert.deepEqual(v, Array.from({ length: 10 }, (_, i) => dev(i).address.toLowerCase()))],
  ['eth_blockNumber', [], is.quantity],
  ['eth_gasPrice', [], (v) => assert.ok(BigInt(v) >= 1n)],
  ['eth_maxPriorityFeePerGas', [], is.quantity],
  ['eth_getBalance', () => [dev(0).address, 'latest'], (v) => { is.quantity(v); assert.equal(BigInt(v), 10_000n * 10n ** 18n); }],
  ['eth_getBalance', [nobody], is.is('0x0')],
  ['eth_getTransactionCount', () => [dev(1).address, 'latest'], is.is('0x3')],
  ['eth_getTransactionCount', () => [dev(1).address, 'pending'], is.is('0x3')],
  ['eth_getTransactionCount', () => [dev(1).address, '0x0'], is.is('0x0')],
  ['eth_getCode', () => [observer.contract('bnb.staking').address, 'latest'], (v) => assert.match(v, /^0x60006000fd[0-9a-f]+$/)],
  ['eth_getCode', [sink, 'latest'], is.is('0x')],
  ['eth_getStorageAt', () => [observer.contract('bnb.staking').address, '0x0', 'latest'], is.is(`0x${'0'.repeat(64)}`)],
  ['eth_getBlockByNumber', ['latest', false], is.block(is.hash)],
  ['eth_getBlockByNumber', ['earliest', false], (v) => { is.block(is.hash)(v); assert.equal(v.number, '0x0'); }],
  ['eth_getBlockByNumber', ['safe', false], is.block(is.hash)],
  ['eth_getBlockByNumber', ['finalized', false], is.block(is.hash)],
  ['eth_getBlockByNumber', ['pending', false], is.pendingBlock],
  ['eth_getBlockByNumber', () => [seen.receipt.blockNumber, true], is.block(is.transaction)],
  ['eth_getBlockByNumber', ['0xffffff', false], is.nothing],
  ['eth_getBlockByHash', () => [seen.receipt.blockHash, false], is.block(is.hash)],
  ['eth_getBlockByHash', [unknownHash, false], is.nothing],
  ['eth_getBlockTransactionCountByNumber', () => [seen.receipt.blockNumber], (v) => assert.equal(Number(v), seen.block.transactions.length)],
  ['eth_getBlockTransactionCountByHash', () => [seen.receipt.blockHash], (v) => assert.equal(Number(v), seen.block.transactions.length)],
  ['eth_getBlockTransactionCountByHash', [unknownHash], is.nothing],
  ['eth_getTransactionByHash', () => [seen.sent[0].hash], (v) => { is.transaction(v); assert.equal(v.type, '0x0'); }],
  ['eth_getTransactionByHash', () => [seen.sent[1].hash], (v) => { is.transaction(v); assert.equal(v.type, '0x1'); }],
  ['eth_getTransactionByHash', () => [seen.sent[2].hash], (v) => { is.transaction(v); assert.equal(v.type, '0x2'); assert.equal(v.from, dev(1).address.toLowerCase()); }],
  ['eth_getTransactionByHash', [unknownHash], is.nothing],
  ['eth_getTransactionByBlockHashAndIndex', () => [seen.receipt.blockHash, '0x0'], is.transaction],
  ['eth_getTransactionByBlockHashAndIndex', () => [seen.receipt.blockHash, '0x99'], is.nothing],
  ['eth_getTransactionByBlockNumberAndIndex', () => [seen.receipt.blockNumber, '0x0'], is.transaction],
  ['eth_getTransactionReceipt', () => [seen.sent[2].hash], (v) => { is.receipt(v); assert.equal(v.status, '0x1'); assert.ok(v.logs.length > 0); }],
  ['eth_getTransactionReceipt', [unknownHash], is.nothing],   // (seen) null, not an error
  ['eth_getBlockReceipts', () => [seen.receipt.blockNumber], (v) => { is.list(is.receipt)(v); assert.deepEqual(v.find((r) => r.transactionHash === seen.receipt.transactionHash), seen.receipt); }],
  ['eth_getBlockReceipts', () => [seen.receipt.blockHash], is.list(is.receipt)],
  ['eth_getBlockReceipts', ['0xffffff'], is.nothing],
  ['eth_getLogs', () => [seen.logs], (v) => { is.list(is.log)(v); assert.ok(v.length >= 3); }],
  ['eth_getLogs', () => [{ ...seen.logs, topics: [null, [null, unknownHash]] }], is.list(is.log)],   // (seen) nulls and nested lists
  ['eth_getLogs', () => [{ ...seen.logs, topics: [unknownHash] }], is.is([])],
  ['eth_getLogs', () => [{ ...seen.logs, address: [seen.logs.address, nobody] }], (v) => assert.ok(v.length >= 3)],
  ['eth_getLogs', () => [{ blockHash: seen.receipt.blockHash }], (v) => assert.deepEqual(v.filter((l) => l.transactionHash === seen.receipt.transactionHash), seen.receipt.logs)],
  ['eth_call', () => [call('bnb.staking', 'minimumStake'), 'latest'], (v) => assert.equal(BigInt(v), 10n ** 17n)],
  ['eth_call', () => [{ ...call('bnb.staking', 'minimumStake'), input: call('bnb.staking', 'minimumStake').data, gasPrice: '0x1', unknownKey: 1 }], (v) => assert.equal(BigInt(v), 10n ** 17n)],
  ['eth_call', () => [call('bnb.staking', 'minimumStake'), { blockNumber: '0x0' }], (v) => assert.equal(BigInt(v), 10n ** 17n)],   // EIP-1898
  ['eth_call', () => [call('bnb.staking', 'minimumStake'), { blockHash: seen.receipt.blockHash, requireCanonical: true }], (v) => assert.equal(BigInt(v), 10n ** 17n)],
  ['eth_call', [{ to: sink, data: '0x12345678' }, 'latest'], is.is('0x')],
  ['eth_estimateGas', () => [{ from: dev(1).address, ...call('bnb.staking', 'stake', [hex(10n ** 18n)]) }], (v) => { is.quantity(v); assert.ok(BigInt(v) >= 21_000n); }],
  ['eth_estimateGas', () => [{ from: dev(1).address, to: sink, value: '0x1' }], is.is('0x5208')],
  ['eth_createAccessList', () => [{ from: dev(1).address, ...call('bnb.staking', 'minimumStake') }, 'latest'], (v) => { is.quantity(v.gasUsed); assert.deepEqual(v.accessList, []); }],
  ['eth_feeHistory', ['0x2', 'latest', [25, 75]], (v) => {
    is.quantity(v.oldestBlock);
    assert.equal(v.baseFeePerGas.length, 3);   // (seen) one more than blocks: the next one's
    v.baseFeePerGas.forEach((fee) => assert.equal(fee, '0x1'));
    assert.equal(v.gasUsedRatio.length, 2);
    v.gasUsedRatio.forEach((ratio) => assert.ok(ratio >= 0 && ratio <= 1));
    is.list(is.list(is.quantity))(v.reward);
    assert.deepEqual(v.reward.map((row) => row.length), [2, 2]);
  }],
  ['eth_feeHistory', [2, 'latest'], (v) => assert.equal(v.reward, undefined)],
  ['eth_fillTransaction', () => [{ from: dev(2).address, to: sink, value: '0x1' }], (v) => {
    is.bytes(v.raw);
    assert.equal(v.tx.nonce, '0x0');
    assert.equal(v.tx.gas, '0x5208');
    assert.equal(v.tx.chainId, '0x20ed');
  }],
  ['eth_simulateV1', () => [{ blockStateCalls: [{ calls: [{ from: dev(1).address, ...call('bnb.staking', 'minimumStake') }] }] }, 'latest'], (v) => {
    assert.equal(v.length, 1);
    assert.equal(v[0].calls[0].status, '0x1');
    assert.equal(BigInt(v[0].calls[0].returnData), 10n ** 17n);
  }],
  ['txpool_status', [], is.fields({ pending: is.quantity, queued: is.quantity })],
  ['txpool_content', [], (v) => assert.deepEqual(Object.keys(v).sort(), ['pending', 'queued'])],
  ['debug_traceTransaction', () => [seen.sent[2].hash, { tracer: 'callTracer' }], (v) => {
    assert.equal(v.type, 'CALL');
    assert.equal(v.from, dev(1).address.toLowerCase());
    assert.equal(v.gasUsed, seen.receipt.gasUsed);
  }],
  ['rpc.discover', [], (v) => {
    assert.match(v.openrpc, /^1\./);
    const names = v.methods.map((m) => m.name);
    for (const [method] of table) assert.ok(names.includes(method), `${method} is described`);
  }],
  ['personal_sign', () => ['0x68690a', dev(3).address], async (v) =>
    assert.equal(await recoverMessageAddress({ message: { raw: '0x68690a' }, signature: v }), dev(3).address)],
  ['eth_signTypedData_v4', () => [dev(3).address, JSON.stringify({ ...typedData, types: { EIP712Domain: domainType, ...typedData.types } })],
    async (v) => assert.equal(await recoverTypedDataAddress({ ...typedData, signature: v }), dev(3).address)],
];
const domainType = [{ name: 'name', type: 'string' }, { name: 'chainId', type: 'uint256' }];
const typedData = {
  domain: { name: 'Thaw', chainId: 8429 },
  types: { Line: [{ name: 'to', type: 'address' }, { name: 'amounts', type: 'uint256[]' }], Order: [{ name: 'lines', type: 'Line[]' }, { name: 'note', type: 'string' }] },
  primaryType: 'Order',
  message: { lines: [{ to: sink, amounts: ['1', '2'] }], note: 'ice' },
};

test('each method answers in the shape of the standard', async (t) => {
  for (const [method, params, check] of table) {
    const values = typeof params === 'function' ? params() : params;
    await t.test(`${method} ${JSON.stringify(values).slice(0, 60)}`, async () =>
      check(await devnet.rpc(method, ...values)));
  }
});

test('a block hashes to its hash, and its roots and blooms are real', async () => {
  const q = (v) => (BigInt(v) === 0n ? '0x' : trim(v).length % 2 ? `0x0${v.slice(2)}` : v);
  const even = (v) => (v === '0x0' ? '0x' : v.length % 2 ? `0x0${v.slice(2)}` : v);
  const leaf = (value) => keccak256(toRlp(['0x2080', value]));   // the trie of one entry, key rlp(0)
  let single = 0;
  for (const { receipt } of seen.sent) {
    const block = await devnet.rpc('eth_getBlockByHash', receipt.blockHash, true);
    const header = [block.parentHash, block.sha3Uncles, block.miner, block.stateRoot, block.transactionsRoot,
      block.receiptsRoot, block.logsBloom, q(block.difficulty), even(block.number), even(block.gasLimit),
      even(block.gasUsed), even(block.timestamp), block.extraData, block.mixHash, block.nonce, even(block.baseFeePerGas)];
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
    const body = toRlp([receipt.status === '0x1' ? '0x01' : '0x', even(receipt.cumulativeGasUsed), receipt.logsBloom,
      receipt.logs.map((log) => [log.address, log.topics, log.data])]);
    assert.equal(block.receiptsRoot, leaf(receipt.type === '0x0' ? body : concatHex([`0x0${receipt.type.slice(2)}`, body])));
    assert.equal(block.logsBloom, receipt.logsBloom);
  }
  assert.ok(single > 0);
});

test('a type 2 transaction pays the base fee and its tip, and not its maximum', () => {
  assert.equal(seen.receipt.effectiveGasPrice, '0x2');
  assert.equal(seen.sent[0].receipt.effectiveGasPrice, '0x2');
});

const refusal = async (method, ...params) => {
  try {
    const result = await devnet.rpc(method, ...params);
    assert.fail(`expected an error, got ${JSON.stringify(result)}`);
  } catch (fault) {
    if (!(fault instanceof RpcError)) throw fault;
    return fault;
  }
};

test('a revert has exactly the shape that clients decode (seen)', async () => {
  const { abi } = observer.contract('bnb.staking');
  const data = encodeErrorResult({ abi, errorName: 'StakeBelowMinimum', args: [1n, 10n ** 17n] });
  for (const method of ['eth_call', 'eth_estimateGas']) {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 5, method, params: [{ from: dev(1).address, ...call('bnb.staking', 'stake', [1n]) }] });
    const answer = await devnet.post(body);
    assert.equal(answer.status, 200);
    const { jsonrpc, id, error, ...rest } = await answer.json();
    assert.deepEqual({ jsonrpc, id, rest }, { jsonrpc: '2.0', id: 5, rest: {} });
    assert.deepEqual(Object.keys(error).sort(), ['code', 'data', 'message']);
    assert.equal(error.code, 3);
    assert.match(error.message, /^execution reverted: StakeBelowMinimum\(/);
    assert.equal(error.data, data);
  }
  const unknown = await refusal('eth_call', { to: observer.contract('bnb.staking').address, data: '0xdeadbeef' }, 'latest');
  assert.deepEqual([unknown.code, unknown.message, unknown.data], [3, 'execution reverted', '0x']);
});

test('the texts that clients match (seen)', async () => {
  const me = dev(4);
  const raw = (over) => me.signTransaction({
    chainId: 8429, type: 'eip1559', to: sink, value: 1n, gas: 21_000n, nonce: 0, maxFeePerGas: 10n, maxPriorityFeePerGas: 1n, ...over });
  const text = async (over) => {
    const fault = await refusal('eth_sendRawTransaction', await raw(over));
    assert.equal(fault.code, -32000);
    return fault.message;
  };
  await devnet.rpc('evm_setAutomine', false);
  try {
    const first = await raw({});
    const hash = await devnet.rpc('eth_sendRawTransaction', first);
    assert.equal(await devnet.rpc('eth_getTransactionReceipt', hash), null);   // (seen) pending is null
    is.pendingTransaction(await devnet.rpc('eth_getTransactionByHash', hash));
    assert.equal(await devnet.rpc('eth_getTransactionCount', me.address, 'pending'), '0x1');
    assert.equal(await devnet.rpc('eth_getTransactionCount', me.address, 'latest'), '0x0');
    assert.match((await refusal('eth_sendRawTransaction', first)).message, /^already known/);
    assert.match(await text({ value: 2n }), /^replacement transaction underpriced/);
    const replacing = await devnet.rpc('eth_sendRawTransaction', await raw({ value: 2n, maxFeePerGas: 11n, maxPriorityFeePerGas: 2n }));
    assert.equal(await devnet.rpc('eth_getTransactionByHash', hash), null);
    assert.equal((await devnet.rpc('txpool_status')).pending, '0x1');
    const { pending } = await devnet.rpc('txpool_content');
    assert.equal(pending[me.address.toLowerCase()]['0'].hash, replacing);
    assert.deepEqual((await devnet.rpc('eth_getBlockByNumber', 'pending', false)).transactions, [replacing]);
    await devnet.rpc('evm_mine');
    assert.equal((await devnet.rpc('eth_getTransactionReceipt', replacing)).status, '0x1');
  } finally {
    await devnet.rpc('evm_setAutomine', true);
  }
  assert.match(await text({ nonce: 0 }), /^nonce too low/);
  assert.match(await text({ nonce: 100_000 }), /^nonce too high/);
  assert.match(await text({ nonce: 1, gas: 20_999n }), /^intrinsic gas too low/);
  assert.match(await text({ nonce: 1, value: 10n ** 30n }), /^insufficient funds for gas \* price \+ value/);
  assert.match(await text({ nonce: 1, chainId: 1 }), /^invalid chain id/);
  const lost = await refusal('eth_getFilterChanges', '0x1234');
  assert.deepEqual([lost.code, lost.message], [-32000, 'filter not found']);
});

test('eth_sendRawTransactionSync answers with the receipt, and says when it cannot wait', async () => {
  const me = dev(5);
  const raw = (nonce) => me.signTransaction({
    chainId: 8429, type: 'eip1559', to: sink, value: 1n, gas: 21_000n, nonce, maxFeePerGas: 10n, maxPriorityFeePerGas: 1n });
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
  for (const id of ['1', '"a string"', '"5f3e1c1a-98d5-4b7e-9d3f-0f5c1b2a3d4e"', '9007199254740993', '"0"', '-7', 'null']) {
    const text = await (await devnet.post(`{"jsonrpc":"2.0","id":${id},"method":"eth_chainId"}`)).text();
    assert.ok(text.includes(`"id":${id},`), text);
  }
});

test('params may be absent, empty, null or named', async () => {
  for (const params of ['', ',"params":[]', ',"params":null', ',"params":{}']) {
    const answer = await (await devnet.post(`{"jsonrpc":"2.0","id":1,"method":"eth_chainId"${params}}`)).json();
    assert.equal(answer.result, '0x20ed');
  }
});

test('batches keep their order, drop notifications and bear faults one by one', async () => {
  const one = (id, method, params = []) => ({ jsonrpc: '2.0', id, method, params });
  const answer = await (await devnet.post(JSON.stringify([
    one('a', 'eth_chainId'), { jsonrpc: '2.0', method: 'eth_chainId' }, one('b', 'no_such_method'), one('c', 'eth_blockNumber'), 7]))).json();
  assert.deepEqual(answer.map((a) => a.id), ['a', 'b', 'c', null]);
  assert.equal(answer[1].error.code, -32601);
  assert.equal(answer[3].error.code, -32600);
  for (const a of answer) assert.notEqual('result' in a, 'error' in a, 'either a result or an error (seen)');
});

test('state is readable at any recent height (seen)', async () => {
  const me = dev(1).address;
  const token = observer.contract('bnb.liquid');
  const shares = (block) => observer.client.readContract({
    address: token.address, abi: token.abi, functionName: 'balanceOf', args: [me], blockNumber: BigInt(block) });
  const heights = seen.sent.map((s) => BigInt(s.receipt.blockNumber));
  let before = 0n;
  for (const [i, height] of heights.entries()) {
    const now = await shares(height);
    assert.equal(await devnet.rpc('eth_getTransactionCount', me, hex(height)), hex(i + 1));
    assert.ok(now > before);
    assert.equal(await shares(height - 1n), before);
    before = now;
  }
  const above = await refusal('eth_getBalance', me, '0xffffff');
  assert.equal(above.code, -32000);
  assert.match(above.message, /header not found|above the head/);
});

test('contract creation, foreign types and eth_sign are refused by name', async () => {
  const create = await refusal('eth_sendRawTransaction', await dev(6).signTransaction({
    chainId: 8429, type: 'eip1559', data: '0x6000', gas: 100_000n, nonce: 0, maxFeePerGas: 10n, maxPriorityFeePerGas: 1n }));
  assert.match(create.message, /contract creation/);
  for (const [type, name] of [['03', /type 3/], ['04', /type 4/]])
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
  assert.deepEqual(await devnet.rpc('eth_getFilterChanges', logs).then((l) => l.filter((x) => x.transactionHash === hash)), []);
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
  await devnet.rpc('eth_sendTransaction', { from: dev(8).address, to: someone, value: hex(10n ** 18n) });
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
  const nested = (depth) => `{"jsonrpc":"2.0","id":1,"method":"eth_chainId","x":${'['.repeat(depth)}${']'.repeat(depth)}}`;
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
    multicallAddress: address, allowFailure: false,
    contracts: ['bnb', 'fantom', 'polkadot'].map((n) => ({ ...observer.contract(`${n}.staking`), functionName: 'minimumStake' })) });
  assert.deepEqual(minimums, [10n ** 17n, 10n ** 18n, 10n ** 10n]);
});

test('a permit signed by a wallet moves an allowance', async () => {
  const token = observer.contract('bnb.asset');
  const owner = dev(9);
  const [, name, version, domainChain, verifyingContract] = await observer.read('bnb.asset', 'eip712Domain');
  const message = { owner: owner.address, spender: sink, value: 5n, nonce: 0n, deadline: 2n ** 255n };
  const signature = await owner.signTypedData({
    domain: { name, version, chainId: Number(domainChain), verifyingContract },
    types: { Permit: ['owner:address', 'spender:address', 'value:uint256', 'nonce:uint256', 'deadline:uint256']
      .map((f) => ({ name: f.split(':')[0], type: f.split(':')[1] })) },
    primaryType: 'Permit', message });
  const args = [owner.address, sink, 5n, 2n ** 255n, Number(`0x${signature.slice(130)}`), signature.slice(0, 66), `0x${signature.slice(66, 130)}`];
  await devnet.rpc('eth_sendTransaction', { from: dev(8).address, to: token.address, data: encodeFunctionData({ abi: token.abi, functionName: 'permit', args }) });
  assert.equal(await observer.read('bnb.asset', 'allowance', [owner.address, sink]), 5n);
});

test('a batch is one signature and one result, and its signer stays the sender', async () => {
  const me = dev(0).address;
  const batch = observer.contract('batch');
  const send = (calls) => ({ from: me, to: batch.address, data: encodeFunctionData({ abi: batch.abi, functionName: 'batch',
    args: [calls.map(({ to, data, value = 0n }) => ({ to, value, data }))] }) });
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
  const fault = await refusal('eth_call', send([stake, call('fantom.staking', 'stake', [1n])]), head);
  const { errorName, args: [index, reason] } = decodeErrorResult({ abi: batch.abi, data: fault.data });
  assert.deepEqual([errorName, index], ['BatchCallFailed', 1n]);
  const inner = decodeErrorResult({ abi: observer.contract('fantom.staking').abi, data: reason });
  assert.deepEqual([inner.errorName, inner.args], ['StakeBelowMinimum', [1n, 10n ** 18n]]);
  const failing = await devnet.rpc('eth_sendTransaction', { ...send([stake, call('fantom.staking', 'stake', [1n])]), gas: '0x7a120' });
  assert.equal((await devnet.rpc('eth_getTransactionReceipt', failing)).status, '0x0');
  assert.equal(await observer.read('fantom.asset', 'balanceOf', [me]), before, 'all or nothing');
  failed = false;
});
