// Governance with the ABI of OpenZeppelin's Governor: the owner's key hands over, holders delegate,
// propose, vote, queue and execute with viem; ethers and the terminal see the same.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Contract, JsonRpcProvider, Wallet } from 'ethers';
import {
  createPublicClient,
  createWalletClient,
  encodeFunctionData,
  http,
  keccak256,
  parseAbi,
  toHex,
} from 'viem';
import { mnemonicToAccount } from 'viem/accounts';
import { day, Devnet, mnemonic, run } from './devnet.mjs';
import { account, chain, privateKey } from './observer.mjs';

// As OpenZeppelin publishes them.
const calls = 'address[] targets, uint256[] values, bytes[] calldatas';
const governorAbi = [
  `function propose(${calls}, string description) returns (uint256)`,
  `function hashProposal(${calls}, bytes32 descriptionHash) view returns (uint256)`,
  'function state(uint256 proposalId) view returns (uint8)',
  'function castVoteWithReason(uint256 proposalId, uint8 support, string reason) returns (uint256)',
  `function queue(${calls}, bytes32 descriptionHash) returns (uint256)`,
  `function execute(${calls}, bytes32 descriptionHash) payable returns (uint256)`,
  'function proposalEta(uint256 proposalId) view returns (uint256)',
  'function proposalVotes(uint256 proposalId) view returns (uint256 againstVotes, ' +
    'uint256 forVotes, uint256 abstainVotes)',
  'function proposalThreshold() view returns (uint256)',
  'function votingDelay() view returns (uint256)',
  'function votingPeriod() view returns (uint256)',
  'function quorum(uint256 timepoint) view returns (uint256)',
  'function COUNTING_MODE() view returns (string)',
  'function CLOCK_MODE() view returns (string)',
  'function clock() view returns (uint48)',
  'event ProposalCreated(uint256 proposalId, address proposer, address[] targets, ' +
    'uint256[] values, string[] signatures, bytes[] calldatas, uint256 voteStart, ' +
    'uint256 voteEnd, string description)',
  'event VoteCast(address indexed voter, uint256 proposalId, uint8 support, ' +
    'uint256 weight, string reason)',
  'error GovernorUnexpectedProposalState(uint256 proposalId, uint8 current, ' +
    'bytes32 expectedStates)',
  'error OperationFailed(uint256 index, bytes reason)',
];
const hubAbi = parseAbi([
  'function handOver()',
  'function owner() view returns (address)',
  'function setFee(uint8 network, uint32 feeBps)',
  'function setWeights(uint8 network, uint32[] ids, uint32[] weights)',
  'function setBlend(uint8 network, uint32 bps)',
  'function delegate(address delegatee)',
  'function getVotes(address account) view returns (uint256)',
  'error OwnableUnauthorizedAccount(address account)',
]);
const states = { pending: 0, active: 1, succeeded: 4, queued: 5, executed: 7 };
const key = (addressIndex) => mnemonicToAccount(mnemonic, { addressIndex });
const owner = key(98);
const treasury = key(99);

let devnet;
let client;
let named;
let failed = true;
const terminal = (...args) => run(args, { env: { PATH: process.env.PATH, THAW_RPC: devnet.url } });
const json = async (...args) => {
  const { code, out, err } = await terminal(...args, '--json');
  assert.equal(code, 0, err);
  return JSON.parse(out);
};
const send = async (who, address, abi, functionName, ...args) => {
  const wallet = createWalletClient({
    account: who,
    chain: chain(devnet),
    transport: http(devnet.url),
  });
  const hash = await wallet.writeContract({ address, abi, functionName, args });
  const receipt = await client.waitForTransactionReceipt({ hash });
  assert.equal(receipt.status, 'success');
  return receipt;
};

before(async () => {
  // A key first, which hands over.
  const directory = mkdtempSync(join(tmpdir(), 'thaw-governance-'));
  const config = join(directory, 'thaw.toml');
  writeFileSync(config, '[hub]\nowner = "key"\n');
  devnet = await Devnet.start({ args: ['--config', config] });
  rmSync(directory, { recursive: true });
  await devnet.settle();
  client = createPublicClient({
    chain: chain(devnet),
    pollingInterval: 20,
    transport: http(devnet.url),
  });
  const contracts = await devnet.json('/v1/contracts');
  named = (name) => contracts.find((c) => c.name === name).address;
});
after(() => devnet.remove(failed));

test('viem: hand over, delegate, propose an allocation, vote, execute, stake by it', async () => {
  const abi = parseAbi(governorAbi);
  const governor = named('governor');
  const read = (functionName, ...args) =>
    client.readContract({ address: governor, abi, functionName, args });
  await send(owner, named('timelock'), hubAbi, 'handOver');
  const roles = await devnet.json('/v1/roles');
  assert.equal(roles.governed, true);
  assert.equal(roles.owner, named('timelock'));
  await assert.rejects(send(owner, named('networks'), hubAbi, 'setFee', 1, 900), (fault) =>
    fault.message.includes('OwnableUnauthorizedAccount'),
  );

  const me = account(0);
  const gas = { account: account(1), chain: chain(devnet), transport: http(devnet.url) };
  const hash = await createWalletClient(gas).sendTransaction({
    to: treasury.address,
    value: 10n ** 18n,
  });
  await client.waitForTransactionReceipt({ hash });
  await send(treasury, named('thaw'), hubAbi, 'delegate', me.address);
  const votes = await client.readContract({
    address: named('thaw'),
    abi: hubAbi,
    functionName: 'getVotes',
    args: [me.address],
  });
  assert.ok(votes > (await read('proposalThreshold')));
  await devnet.passTime(1);

  const call = (functionName, ...args) => encodeFunctionData({ abi: hubAbi, functionName, args });
  const targets = [named('validators'), named('validators'), named('networks')];
  const calldatas = [
    call('setBlend', 1, 5000),
    call('setWeights', 1, [2], [1]),
    call('setFee', 1, 900),
  ];
  const description = 'Half of new BNB to validator 2, and a lower fee';
  const whole = [targets, [0n, 0n, 0n], calldatas];
  await send(me, governor, abi, 'propose', ...whole, description);
  const hashed = [...whole, keccak256(toHex(description))];
  const id = await read('hashProposal', ...hashed);
  assert.equal(await read('state', id), states.pending);

  await devnet.passTime(day + 1);
  assert.equal(await read('state', id), states.active);
  await send(me, governor, abi, 'castVoteWithReason', id, 1, 'because');
  assert.equal((await read('proposalVotes', id))[1], votes);
  await devnet.passTime(3 * day);
  assert.equal(await read('state', id), states.succeeded);
  await send(me, governor, abi, 'queue', ...hashed);
  assert.equal(await read('state', id), states.queued);
  await assert.rejects(send(me, governor, abi, 'execute', ...hashed));
  await devnet.passTime(2 * day);
  await send(me, governor, abi, 'execute', ...hashed);
  assert.equal(await read('state', id), states.executed);

  const { guidedPercent, validators } = await devnet.json('/v1/networks/bnb/validators');
  assert.equal(Number(guidedPercent), 50);
  const second = validators.find((v) => v.id === 2);
  assert.equal(second.weight, 1);
  const before = BigInt(second.bonded);
  await terminal('stake', 'bnb', '100');
  await devnet.passTime(day);
  await devnet.settle();
  const now = (await devnet.json('/v1/networks/bnb/validators')).validators.find((v) => v.id === 2);
  assert.ok(BigInt(now.bonded) > before, 'the next deposits follow the vote');
  failed = false;
});

test('ethers: a front end for OpenZeppelin Governor reads terms and proposals', async () => {
  const provider = new JsonRpcProvider(devnet.url);
  const governor = new Contract(named('governor'), governorAbi, provider);
  assert.equal(await governor.COUNTING_MODE(), 'support=bravo&quorum=for,abstain');
  assert.equal(await governor.CLOCK_MODE(), 'mode=timestamp');
  assert.equal(await governor.votingDelay(), BigInt(day));
  assert.equal(await governor.votingPeriod(), BigInt(3 * day));
  assert.equal(await governor.quorum((await governor.clock()) - 1n), 40_000_000n * 10n ** 18n);
  const [created] = await governor.queryFilter(governor.filters.ProposalCreated(), 0);
  assert.equal(created.args.description, 'Half of new BNB to validator 2, and a lower fee');
  const [vote] = await governor.queryFilter(governor.filters.VoteCast(account(0).address), 0);
  assert.equal(vote.args.proposalId, created.args.proposalId);
  assert.equal(vote.args.reason, 'because');
  const signer = new Wallet(privateKey(0), provider);
  await assert.rejects(
    governor.connect(signer).castVoteWithReason.staticCall(created.args.proposalId, 1, ''),
    (fault) => fault.revert?.name === 'GovernorUnexpectedProposalState',
  );
  provider.destroy();
});

test('terminal: a dry run, a proposal, a vote, a gauge; REST tells the same', async () => {
  const dry = await json('propose', 'No', '--call', 'networks.setFee bnb 3000', '--dry-run');
  assert.equal(dry.passes, false);
  assert.match(dry.reason, /FeeTooHigh/);
  const halt = await json('propose', 'No', '--call', 'networks.halt bnb "a reason"', '--dry-run');
  assert.deepEqual(halt.halts, ['bnb']);
  const first = await terminal('propose', 'A halt', '--call', 'networks.halt bnb "a reason"');
  assert.equal(first.code, 0, first.err);
  assert.match(first.out, /halts +bnb/);
  const { number } = (await json('proposals'))[0] ?? {};
  assert.equal(number, 2);
  const early = await terminal('vote', '2', 'for');
  assert.equal(early.code, 1);
  assert.match(early.err, /waits for its vote to begin/);
  await devnet.passTime(day + 1);
  assert.equal((await terminal('vote', '2', 'for')).code, 0);
  const shown = await json('proposal', 'show', '2');
  assert.equal(shown.state, 'active');
  assert.deepEqual(shown.dryRun.halts, ['bnb']);
  const told = await devnet.json('/v1/proposals/2');
  assert.equal(told.calls[0].text, 'networks.halt(network=1, reason="a reason")');
  assert.deepEqual(told.dryRun.halts, ['bnb']);
  const mine = await devnet.json(`/v1/votes/${account(0).address}`);
  assert.equal(mine.proposals[0].support, 'for');

  await devnet.passTime(7 * day);
  const cast = await terminal('gauge', 'vote', 'bnb', '3=75', '4=25');
  assert.equal(cast.code, 0, cast.err);
  await devnet.passTime(7 * day);
  const gauge = await json('gauge', 'show', 'bnb');
  assert.equal(gauge.decides, true);
  const rest = (await devnet.json('/v1/gauges')).gauges.find((g) => g.network === 'bnb');
  assert.equal(rest.validators[2].weight, 750_000);
  const refused = await terminal('gauge', 'vote', 'bnb', '4=60', '3=40');
  assert.equal(refused.code, 1);
  assert.match(refused.err, /ascending order/);
});
