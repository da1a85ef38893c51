// Lets the real Uniswap V2 (factory, pairs and router of its npm packages, on anvil) carry out a
// random journal, and prints it with what came of each operation, for tests/differential.
// By hand, in a folder of its own, when the vectors are to be made anew or for the long run:
//   npm install @uniswap/v2-core@1.0.1 @uniswap/v2-periphery@1.1.0-beta.0 \
//     @foundry-rs/anvil@1.7.1 ethers@6.17.0
//   npx anvil --port 8599 --no-mining --order fifo --base-fee 0 --gas-price 0 --gas-limit \
//     1000000000 --timestamp 4294867000 --silent &
//   node uniswap_v2.mjs http://127.0.0.1:8599 100000 1 > journal.txt
// Everything lives where the hub has it, so that events are the same to the byte. The clock passes
// 2^32 seconds, where Uniswap's own wraps. A line is an operation in symbols and eight bytes of
// the hash of what came of it: success with its events, or the revert data.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(join(process.cwd(), 'here.js'));
const {
  AbiCoder,
  Interface,
  SigningKey,
  TypedDataEncoder,
  computeAddress,
  concat,
  getAddress,
  id,
  keccak256,
  toBeHex,
  zeroPadValue,
} = require('ethers');
const artifact = (name, room = 'core') => require(`@uniswap/v2-${room}/build/${name}.json`);
const coder = AbiCoder.defaultAbiCoder();

const [url, count = '1000', seed = '1'] = process.argv.slice(2);
const native = (kind, index = 0) => '0x54484157' + '00'.repeat(14) + hex2(kind) + hex2(index);
const hex2 = (n) => n.toString(16).padStart(2, '0');
const user = (n) => '0xac' + '00'.repeat(16) + '01' + n.toString(16).padStart(4, '0');
const owner = '0xac' + '00'.repeat(16) + '030002';
const coins = [native(1, 1), native(1, 2), native(1, 5), native(0x22)];
const [factory, router, weth] = [native(0x20), native(0x21), coins[3]];
const users = 4;
// Whose keys are known, so that they can sign permits.
const signers = [1, 2].map((n) => {
  const key = new SigningKey(toBeHex(n, 32));
  return { key, address: computeAddress(key.publicKey).toLowerCase() };
});
const permitted = new Map(); // pair/signer → permits taken, as of the last block
const purse = 10n ** 27n; // of each coin, and a million ether

// ---- JSON-RPC.

let calls = 0;
async function rpc(method, ...params) {
  return (await batch([{ method, params }]))[0];
}
async function batch(requests) {
  const body = requests.map((r) => ({ jsonrpc: '2.0', id: ++calls, ...r }));
  const answers = await (
    await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  ).json();
  return body.map(({ id: wanted, method }) => {
    const answer = answers.find((a) => a.id === wanted);
    if (answer.error) throw new Error(`${method}: ${JSON.stringify(answer.error)}`);
    return answer.result;
  });
}

// ---- A deterministic random walk.

let state = BigInt(seed) * 0x9e3779b97f4a7c15n + 1n;
function next() {
  state ^= (state << 13n) & 0xffffffffffffffffn;
  state ^= state >> 7n;
  state ^= (state << 17n) & 0xffffffffffffffffn;
  return state;
}
const below = (n) => Number(next() % BigInt(n));
/** A number of any size up to 2^bits, and now and then just one. */
function amount(bits = 84) {
  const size = below(bits) + 1;
  return below(40) === 0
    ? BigInt(below(3))
    : (next() % 2n ** BigInt(Math.min(size, 63))) << BigInt(Math.max(0, size - 63));
}
const pick = (list) => list[below(list.length)];

// ---- Setting the stage.

const pairFace = new Interface(artifact('UniswapV2Pair').abi);
const factoryFace = new Interface(artifact('UniswapV2Factory').abi);
const routerFace = new Interface(artifact('UniswapV2Router02', 'periphery').abi);
const wethFace = new Interface(artifact('WETH9', 'periphery').abi);
const initCodeHash = '0x96e8ac4277198ff8b6f785478aa9a39f403cb768dd02cbee326c3e7da348845f';
const pairOf = (a, b) => {
  const [x, y] = a.toLowerCase() < b.toLowerCase() ? [a, b] : [b, a];
  const hash = keccak256(concat(['0xff', factory, keccak256(concat([x, y])), initCodeHash]));
  return '0x' + hash.slice(26);
};

async function deploy(code, argumentsHex = '0x') {
  const [from] = await rpc('eth_accounts');
  const hash = await rpc('eth_sendTransaction', {
    from,
    gas: '0x1c9c380',
    data: concat([code.startsWith('0x') ? code : '0x' + code, argumentsHex]),
  });
  await rpc('evm_mine');
  return (await rpc('eth_getTransactionReceipt', hash)).contractAddress;
}
/** The code of a contract, put where the hub has it. */
async function place(from, at) {
  await rpc('anvil_setCode', at, await rpc('eth_getCode', from, 'latest'));
}
const slotOf = (holder, slot) =>
  keccak256(coder.encode(['address', 'uint256'], [getAddress(holder), slot]));
const word = (n) => toBeHex(n, 32);

async function prepare() {
  const token = await deploy(artifact('ERC20').bytecode, coder.encode(['uint256'], [0]));
  const ether = await deploy(artifact('WETH9', 'periphery').bytecode);
  const core = await deploy(
    artifact('UniswapV2Factory').bytecode,
    coder.encode(['address'], [owner]),
  );
  const routing = await deploy(
    artifact('UniswapV2Router02', 'periphery').bytecode,
    coder.encode(['address', 'address'], [getAddress(factory), getAddress(weth)]),
  );
  for (const coin of coins.slice(0, 3)) await place(token, coin);
  await place(ether, weth);
  await place(core, factory);
  await place(routing, router);
  await rpc('anvil_setStorageAt', factory, word(1n), zeroPadValue(owner, 32)); // feeToSetter
  for (const who of [owner, ...Array.from({ length: users }, (_, i) => user(i + 1))]) {
    await rpc('anvil_impersonateAccount', who);
    await rpc('anvil_setBalance', who, toBeHex(who === owner ? 10n ** 18n : 10n ** 24n));
    if (who === owner) continue;
    for (const coin of coins.slice(0, 3))
      await rpc('anvil_setStorageAt', coin, slotOf(who, 1), word(purse));
    await rpc('anvil_setStorageAt', weth, slotOf(who, 3), word(purse / 10n ** 4n));
  }
  for (const { address } of signers) {
    await rpc('anvil_impersonateAccount', address);
    await rpc('anvil_setBalance', address, toBeHex(10n ** 18n));
  }
  await rpc('anvil_setBalance', weth, toBeHex((BigInt(users) * purse) / 10n ** 4n));
  // The hub's router needs no allowance; this one has them all.
  await allow(coins);
}
async function allow(tokens, at) {
  const largest = (1n << 256n) - 1n;
  for (const to of tokens)
    for (let i = 1; i <= users; ++i)
      await rpc('eth_sendTransaction', {
        from: user(i),
        to,
        gas: '0x30000',
        data: pairFace.encodeFunctionData('approve', [router, largest]),
      });
  if (at) await rpc('evm_setNextBlockTimestamp', at);
  await rpc('evm_mine');
}

// ---- The journal. Coins are 0 to 3, users 1 to 4, a pair is its coins: 02.

const reserves = new Map(); // pair → [of the lower coin, of the higher], as of the last block
const liquidity = new Map(); // pair/user → roughly what they have
const never = (1n << 64n) - 1n;

function places() {
  const a = below(4);
  const b = (a + 1 + below(3)) % 4;
  return a < b ? [a, b] : [b, a];
}
const path = () => {
  const all = [below(4)];
  const length = 2 + (below(4) === 0 ? 1 + below(2) : 0);
  while (all.length < length) all.push((all.at(-1) + 1 + below(3)) % 4);
  return all;
};
/** Ends a path in ether, at its front or back. */
const through = (way, at) => {
  const rest = way.filter((c) => c !== 3);
  return at === 'front' ? [3, ...rest] : [...rest, 3];
};
function out(given, from, to) {
  const fee = given * 997n;
  return from === 0n ? 0n : (fee * to) / (from * 1000n + fee);
}

const P = (way) => way.map((c) => coins[c]);
const pairAt = (p) => pairOf(coins[p[0]], coins[p[1]]);
const deadline = (now) => (below(50) === 0 ? BigInt(now) - 1n : never);

/** One operation: [symbols, transaction]. `now` is the block's time. */
function operation(now) {
  const who = 1 + below(users);
  const to = 1 + below(users);
  const via = (words, data, value = 0n, target = router) => [
    `${who} ${words}`,
    { from: user(who), to: target, value: toBeHex(value), data, gas: '0x600000' },
  ];
  const route = (name, args) => routerFace.encodeFunctionData(name, args);
  const kind = below(100);
  const p = places();
  const pair = pairAt(p);
  const known = reserves.get(pair);
  const last = deadline(now);
  if (kind < 2)
    return via(
      `create ${p.join('')}`,
      factoryFace.encodeFunctionData('createPair', P(p)),
      0n,
      factory,
    );
  if (kind < 3) {
    const fee = below(2) === 0 ? user(users + 1) : '0x' + '00'.repeat(20);
    const asOwner = below(4) !== 0;
    const data = factoryFace.encodeFunctionData('setFeeTo', [fee]);
    const [words, call] = via(`feeTo ${fee === user(users + 1) ? 1 : 0}`, data, 0n, factory);
    return asOwner ? [words.replace(/^\d+/, '0'), { ...call, from: owner }] : [words, call];
  }
  if (kind < 15) {
    const [x, y] = below(2) === 0 ? p : [p[1], p[0]];
    const [dx, dy] = [amount(), amount()];
    const [mx, my] = below(5) === 0 ? [dx / 2n, dy / 2n] : [0n, 0n];
    if (y !== 3 || below(3) === 0)
      return via(
        `add ${x} ${y} ${dx} ${dy} ${mx} ${my} ${to} ${last}`,
        route('addLiquidity', [coins[x], coins[y], dx, dy, mx, my, user(to), last]),
      );
    const wei = dy % 10n ** 20n;
    return via(
      `addEth ${x} ${dx} ${wei} ${mx} ${my % (wei + 1n)} ${to} ${last}`,
      route('addLiquidityETH', [coins[x], dx, mx, my % (wei + 1n), user(to), last]),
      wei,
    );
  }
  if (kind < 23) {
    const has = liquidity.get(`${pair}/${user(who)}`) ?? 0n;
    const part = below(3) === 0 ? amount(70) : (has * BigInt(1 + below(101))) / 100n;
    const least = below(6) === 0 ? amount(60) : 0n;
    if (p[1] !== 3 || below(2) === 0)
      return via(
        `remove ${p[0]} ${p[1]} ${part} ${least} 0 ${to} ${last}`,
        route('removeLiquidity', [coins[p[0]], coins[p[1]], part, least, 0n, user(to), last]),
      );
    const name = below(2) === 0 ? 'removeEth' : 'removeEthFee';
    const verb =
      'removeLiquidityETH' + (name === 'removeEth' ? '' : 'SupportingFeeOnTransferTokens');
    return via(
      `${name} ${p[0]} ${part} ${least} 0 ${to} ${last}`,
      route(verb, [coins[p[0]], part, least, 0n, user(to), last]),
    );
  }
  if (kind < 29) return byPermit(via, route, pair, p, to, last);
  if (kind < 62) return swapByRouter(via, route, to, last);
  if (kind < 70) {
    const coin = below(4);
    const much = amount();
    const token = wethFace.encodeFunctionData('transfer', [pair, much]);
    return via(`send ${coin} ${p.join('')} ${much}`, token, 0n, coins[coin]);
  }
  if (kind < 73) {
    const much = amount(70);
    const data = pairFace.encodeFunctionData('transfer', [pair, much]);
    return via(`lp ${p.join('')} ${much}`, data, 0n, pair);
  }
  if (kind < 75) {
    if (below(2) === 0) {
      const wei = amount(66);
      return via(`wrap ${wei}`, wethFace.encodeFunctionData('deposit'), wei, weth);
    }
    const wei = amount(66);
    return via(`unwrap ${wei}`, wethFace.encodeFunctionData('withdraw', [wei]), 0n, weth);
  }
  const low = (name, args, words) =>
    via(`${name} ${p.join('')}${words}`, pairFace.encodeFunctionData(name, args), 0n, pair);
  if (kind < 78) return low('mint', [user(to)], ` ${to}`);
  if (kind < 81) return low('burn', [user(to)], ` ${to}`);
  if (kind < 83) return low('skim', [user(to)], ` ${to}`);
  if (kind < 85) return low('sync', [], '');
  // The pair's own swap, around the most that what lies there would bring.
  let [zero, one] = [amount(70), below(2) === 0 ? 0n : amount(70)];
  if (known && below(4) !== 0) {
    const given = amount(70);
    zero = 0n;
    one = out(given, known[0], known[1]) + BigInt(below(3)) - 1n;
    if (one < 0n) one = 0n;
    if (below(2) === 0) {
      // Sent along in the operation before: see `queue`.
      queue.push(low('swap', [zero, one, user(to), '0x'], ` ${zero} ${one} ${to}`));
      const token = wethFace.encodeFunctionData('transfer', [pair, given]);
      return via(`send ${p[0]} ${p.join('')} ${given}`, token, 0n, coins[p[0]]);
    }
  }
  return low('swap', [zero, one, user(to), '0x'], ` ${zero} ${one} ${to}`);
}
const queue = [];

/** Liquidity that a signer has, an allowance that it signed, and what is done with both. */
function byPermit(via, route, pair, p, to, last) {
  const signer = pick(signers);
  const name = p.join('');
  const lp = (words, verb, args) => via(words, pairFace.encodeFunctionData(verb, args), 0n, pair);
  const has = liquidity.get(`${pair}/${signer.address}`) ?? 0n;
  const much = below(4) === 0 ? amount(60) : (has * BigInt(1 + below(60))) / 100n;
  const signed = (spender, value) => {
    const typed = { Permit: [] };
    for (const field of ['address owner', 'address spender', 'uint256 value', 'uint256 nonce'])
      typed.Permit.push({ type: field.split(' ')[0], name: field.split(' ')[1] });
    typed.Permit.push({ type: 'uint256', name: 'deadline' });
    const nonce = permitted.get(`${pair}/${signer.address}`) ?? 0n;
    const domain = { name: 'Uniswap V2', version: '1', chainId: 31337, verifyingContract: pair };
    const said = value + (below(8) === 0 ? 1n : 0n); // now and then of another value
    const message = { owner: signer.address, spender, value: said, nonce, deadline: last };
    return signer.key.sign(TypedDataEncoder.hash(domain, typed, message));
  };
  switch (below(4)) {
    case 0:
      return lp(`give ${name} ${signer.address} ${much}`, 'transfer', [signer.address, much]);
    case 1: {
      const { v, r, s } = signed(user(to), much);
      return lp(`permit ${name} ${signer.address} ${to} ${much} ${last} ${v} ${r} ${s}`, 'permit', [
        signer.address,
        user(to),
        much,
        last,
        v,
        r,
        s,
      ]);
    }
    case 2:
      return lp(`pull ${name} ${signer.address} ${to} ${much}`, 'transferFrom', [
        signer.address,
        user(to),
        much,
      ]);
    default: {
      const all = below(2) === 0;
      const { v, r, s } = signed(router, all ? (1n << 256n) - 1n : much);
      const [words, call] = via(
        `removePermit ${p[0]} ${p[1]} ${much} ${to} ${last} ${all ? 1 : 0} ${v} ${r} ${s}`,
        route('removeLiquidityWithPermit', [
          coins[p[0]],
          coins[p[1]],
          much,
          0n,
          0n,
          user(to),
          last,
          all,
          v,
          r,
          s,
        ]),
      );
      return [words.replace(/^\d+/, signer.address), { ...call, from: signer.address }];
    }
  }
}

function swapByRouter(via, route, to, last) {
  const way = path();
  const front = through(way, 'front');
  const back = through(way, 'back');
  const [x, y] = [amount(78), amount(78)];
  const bound = below(4) === 0;
  const wei = x % 10n ** 19n;
  const list = (w) => w.join(',');
  switch (below(9)) {
    case 0:
    case 1:
      return via(
        `tt ${x} ${bound ? y : 0n} ${list(way)} ${to} ${last}`,
        route('swapExactTokensForTokens', [x, bound ? y : 0n, P(way), user(to), last]),
      );
    case 2:
      return via(
        `tx ${x} ${bound ? y : 1n << 100n} ${list(way)} ${to} ${last}`,
        route('swapTokensForExactTokens', [x, bound ? y : 1n << 100n, P(way), user(to), last]),
      );
    case 3:
      return via(
        `et ${wei} ${bound ? y : 0n} ${list(front)} ${to} ${last}`,
        route('swapExactETHForTokens', [bound ? y : 0n, P(front), user(to), last]),
        wei,
      );
    case 4:
      return via(
        `tex ${x} ${bound ? y : 1n << 100n} ${list(back)} ${to} ${last}`,
        route('swapTokensForExactETH', [x, bound ? y : 1n << 100n, P(back), user(to), last]),
      );
    case 5:
      return via(
        `te ${x} ${bound ? y : 0n} ${list(back)} ${to} ${last}`,
        route('swapExactTokensForETH', [x, bound ? y : 0n, P(back), user(to), last]),
      );
    case 6:
      return via(
        `ext ${y} ${wei} ${list(front)} ${to} ${last}`,
        route('swapETHForExactTokens', [y, P(front), user(to), last]),
        wei,
      );
    case 7:
      return via(
        `ttf ${x} ${bound ? y : 0n} ${list(way)} ${to} ${last}`,
        route('swapExactTokensForTokensSupportingFeeOnTransferTokens', [
          x,
          bound ? y : 0n,
          P(way),
          user(to),
          last,
        ]),
      );
    default:
      return below(2) === 0
        ? via(
            `etf ${wei} ${bound ? y : 0n} ${list(front)} ${to} ${last}`,
            route('swapExactETHForTokensSupportingFeeOnTransferTokens', [
              bound ? y : 0n,
              P(front),
              user(to),
              last,
            ]),
            wei,
          )
        : via(
            `tef ${x} ${bound ? y : 0n} ${list(back)} ${to} ${last}`,
            route('swapExactTokensForETHSupportingFeeOnTransferTokens', [
              x,
              bound ? y : 0n,
              P(back),
              user(to),
              last,
            ]),
          );
  }
}

// ---- What came of it.

const short = (parts) => keccak256(concat(parts)).slice(2, 18);
const topicOf = (line) => id(line);
const sync = topicOf('Sync(uint112,uint112)');
const transfer = topicOf('Transfer(address,address,uint256)');
const approval = topicOf('Approval(address,address,uint256)');
const created = topicOf('PairCreated(address,address,address,uint256)');
const pairs = [];
for (let a = 0; a < 4; ++a) for (let b = a + 1; b < 4; ++b) pairs.push(pairOf(coins[a], coins[b]));

/** Remembers what the next operations are chosen by; returns pairs opened. */
function learn(receipt) {
  const opened = [];
  for (const log of receipt.logs) {
    if (log.topics[0] === sync)
      reserves.set(log.address, coder.decode(['uint112', 'uint112'], log.data));
    const owner = log.topics[0] === approval ? `0x${log.topics[1].slice(26)}` : '';
    if (signers.some(({ address }) => address === owner)) {
      const key = `${log.address}/${owner}`;
      permitted.set(key, (permitted.get(key) ?? 0n) + 1n);
    }
    if (log.topics[0] === created) opened.push('0x' + log.data.slice(26, 66));
    if (log.topics[0] === transfer && pairs.includes(log.address))
      for (const side of [1, 2]) {
        const key = `${log.address}/0x${log.topics[side].slice(26)}`;
        const change = side === 1 ? -BigInt(log.data) : BigInt(log.data);
        liquidity.set(key, (liquidity.get(key) ?? 0n) + change);
      }
  }
  return opened;
}

/** Refusals of plain coins are the hub's own; all others are Uniswap's to the byte. */
const isUniswaps = (to) => to === factory || to === router || pairs.includes(to);

/** Revert data with zeros behind a reason: old compilers leave there what lay in memory. */
function clean(data) {
  if (!data.startsWith('0x08c379a0')) return data;
  const [text] = coder.decode(['string'], '0x' + data.slice(10), true);
  return concat(['0x08c379a0', coder.encode(['string'], [text])]);
}

async function outcomes(sent, hashes) {
  const receipts = await batch(
    hashes.map((hash) => ({ method: 'eth_getTransactionReceipt', params: [hash] })),
  );
  const failed = receipts
    .map((r, i) => [r, i])
    .filter(([r, i]) => r.status === '0x0' && isUniswaps(sent[i][1].to));
  const traces =
    failed.length === 0
      ? []
      : await batch(
          failed.map(([r]) => ({
            method: 'debug_traceTransaction',
            params: [
              r.transactionHash,
              { tracer: 'callTracer', tracerConfig: { onlyTopCall: true } },
            ],
          })),
        );
  const reasons = new Map(failed.map(([, i], n) => [i, clean(traces[n].output ?? '0x')]));
  const opened = [];
  const lines = receipts.map((receipt, i) => {
    if (receipt.status === '0x0') return `0 ${short(['0x00', reasons.get(i) ?? '0x'])}`;
    opened.push(...learn(receipt));
    const logs = receipt.logs.flatMap((log) => [log.address, ...log.topics, log.data]);
    return `1 ${short(['0x01', ...logs])}`;
  });
  return { lines, opened };
}

/** All that the pairs show, hashed. */
async function snapshot(open) {
  const asked = pairs.filter((pair) => open.has(pair));
  const words = [
    'getReserves',
    'totalSupply',
    'kLast',
    'price0CumulativeLast',
    'price1CumulativeLast',
  ];
  const answers = await batch(
    asked.flatMap((to) =>
      words.map((name) => ({
        method: 'eth_call',
        params: [{ to, data: pairFace.encodeFunctionData(name) }, 'latest'],
      })),
    ),
  );
  return short(answers);
}

await prepare();
const open = new Set();
let now = 4294867000 + 10_000;
for (let done = 0; done < Number(count);) {
  now += 1 + below(below(8) === 0 ? 40_000 : 60);
  const sent = [];
  const size = Math.min(1 + below(60), Number(count) - done);
  while (sent.length < size || queue.length > 0) sent.push(queue.shift() ?? operation(now));
  const hashes = [];
  for (const [, call] of sent) hashes.push(await rpc('eth_sendTransaction', call));
  await rpc('evm_setNextBlockTimestamp', now);
  await rpc('evm_mine');
  const { lines, opened } = await outcomes(sent, hashes);
  console.log(`at ${now}`);
  sent.forEach(([words], i) => console.log(`${words} ${lines[i]}`));
  for (const pair of opened) open.add(pair);
  if (opened.length > 0) {
    await allow(opened, ++now);
  }
  console.log(`shows ${open.size} ${await snapshot(open)}`);
  done += sent.length;
}
