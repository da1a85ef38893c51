// Accounts that send faster than blocks are made: each transaction follows another one that may be
// sealed at that very moment, and none is left waiting.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Devnet } from './devnet.mjs';
import { account } from './observer.mjs';

const lanes = 4;
const batches = 60;
const inABatch = 20;
let devnet;
let failed = true;
before(async () => {
  devnet = await Devnet.start();
});
after(() => devnet.remove(failed));

test('transactions of one account in a row are all sealed', async () => {
  let sink = 0xabcd_0000;
  const lane = async (index) => {
    const from = account(1 + index).address;
    for (let batch = 0; batch < batches; ++batch) {
      const calls = Array.from({ length: inABatch }, (_, id) => ({
        jsonrpc: '2.0',
        id,
        method: 'eth_sendTransaction',
        params: [{ from, to: `0x${(sink++).toString(16)}`.padEnd(42, '7'), value: '0x1' }],
      }));
      const answers = await (await devnet.post(JSON.stringify(calls))).json();
      assert.deepEqual(
        answers.filter(({ error }) => error),
        [],
      );
    }
    const sent = await devnet.rpc('eth_getTransactionCount', from, 'latest');
    assert.equal(Number(sent), batches * inABatch);
  };
  await Promise.all(Array.from({ length: lanes }, (_, index) => lane(index)));
  failed = false;
});
