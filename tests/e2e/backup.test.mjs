// A restore drill: a backup of a node under load, a disaster, and everything that was acknowledged
// before the backup is there again, in another directory, with the digest the live node told of.
import assert from 'node:assert/strict';
import { cpSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { day, Devnet, run, until } from './devnet.mjs';
import { network } from './networks.mjs';
import { Observer } from './observer.mjs';
import { Sender } from './sender.mjs';

let devnet;
let restored;
let failed = true;
let backup;
let manifest;
const at = (...names) => join(devnet.directory, ...names);
const block = (node, height) => node.rpc('eth_getBlockByNumber', `0x${height.toString(16)}`, false);

before(async () => {
  devnet = await Devnet.start({ pace: '60s' });
  backup = at('backup');
});
after(async () => {
  if (restored) await restored.remove(failed);
  await devnet.remove(failed);
});

test('a backup under load, a disaster, a restore', async () => {
  const workers = [0, 1, 2].map((index) => new Sender(devnet, index));
  const loads = workers.map((worker) => worker.run());
  const receipts = () => workers.flatMap((worker) => [...worker.acknowledged.values()]);
  await until('load before the backup', () => receipts().length > 30);
  const told = receipts();
  const made = await run(['backup', backup, '--data', devnet.data, '--json']);
  assert.equal(made.code, 0, made.err);
  manifest = JSON.parse(made.out);
  assert.equal(manifest.verified, true);
  const isLater = ({ blockNumber }) => Number(blockNumber) > manifest.height;
  await until('load after the backup', () => receipts().filter(isLater).length > 30);
  for (const receipt of told) assert.ok(Number(receipt.blockNumber) <= manifest.height);
  const live = await block(devnet, manifest.height);
  assert.equal(manifest.block, live.hash);
  assert.equal(manifest.digest, live.stateRoot);
  assert.ok(!existsSync(join(devnet.data, 'snapshot-for-backup')));
  const cut = devnet.stop('SIGKILL');
  await Promise.all(loads.map((load) => load.stop()));
  await cut;

  const data = at('restored');
  const done = await run(['restore', backup, '--data', data, '--json']);
  assert.equal(done.code, 0, done.err);
  assert.equal(JSON.parse(done.out).digest, manifest.digest);
  restored = new Devnet({ pace: '60s' });
  restored.data = data;
  await restored.launch();
  assert.deepEqual(await block(restored, manifest.height), live);
  let kept = 0;
  for (const worker of workers)
    for (const [hash, receipt] of worker.acknowledged) {
      const now = await restored.rpc('eth_getTransactionReceipt', hash);
      if (Number(receipt.blockNumber) <= manifest.height) assert.deepEqual(now, receipt, ++kept);
      else assert.equal(now, null, 'what came after the backup is not in it');
    }
  assert.ok(kept >= told.length);

  // It goes on: the hosts, which came back with it, and the courier between them.
  await restored.passTime(day);
  await restored.passTime(day);
  const observer = await Observer.of(restored);
  await observer.assertSound();
  for (const name of ['bnb', 'polkadot']) await observer.assertBacked(network(name));
  await restored.stop();
  const replayed = await run(['replay', '--data', data]);
  assert.equal(replayed.code, 0, replayed.err);

  // And the one that was cut off has lost nothing either.
  await devnet.launch();
  for (const worker of workers) {
    await worker.verify();
    await worker.verifyAll();
  }
});

test('asked of a running node by nobody but its operator', async () => {
  const file = join(devnet.data, 'operator.json');
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const { key } = JSON.parse(readFileSync(file, 'utf8'));
  for (const wrong of ['', 'x', `${key}0`, key.slice(1), `${key.slice(1)}g`]) {
    const refusal = await devnet.refusal('thaw_backup', wrong, at('stolen'));
    assert.match(refusal.message, /operator's/);
    assert.match((await devnet.refusal('thaw_backupStatus', wrong)).message, /operator's/);
  }
  assert.ok(!existsSync(at('stolen')));
  assert.match((await devnet.refusal('thaw_backup', key, 'here')).message, /absolute path/);
  const twice = await run(['backup', backup, '--data', devnet.data]);
  assert.equal(twice.code, 1);
  assert.match(twice.err, /backup is there already/);
});

test('of a node that does not run', async () => {
  const head = await devnet.rpc('eth_getBlockByNumber', 'latest', false);
  await devnet.stop('SIGKILL');
  const made = await run(['backup', at('cold'), '--data', devnet.data]);
  assert.equal(made.code, 0, made.err);
  assert.match(made.out, /^Backed up and verified: chain 8429 up to block \d+/);
  assert.match(made.out, /\ndigest {2}0x[0-9a-f]{64}\nTo restore it: thaw restore /);
  const [, height] = made.out.match(/up to block (\d+)/);
  assert.ok(Number(height) >= Number(head.number));
  const sound = await run(['restore', at('cold'), '--verify']);
  assert.equal(sound.code, 0, sound.err);
  assert.match(sound.out, /^Sound: chain 8429/);
  const none = await run(['backup', at('none'), '--data', at('nowhere')]);
  assert.equal(none.code, 1);
  assert.match(none.err, /holds no chain/);
});

test('a backup with anything wrong in it is refused, and nothing is restored', async () => {
  const wrong = at('wrong');
  const refused = async (says) => {
    for (const to of [['--verify'], ['--data', at('never')]]) {
      const how = await run(['restore', wrong, ...to]);
      assert.equal(how.code, 1, how.out);
      assert.match(how.err, says);
    }
    assert.ok(!existsSync(at('never')) && !existsSync(at('never.restoring')));
  };
  await refused(/there is no such directory/);
  cpSync(backup, wrong, { recursive: true });
  const tables = readdirSync(join(wrong, 'chain')).filter((name) => name.endsWith('.blob'));
  for (const name of ['worlds.bin', join('chain', tables[0]), 'manifest.txt']) {
    const path = join(wrong, name);
    const sound = readFileSync(path);
    const bytes = Buffer.from(sound);
    bytes[bytes.length >> 1] ^= 16;
    writeFileSync(path, bytes);
    await refused(name === 'manifest.txt' ? /manifest.txt is damaged/ : /is damaged: its checksum/);
    writeFileSync(path, sound);
  }
  const over = await run(['restore', wrong, '--data', devnet.data]);
  assert.equal(over.code, 1);
  assert.match(over.err, /is not empty: a restore never replaces anything/);
  const neither = await run(['restore', wrong]);
  assert.equal(neither.code, 2);
  assert.match(neither.err, /--data NEW_DIRECTORY, or --verify/);
  failed = false;
});
