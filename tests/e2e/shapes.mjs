// Shapes of answers as execution-apis define them.
import assert from 'node:assert/strict';

export const quantity = (v) => assert.match(String(v), /^0x(0|[1-9a-f][0-9a-f]*)$/, 'a quantity');
export const bytes = (v) => assert.match(String(v), /^0x([0-9a-f]{2})*$/, 'bytes');
export const sized = (n) => (v) =>
  assert.match(String(v), new RegExp(`^0x[0-9a-f]{${2 * n}}$`), `${n} bytes`);
export const hash = sized(32);
export const address = sized(20);
export const bool = (v) => assert.equal(typeof v, 'boolean');
export const is = (wanted) => (v) => assert.deepEqual(v, wanted);
export const nothing = is(null);
export const orNull = (shape) => (v) => v === null || shape(v);
export const list = (shape) => (v) => {
  assert.ok(Array.isArray(v), 'a list');
  v.forEach(shape);
};
/** An object with exactly these fields. */
export const fields = (shapes) => (v) => {
  assert.ok(v && typeof v === 'object' && !Array.isArray(v), 'an object');
  assert.deepEqual(
    Object.keys(v).sort(),
    Object.keys(shapes).sort(),
    'exactly the fields of the standard',
  );
  for (const [name, shape] of Object.entries(shapes))
    try {
      shape(v[name]);
    } catch (fault) {
      fault.message = `${name}: ${fault.message}`;
      throw fault;
    }
};

export const log = fields({
  address,
  topics: list(hash),
  data: bytes,
  blockNumber: quantity,
  blockHash: hash,
  transactionHash: hash,
  transactionIndex: quantity,
  logIndex: quantity,
  removed: is(false),
});

const transactionBase = {
  hash,
  from: address,
  to: address,
  nonce: quantity,
  gas: quantity,
  gasPrice: quantity,
  value: quantity,
  input: bytes,
  type: quantity,
  chainId: is('0x20ed'),
  v: quantity,
  r: quantity,
  s: quantity,
};
const placed = { blockHash: hash, blockNumber: quantity, transactionIndex: quantity };
const unplaced = { blockHash: nothing, blockNumber: nothing, transactionIndex: nothing };
const typed = { yParity: quantity, accessList: list(fields({ address, storageKeys: list(hash) })) };
const fees = { maxFeePerGas: quantity, maxPriorityFeePerGas: quantity };
const ofType = {
  '0x0': {},
  '0x1': typed,
  '0x2': { ...typed, ...fees },
};
export const transaction = (v) => fields({ ...transactionBase, ...placed, ...ofType[v.type] })(v);
export const pendingTransaction = (v) =>
  fields({ ...transactionBase, ...unplaced, ...ofType[v.type] })(v);

export const receipt = fields({
  transactionHash: hash,
  transactionIndex: quantity,
  blockHash: hash,
  blockNumber: quantity,
  from: address,
  to: address,
  cumulativeGasUsed: quantity,
  gasUsed: quantity,
  contractAddress: nothing,
  logs: list(log),
  logsBloom: sized(256),
  status: (v) => assert.ok(v === '0x1' || v === '0x0'),
  type: quantity,
  effectiveGasPrice: quantity,
});

const headerFields = {
  number: quantity,
  hash,
  parentHash: hash,
  nonce: sized(8),
  sha3Uncles: hash,
  logsBloom: sized(256),
  transactionsRoot: hash,
  stateRoot: hash,
  receiptsRoot: hash,
  miner: address,
  difficulty: quantity,
  extraData: bytes,
  gasLimit: quantity,
  gasUsed: quantity,
  timestamp: quantity,
  mixHash: hash,
  baseFeePerGas: quantity,
};
export const header = fields(headerFields);
export const block = (transactions) =>
  fields({
    ...headerFields,
    size: quantity,
    uncles: is([]),
    transactions: list(transactions),
  });
export const pendingBlock = fields({
  ...headerFields,
  hash: nothing,
  nonce: nothing,
  miner: nothing,
  logsBloom: nothing,
  size: quantity,
  uncles: is([]),
  transactions: list(hash),
});
