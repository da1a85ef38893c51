// Hours at half of what the node can do, with faults: the hosts have misfortune all the time, the
// node is killed again and again. Prints a summary and writes samples for tools/soak_picture.py.
//   THAW_BINARY=… THAW_SOAK_MINUTES=180 node tests/e2e/soak.mjs SAMPLES.json
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Devnet } from './devnet.mjs';
import { account, Observer } from './observer.mjs';
import { random } from './sender.mjs';

const minutes = Number(process.env.THAW_SOAK_MINUTES ?? 3);
const draw = random(Number(process.env.THAW_SEED ?? 1));
const peakSeconds = Math.min(20, minutes * 6);
const sampleMs = Math.max(1_000, Math.round((minutes * 60_000) / 600));
const kills = Math.max(2, Math.round(minutes / 15)); // in the first two thirds of the time
const batch = 20;
const lanes = 4;
// A few of a thousand instructions fail, get lost, are late or answered twice; blocks are dropped.
const misfortune = {
  failPpm: 5_000,
  losePpm: 5_000,
  delayPpm: 20_000,
  delaySeconds: 7_200,
  silencePpm: 5_000,
  silenceSeconds: 7_200,
  echoPpm: 5_000,
  reorgPpm: 2_000,
};

const devnet = new Devnet({ pace: '60s' });
const hex = (value) => `0x${value.toString(16)}`;
const stakingOf = [];
let nonceOfSink = 0;

/** A batch of calls that the node signs itself, so that the client is not the slower one. */
function callsOf(lane) {
  return Array.from({ length: batch }, (_, id) => {
    const from = account(1 + 2 * lane + Math.floor(draw() * 2)).address; // its own two accounts
    const params =
      draw() < 0.1
        ? {
            from,
            to: stakingOf[0],
            data: `0xa694fc3a${(10n ** 15n).toString(16).padStart(64, '0')}`,
          }
        : { from, to: hex(0xabcd_0000 + (nonceOfSink++ % 50_000)).padEnd(42, '7'), value: '0x1' };
    params.gas = '0x7a120';
    return { jsonrpc: '2.0', id, method: 'eth_sendTransaction', params: [params] };
  });
}

/** Sends it and returns the hashes that were acknowledged, and how long that took. */
async function send(lane) {
  const began = performance.now();
  const answers = await (await devnet.post(JSON.stringify(callsOf(lane)))).json();
  const ms = performance.now() - began;
  const refused = answers.find((answer) => answer.error);
  if (refused) throw new Error(`refused under load: ${JSON.stringify(refused.error)}`);
  return { ms, hashes: answers.map((answer) => answer.result) };
}

class Meter {
  writes = [];
  reads = [];
  sent = 0;
  take() {
    const at = (list, part) => {
      const sorted = list.sort((a, b) => a - b);
      return sorted.length
        ? sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]
        : null;
    };
    const out = {
      sent: this.sent,
      p50: at(this.writes, 0.5),
      p99: at(this.writes, 0.99),
      readP99: at(this.reads, 0.99),
    };
    this.writes = [];
    this.reads = [];
    this.sent = 0;
    return out;
  }
}
const meter = new Meter();
let up = true;
let running = true;
let recent = []; // acknowledged within the last moments: what a kill must not lose

/** One connection: a batch every so often, or as fast as it is answered when `everyMs` is 0. */
async function run(lane, everyMs, until) {
  let due = performance.now() + draw() * everyMs;
  while (running && performance.now() < until) {
    if (!up) {
      await sleep(20);
      due = performance.now();
      continue;
    }
    try {
      const { ms, hashes } = await send(lane);
      meter.writes.push(ms);
      meter.sent += hashes.length;
      recent.push(...hashes);
      if (recent.length > 2_000) recent = recent.slice(-1_000);
      const began = performance.now();
      await devnet.rpc('eth_getBalance', account(1).address, 'latest');
      meter.reads.push(performance.now() - began);
    } catch (fault) {
      if (up) await sleep(50);
      if (up && !killing) throw fault;
    }
    due += everyMs;
    const ahead = due - performance.now();
    if (ahead > 0) await sleep(ahead);
    else if (everyMs > 0 && ahead < -5_000) due = performance.now(); // no storm after a pause
  }
}

const memoryKb = () => {
  const status = readFileSync(`/proc/${devnet.pid}/status`, 'utf8');
  return Number(status.match(/VmRSS:\s+(\d+)/)[1]);
};
const handles = () => readdirSync(`/proc/${devnet.pid}/fd`).length;

let killing = false;
async function killAndRecover() {
  const told = recent.slice(-500);
  killing = true;
  up = false;
  await devnet.stop('SIGKILL');
  const began = performance.now();
  await devnet.launch();
  const tookMs = performance.now() - began;
  for (const hash of told)
    assert.ok(await devnet.rpc('eth_getTransactionReceipt', hash), `${hash} was acknowledged`);
  up = true;
  killing = false;
  return { tookMs, checked: told.length };
}

/** Kilobytes an hour, by least squares. */
function slope(samples) {
  const n = samples.length;
  const meanX = samples.reduce((sum, s) => sum + s.seconds, 0) / n;
  const meanY = samples.reduce((sum, s) => sum + s.memoryKb, 0) / n;
  const xy = samples.reduce((sum, s) => sum + (s.seconds - meanX) * (s.memoryKb - meanY), 0);
  const xx = samples.reduce((sum, s) => sum + (s.seconds - meanX) ** 2, 0);
  return xx === 0 ? 0 : (xy / xx) * 3_600;
}

async function measurePeak() {
  const until = performance.now() + peakSeconds * 1_000;
  await Promise.all(Array.from({ length: lanes }, (_, lane) => run(lane, 0, until)));
  return meter.take().sent / peakSeconds;
}

async function soak(peak) {
  const target = peak / 2;
  const end = performance.now() + minutes * 60_000;
  const began = performance.now();
  const everyMs = (lanes * batch * 1_000) / target;
  const load = Promise.all(Array.from({ length: lanes }, (_, lane) => run(lane, everyMs, end)));
  load.catch(() => (running = false));
  const samples = [];
  const cuts = [];
  const killTimes = Array.from(
    { length: kills },
    (_, i) => ((i + 1) / kills) * (2 / 3) * minutes * 60,
  );
  let last = performance.now();
  while (running && performance.now() < end) {
    await sleep(sampleMs);
    const now = performance.now();
    const seconds = (now - began) / 1_000;
    const { sent, ...latencies } = meter.take();
    samples.push({
      seconds: Math.round(seconds),
      perSecond: Math.round((sent * 1_000) / (now - last)),
      ...latencies,
      memoryKb: memoryKb(),
      handles: handles(),
      life: cuts.length,
    });
    last = now;
    if (killTimes.length && seconds > killTimes[0]) {
      killTimes.shift();
      cuts.push({ seconds: Math.round(seconds), ...(await killAndRecover()) });
      meter.take();
      last = performance.now();
    }
  }
  running = false;
  await load;
  return { peak: Math.round(peak), target: Math.round(target), minutes, samples, cuts };
}

let failed = true;
try {
  await devnet.launch();
  const observer = await Observer.of(devnet);
  stakingOf.push(observer.contract('fantom.staking').address);
  for (const host of ['bsc', 'fantom', 'polkadot', 'kusama', 'ethereum', 'polygon'])
    await devnet.rpc('thaw_hostMisfortune', host, misfortune);
  const result = await soak(await measurePeak());
  for (const host of ['bsc', 'fantom', 'polkadot', 'kusama', 'ethereum', 'polygon'])
    await devnet.rpc(
      'thaw_hostMisfortune',
      host,
      Object.fromEntries(Object.keys(misfortune).map((name) => [name, 0])),
    );
  await (await Observer.of(devnet)).assertSound();
  const { samples, cuts } = result;
  const lastLife = samples.filter((s) => s.life === cuts.length);
  const settled = lastLife.slice(Math.floor(lastLife.length / 3));
  const of = (name) => samples.map((s) => s[name]).filter((value) => value !== null);
  const middle = (list) => list.sort((a, b) => a - b)[list.length >> 1];
  const ms = (value) => `${value.toFixed(1)} ms`;
  result.slopeKbAnHour = Math.round(slope(settled));
  result.blocks = Number(await devnet.rpc('eth_blockNumber'));
  await devnet.stop();
  console.log(`peak ${result.peak} transactions a second, held at ${result.target}`);
  console.log(
    `median of what was done: ${middle(of('perSecond'))} a second, ${result.blocks} blocks`,
  );
  console.log(
    `a batch of ${batch}: p50 ${ms(middle(of('p50')))}, p99 ${ms(middle(of('p99')))} ` +
      `(worst sample ${ms(Math.max(...of('p99')))}); a read: p99 ${ms(middle(of('readP99')))}`,
  );
  const lived = (lastLife.at(-1).seconds - lastLife[0].seconds) / 60;
  const slopeText =
    lived < 30
      ? `no slope of ${lived.toFixed(0)} minutes: the past that can be read is still filling`
      : `slope ${(result.slopeKbAnHour / 1024).toFixed(1)} MiB an hour over its last two thirds`;
  console.log(
    `memory ${Math.round(lastLife[0].memoryKb / 1024)} to ` +
      `${Math.round(lastLife.at(-1).memoryKb / 1024)} MiB since the last kill, ${slopeText}`,
  );
  console.log(`file handles ${Math.min(...of('handles'))} to ${Math.max(...of('handles'))}`);
  console.log(
    `${cuts.length} kills, back in ${cuts.map((c) => Math.round(c.tookMs)).join(', ')} ms, ` +
      `${cuts.reduce((sum, c) => sum + c.checked, 0)} fresh receipts looked for, none lost`,
  );
  console.log('every invariant holds at the end');
  writeFileSync(process.argv[2] ?? 'soak.json', JSON.stringify(result));
  failed = false;
} finally {
  if (existsSync(devnet.directory)) await devnet.remove(failed);
}
