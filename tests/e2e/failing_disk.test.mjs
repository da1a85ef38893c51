// The real program on a disk that runs full, and on one that fails to sync once: it stops, says why
// and what to do, and what it acknowledged is there when it is started again.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { binary, Devnet, until } from './devnet.mjs';
import { Observer } from './observer.mjs';
import { Sender } from './sender.mjs';

const shim = join(dirname(binary), 'tests', 'libfailing_disk.so');

for (const [fault, says] of [
  ['full', /No space left on device/],
  ['sync', /Input\/output error|fdatasync/],
])
  test(`a disk whose fault is: ${fault}`, async () => {
    assert.ok(existsSync(shim), `${shim} is not built`);
    const devnet = new Devnet({ pace: '60s' });
    let failed = true;
    try {
      mkdirSync(devnet.data);
      const switched = `${devnet.data}.fault`;
      devnet.env = { ...devnet.env, LD_PRELOAD: shim, THAW_FAILING_DISK: devnet.data };
      await devnet.launch();
      const workers = [0, 1].map((index) => new Sender(devnet, index));
      const count = () => workers.reduce((sum, worker) => sum + worker.acknowledged.size, 0);
      for (let round = 0; round < 3; ++round) {
        const loads = workers.map((worker) => worker.run());
        const before = count();
        await until('some load', () => count() > before + 10);
        await sleep(100 * round);
        writeFileSync(switched, fault);
        const how = await devnet.exit;
        await Promise.all(loads.map((load) => load.stop().catch(() => {})));
        assert.deepEqual(how, { code: 1, signal: null }, devnet.log);
        const last = devnet.log.trimEnd().split('\n').at(-1);
        assert.match(last, /^thaw: the node has stopped: /);
        assert.match(last, says);
        assert.match(last, /Nothing that it acknowledged is lost: mend the disk or make room/);
        if (fault === 'full') {
          // Still full: it does not start, and says so.
          await assert.rejects(devnet.launch(), /No space left on device/);
          assert.deepEqual(await devnet.exit, { code: 1, signal: null });
        }
        rmSync(switched, { force: true });
        await devnet.launch();
        for (const worker of workers) await worker.verify();
      }
      for (const worker of workers) await worker.verifyAll();
      await (await Observer.of(devnet)).assertSound();
      failed = false;
    } finally {
      await devnet.remove(failed);
    }
  });
