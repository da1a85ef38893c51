// Malformed input at the doors that bytes come through - HTTP, JSON - and the exact answer. After
// all of it the node is alive and its books are sound.
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { Devnet } from './devnet.mjs';
import { account, Observer } from './observer.mjs';

let devnet;
let observer;
let failed = true;
before(async () => {
  devnet = await Devnet.start();
  observer = await Observer.of(devnet);
});
after(() => devnet.remove(failed));

/** Sends bytes as they are and returns everything that comes back. */
function raw(text) {
  return new Promise((done, fail) => {
    const socket = connect(devnet.port, '127.0.0.1');
    let answer = '';
    socket.setTimeout(5_000, () => socket.destroy(new Error(`no answer to ${text.slice(0, 60)}`)));
    socket.on('data', (chunk) => (answer += chunk));
    socket.on('error', (fault) => (answer ? done(answer) : fail(fault)));
    socket.on('close', () => done(answer));
    socket.end(text, 'latin1');
  });
}

const post = (headers, body = '') =>
  `POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${headers}\r\n${body}`;
const chainIdCall = '{"jsonrpc":"2.0","id":1,"method":"eth_chainId"}';

test('HTTP', async (t) => {
  const table = [
    ['what is no HTTP', 'GARBAGE\r\n\r\n', 400, /"detail":"this is not HTTP\/1.1: /],
    ['an unknown version', 'GET / HTTP/9.9\r\n\r\n', 400, /this is not HTTP\/1.1: /],
    ['a negative length', post('Content-Length: -5\r\n'), 400, /this is not HTTP\/1.1: /],
    [
      'two lengths',
      post('Content-Length: 5\r\nContent-Length: 6\r\n', 'hello'),
      400,
      /this is not HTTP\/1.1: /,
    ],
    [
      'length and chunks',
      post('Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', 'hello'),
      400,
      /this is not HTTP\/1.1: /,
    ],
    [
      'a chunk without a length',
      post('Transfer-Encoding: chunked\r\n', 'zz\r\nhello\r\n'),
      400,
      /this is not HTTP\/1.1: /,
    ],
    [
      'a header without a colon',
      'GET / HTTP/1.1\r\nNonsense\r\n\r\n',
      400,
      /this is not HTTP\/1.1: /,
    ],
    [
      'headers of 17 KiB',
      `GET / HTTP/1.1\r\nX-Long: ${'x'.repeat(17 * 1024)}\r\n\r\n`,
      431,
      /"detail":"the headers may have at most 16384 bytes"/,
    ],
    [
      'a body said to have 2 MiB',
      post('Content-Length: 2097152\r\n'),
      413,
      /"detail":"the body may have at most 1048576 bytes"/,
    ],
    [
      'a path that nobody knows',
      'GET /nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
      404,
      /nothing answers on \/nothing; \/openapi.json lists what does/,
    ],
    [
      'a path upwards',
      'GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
      404,
      /nothing answers on/,
    ],
    [
      'JSON-RPC on another path',
      post('Content-Length: 0\r\n').replace('POST /', 'POST /elsewhere'),
      404,
      /JSON-RPC is answered on \/ only/,
    ],
    [
      'a method that changes files',
      'DELETE / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
      405,
      /pages and REST are read with GET/,
    ],
    [
      'an account that is none',
      'GET /v1/accounts/0x12 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
      400,
      /an address is .*40 hexadecimal digits/,
    ],
  ];
  for (const [name, text, status, body] of table)
    await t.test(name, async () => {
      const answer = await raw(text);
      assert.equal(Number(answer.match(/^HTTP\/1\.1 (\d+)/)?.[1]), status, answer.slice(0, 300));
      assert.match(answer, /content-type: application\/problem\+json/i);
      assert.match(answer, body);
    });
  await t.test('a request cut off in its body gets nothing, and harms nobody', async () => {
    assert.equal(await raw(post('Content-Length: 100\r\n', '{"json')), '');
    assert.equal(await devnet.rpc('eth_chainId'), '0x20ed');
  });
  await t.test('two requests in one packet get two answers', async () => {
    const head = `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${chainIdCall.length}`;
    const one = `${head}\r\n\r\n${chainIdCall}`;
    const answer = await raw(one + one.replace('Host: x', 'Host: x\r\nConnection: close'));
    assert.equal(answer.match(/"result":"0x20ed"/g).length, 2);
  });
});

const error = (code, message, id = null) => ({ jsonrpc: '2.0', id, error: { code, message } });

test('JSON', async (t) => {
  const invalid = (why, id = null) => error(-32600, `invalid request: ${why}`, id);
  const object = invalid('a request is a JSON object');
  const parse = 'parse error';
  const table = [
    ['', parse],
    ['{', parse],
    ['{"a":1,}', parse],
    ["{'a':1}", parse],
    ['nul', parse],
    ['[1,2', parse],
    ['{}{}', parse],
    ['\u0000', parse],
    ['"\u0001"', parse],
    ['{"id":01}', parse],
    ['{"id":.5}', parse],
    ['{"id":NaN}', parse],
    ['"\\x"', parse],
    ['"\\ud800"', parse],
    [Buffer.from([0x22, 0xff, 0x22]), parse],
    ['['.repeat(33), parse],
    ['['.repeat(100_000), parse],
    ['1', object],
    ['"x"', object],
    ['null', object],
    ['true', object],
    ['[]', invalid('a batch holds at least one request')],
    ['[1]', [object]],
    ['[[]]', [object]],
    ['{}', invalid('"jsonrpc" must be "2.0"')],
    ['{"jsonrpc":"1.0","id":1,"method":"eth_chainId"}', invalid('"jsonrpc" must be "2.0"', 1)],
    ['{"jsonrpc":2,"id":1,"method":"eth_chainId"}', invalid('"jsonrpc" must be "2.0"', 1)],
    ['{"jsonrpc":"2.0","id":1}', invalid('"method" must be a string', 1)],
    ['{"jsonrpc":"2.0","id":1,"method":7}', invalid('"method" must be a string', 1)],
    [
      '{"jsonrpc":"2.0","id":{},"method":"eth_chainId"}',
      invalid('"id" must be a string, an integer or null'),
    ],
    [
      '{"jsonrpc":"2.0","id":1.5,"method":"eth_chainId"}',
      invalid('"id" must be a string, an integer or null'),
    ],
    [
      '{"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":"x"}',
      error(-32602, '"params" must be an array or an object', 1),
    ],
    [
      '{"jsonrpc":"2.0","id":1,"method":"eth_chainid"}',
      error(-32601, 'the method eth_chainid does not exist/is not available', 1),
    ],
    [
      '{"jsonrpc":"2.0","id":1,"method":""}',
      error(-32601, 'the method  does not exist/is not available', 1),
    ],
    [
      '{"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":[1]}',
      error(-32602, 'too many arguments, want at most 0', 1),
    ],
    [
      '{"jsonrpc":"2.0","id":1,"method":"eth_getBalance"}',
      error(-32602, 'missing value for required argument 0 (address)', 1),
    ],
    [
      '{"jsonrpc":"2.0","id":1,"method":"eth_getBalance","params":[null]}',
      error(-32602, 'missing value for required argument 0 (address)', 1),
    ],
  ];
  const address = 'an address of 20 bytes as "0x" and 40 digits';
  const block =
    'a block: "latest", "pending", "safe", "finalized", "earliest", a number such as "0x1f", ' +
    'or {"blockNumber"} or {"blockHash"}';
  const zero = `0x${'0'.repeat(40)}`;
  const short = (text) => (text.length > 80 ? `${text.slice(0, 77)}...` : text);
  const argument = (method, params, index, name, expected, got) =>
    table.push([
      JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
      error(
        -32602,
        `invalid argument ${index} (${name}): expected ${expected}, got ${short(got)}`,
        1,
      ),
    ]);
  for (const bad of ['0x12', zero.slice(2), `${zero}0`, `0x${'g'.repeat(40)}`, '', 7, {}, true])
    argument('eth_getBalance', [bad], 0, 'address', address, JSON.stringify(bad));
  for (const bad of [
    '0x',
    '0x01',
    '1',
    'newest',
    '0xg',
    '-0x1',
    7,
    [],
    {},
    { blockNumber: '0x0', blockHash: `0x${'0'.repeat(64)}` },
  ])
    argument('eth_getBalance', [zero, bad], 1, 'block', block, JSON.stringify(bad));
  argument(
    'eth_getBalance',
    [zero, { blockHash: '0x1' }],
    1,
    'block.blockHash',
    '32 bytes as "0x" and 64 digits',
    '"0x1"',
  );
  argument('eth_getBlockByNumber', ['latest', 'yes'], 1, 'full', 'true or false', '"yes"');
  argument(
    'eth_getTransactionReceipt',
    ['0x00'],
    0,
    'hash',
    '32 bytes as "0x" and 64 digits',
    '"0x00"',
  );
  argument('eth_call', ['0x00'], 0, 'transaction', 'a transaction object', '"0x00"');
  argument(
    'eth_call',
    [{ to: zero, data: '0x0' }],
    0,
    'transaction.data',
    'bytes as "0x" and an even number of digits',
    '"0x0"',
  );
  argument(
    'eth_call',
    [{ to: zero, value: '0x00' }],
    0,
    'transaction.value',
    'a quantity below 2^128, such as "0x1f" (no leading zeros)',
    '"0x00"',
  );
  argument(
    'eth_call',
    [{ to: zero, value: `0x1${'0'.repeat(32)}` }],
    0,
    'transaction.value',
    'a quantity below 2^128, such as "0x1f" (no leading zeros)',
    `"0x1${'0'.repeat(32)}"`,
  );
  argument(
    'eth_call',
    [{ to: zero, nonce: 1 }],
    0,
    'transaction.nonce',
    'a quantity below 2^64, such as "0x1f" (no leading zeros)',
    '1',
  );
  argument('eth_getLogs', ['x'], 0, 'filter', 'a filter object', '"x"');
  argument(
    'eth_sendRawTransaction',
    ['02f8'],
    0,
    'transaction',
    'bytes as "0x" and an even number of digits',
    '"02f8"',
  );
  argument(
    'eth_feeHistory',
    ['0x1', 'latest', [50, 10]],
    2,
    'percentiles',
    'at most 100 rising percentiles from 0 to 100',
    '[50,10]',
  );
  argument(
    'debug_traceTransaction',
    [`0x${'0'.repeat(64)}`, { tracer: 'prestateTracer' }],
    1,
    'options',
    '{"tracer": "callTracer"}, the only tracer there is',
    '{"tracer":"prestateTracer"}',
  );
  table.push([
    JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'eth_getLogs',
      params: [{ fromBlock: '0x5', toBlock: '0x2' }],
    }),
    error(-32602, 'invalid block range: fromBlock 0x5 is above toBlock 0x2', 1),
  ]);

  for (const [body, wanted] of table)
    await t.test(JSON.stringify(String(body).slice(0, 90)), async () => {
      const answer = await devnet.post(body);
      assert.equal(answer.status, 200);
      const got = await answer.json();
      if (wanted !== parse) return assert.deepEqual(got, wanted);
      assert.equal(got.id, null);
      assert.equal(got.error.code, -32700);
      assert.match(got.error.message, /^parse error: /);
    });
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
