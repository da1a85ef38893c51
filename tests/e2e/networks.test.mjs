// The figures of the table, as pages and integrators read them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Devnet } from './devnet.mjs';
import { networks } from './networks.mjs';
import { account } from './observer.mjs';

let devnet;
let failed = true;
before(async () => {
  devnet = await Devnet.start();
});
after(() => devnet.remove(failed));

const percent = (bps) => (bps / 100).toFixed(2);

test('/v1/networks shows the figures of the table', async () => {
  const { networks: shown, asOf } = await devnet.json('/v1/networks');
  assert.ok(asOf.block > 0);
  assert.deepEqual(
    shown.map((n) => n.name),
    networks.map((n) => n.name),
  );
  for (const [i, wanted] of networks.entries()) {
    const { id, asset, liquid, parameters, validators } = shown[i];
    assert.equal(id, wanted.id);
    assert.deepEqual([asset.symbol, asset.decimals], [wanted.asset, wanted.decimals]);
    assert.deepEqual([liquid.symbol, liquid.rebasing], [wanted.liquid, wanted.rebasing]);
    assert.equal(parameters.minimumStake, String(wanted.minimum));
    assert.equal(parameters.unbondingSeconds, wanted.unbonding);
    assert.equal(parameters.batchIntervalSeconds, wanted.batch);
    assert.equal(parameters.earnsWhileUnbonding, wanted.earns);
    assert.equal(Number(parameters.feePercent).toFixed(2), percent(wanted.feeBps));
    assert.equal(Number(parameters.nominalAprPercent).toFixed(2), percent(wanted.aprBps));
    assert.ok(validators.count >= 20, 'at least 20 validators');
    assert.ok(validators.eligible > 0 && validators.eligible <= validators.count);
  }
});

test('one network by name; an unknown one is a problem with a sentence', async () => {
  const kusama = await devnet.json('/v1/networks/kusama');
  assert.equal(kusama.name, 'kusama');
  const lost = await devnet.get('/v1/networks/atlantis');
  assert.equal(lost.status, 404);
  assert.equal(lost.headers.get('content-type'), 'application/problem+json');
  assert.match((await lost.json()).detail, /atlantis/);
});

test('six hosts, with validators that differ', async () => {
  const hosts = await devnet.rpc('thaw_hosts');
  assert.equal(hosts.length, 6);
  const contracts = await devnet.rpc('thaw_contracts');
  assert.deepEqual(await devnet.json('/v1/contracts'), contracts);
  for (const name of ['bridge', 'oracle', 'tickets', 'batch', 'multicall', 'thaw'])
    assert.ok(
      contracts.some((c) => c.name === name),
      name,
    );
});

test('ten accounts hold 10,000 of everything, arrived over the bridge', async () => {
  for (let i = 0; i < 10; ++i) {
    const shown = await devnet.json(`/v1/accounts/${account(i).address}`);
    assert.equal(shown.eth.balance, String(10_000n * 10n ** 18n));
    for (const [n, { asset, network }] of shown.positions.entries()) {
      assert.equal(network, networks[n].name);
      assert.equal(asset.balance, String(10_000n * 10n ** BigInt(networks[n].decimals)));
    }
  }
  const bridge = (await devnet.rpc('thaw_contracts')).find((c) => c.name === 'bridge');
  const credits = await devnet.rpc('eth_getLogs', { address: bridge.address, fromBlock: '0x0' });
  assert.equal(credits.length, 60);
});

test('health and metrics', async () => {
  for (const path of ['/livez', '/readyz']) assert.equal((await devnet.get(path)).status, 200);
  const metrics = await (await devnet.get('/metrics')).text();
  for (const line of metrics.trim().split('\n'))
    assert.match(line, /^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[^}]*\})? [-+0-9.eE]+)$/);
  const api = await devnet.json('/openapi.json');
  assert.equal(api.openapi, '3.1.0');
  assert.ok(api.paths['/v1/networks']);
  assert.match(await (await devnet.get('/')).text(), /Thaw/);
  failed = false;
});
