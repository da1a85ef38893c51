// Who watches a story: reads contracts and logs, and computes each pool a second time.
import assert from 'node:assert/strict';
import { createPublicClient, decodeEventLog, defineChain, http } from 'viem';
import { mnemonicToAccount } from 'viem/accounts';
import { chainId, mnemonic } from './devnet.mjs';
import { PoolModel } from './pool_model.mjs';

export const chain = (devnet) =>
  defineChain({
    id: chainId,
    name: 'Thaw devnet',
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [devnet.url], webSocket: [devnet.wsUrl] } },
  });

const accounts = new Map(); // deriving one takes a while
export const account = (index) => {
  if (!accounts.has(index))
    accounts.set(index, mnemonicToAccount(mnemonic, { addressIndex: index }));
  return accounts.get(index);
};
export const privateKey = (index) =>
  `0x${Buffer.from(account(index).getHdKey().privateKey).toString('hex')}`;
export const treasury = account(99).address;

const nobody = `0x${'0'.repeat(40)}`;
const same = (a, b) => a.toLowerCase() === b.toLowerCase();

export class Observer {
  #contracts = new Map();

  static async of(devnet) {
    const observer = new Observer();
    observer.devnet = devnet;
    observer.client = createPublicClient({
      chain: chain(devnet),
      transport: http(devnet.url),
      pollingInterval: 20,
      cacheTime: 0,
    });
    for (const contract of await devnet.rpc('thaw_contracts'))
      observer.#contracts.set(contract.name, contract);
    return observer;
  }

  contract(name) {
    const found = this.#contracts.get(name);
    assert.ok(found, `thaw_contracts lists ${name}`);
    return found;
  }
  contracts() {
    return [...this.#contracts.values()];
  }

  async read(name, functionName, args = [], blockNumber = undefined) {
    const { address, abi } = this.contract(name);
    return this.client.readContract({ address, abi, functionName, args, blockNumber });
  }

  /** Logs as (contract, event, arguments), in order; without contracts unknown here. */
  decode(logs) {
    const out = [];
    for (const log of logs) {
      const contract = this.contracts().find((c) => same(c.address, log.address));
      if (!contract) continue;
      const { eventName, args } = decodeEventLog({
        abi: contract.abi,
        data: log.data,
        topics: log.topics,
      });
      out.push({ contract: contract.name, event: eventName, args, block: BigInt(log.blockNumber) });
    }
    return out;
  }

  async eventsOf(hash) {
    return this.decode((await this.client.getTransactionReceipt({ hash })).logs);
  }

  /** All invariants that the node states about its books hold. */
  async assertSound() {
    const { invariants } = await this.devnet.rpc('thaw_invariants');
    assert.ok(invariants.length >= 6);
    for (const { says, holds } of invariants) assert.ok(holds, says);
  }

  /** What is issued for an asset is on its hosts: in custody, delegated or unbonding. */
  async assertBacked(network) {
    const hosts = await this.devnet.rpc('thaw_hosts');
    let there = 0n;
    for (const host of hosts)
      for (const { asset, amount } of host.custody)
        if (asset === network.id) there += BigInt(amount);
    const staked = hosts.find((host) => host.network === network.id);
    there += BigInt(staked.delegated) + BigInt(staked.unbonding);
    const summary = await this.read(`${network.name}.staking`, 'summary');
    const unreported = BigInt(staked.rewardsPaid) - summary.rewardsTotal;
    assert.ok(unreported >= 0n);
    assert.equal(
      await this.read(`${network.name}.asset`, 'totalSupply'),
      there - unreported,
      'what is issued lies on the hosts, to the base unit',
    );
    assert.equal(
      summary.totalAssets + summary.unreleased,
      summary.buffer + summary.inFlight + summary.bonded + summary.unbonding,
      'what stakers own, and what is not released yet, is where the buckets say',
    );
  }
}

/** Follows one network's pool: applies each event to the model and compares what both say. */
export class Ledger {
  constructor(observer, network) {
    this.observer = observer;
    this.network = network;
    this.model = new PoolModel(network);
    this.next = 1n;
    this.frames = [];
    this.paid = new Map();
    this.partly = new Map();
    this.batchOf = new Map();
    this.times = new Map();
  }

  async #timeOf(block) {
    if (!this.times.has(block))
      this.times.set(
        block,
        (await this.observer.client.getBlock({ blockNumber: block })).timestamp,
      );
    return this.times.get(block);
  }

  /** Takes in all blocks up to the head, and returns the head. */
  async catchUp() {
    const head = await this.observer.client.getBlock();
    if (head.number < this.next) return head;
    const names = [`${this.network.name}.staking`, `${this.network.name}.liquid`, 'tickets'];
    const logs = await this.observer.client.getLogs({
      address: names.map((name) => this.observer.contract(name).address),
      fromBlock: this.next,
      toBlock: head.number,
    });
    this.next = head.number + 1n;
    for (const event of this.observer.decode(logs))
      await this.#take(event, await this.#timeOf(event.block));
    return head;
  }

  async #take({ contract, event, args }, at) {
    const { model, network } = this;
    const mine = args.network === undefined || Number(args.network) === network.id;
    if (contract === `${network.name}.liquid` && event === 'Transfer') {
      const tickets = this.observer.contract('tickets').address;
      const plain = ![args.from, args.to].some((a) => same(a, nobody) || same(a, tickets));
      if (plain) model.transfer(args, at);
    } else if (event === 'Staked') {
      assert.equal(args.shares, model.stake(args, at), 'shares for a stake');
    } else if (event === 'FrameReported') {
      await this.#frame(args, at);
    } else if (event === 'TicketIssued' && mine) {
      this.batchOf.set(args.ticket, args.batch);
    } else if (event === 'UnstakeRequested') {
      const nominal = model.unstake(args, this.batchOf.get(args.ticket), at);
      assert.equal(args.assets, nominal, 'nominal of a ticket');
    } else if (event === 'BatchFinalised' && mine) {
      assert.equal(args.assets, model.finalise(args.batch, at), 'what a batch is paid');
    } else if (event === 'TicketPaid' && mine) {
      assert.equal(args.assets, model.pay(args.ticket, at), 'what a ticket is paid');
      const assets = args.assets + (this.partly.get(args.ticket) ?? 0n);
      this.paid.set(args.ticket, { assets, at, owner: args.owner });
    } else if (event === 'TicketPartlyPaid' && mine) {
      const left = model.payPart(args.ticket, args.assets, at);
      assert.equal(args.left, left, 'what is left of a ticket');
      this.partly.set(args.ticket, args.assets + (this.partly.get(args.ticket) ?? 0n));
    }
  }

  async #frame(args, at) {
    const record = await this.observer.devnet.rpc(
      'thaw_hostReport',
      this.network.name,
      Number(args.frame),
    );
    assert.ok(record, `the host has a record of frame ${args.frame}`);
    assert.equal(args.frame, BigInt(this.frames.length + 1), 'frames come in order');
    assert.equal(args.rewards, BigInt(record.rewards), 'rewards are what the host paid');
    assert.equal(args.slashed, 0n);
    const { fee, shares } = this.model.report(BigInt(record.rewards), treasury, at);
    assert.equal(args.fee, fee, 'the fee of a frame');
    assert.equal(args.feeShares, shares, 'the shares that the fee buys');
    assert.equal(args.lossToHolders, 0n);
    this.frames.push({ number: args.frame, rewards: args.rewards, fee, at });
  }

  /** The pool and the given holders show what the model says, to the base unit, as of the head. */
  async compare(holders) {
    const { number, timestamp } = await this.catchUp();
    const { observer, model, network } = this;
    const liquid = `${network.name}.liquid`;
    assert.equal(
      await observer.read(liquid, 'totalAssets', [], number),
      model.assets(timestamp),
      'total assets',
    );
    assert.equal(
      await observer.read(liquid, 'totalShares', [], number),
      model.wholeShares(),
      'total shares',
    );
    assert.equal(await observer.read(liquid, 'ratio', [], number), model.ratio(timestamp), 'ratio');
    for (const holder of holders)
      assert.equal(
        await observer.read(liquid, 'balanceOf', [holder], number),
        model.balance(holder, timestamp),
        `balance of ${holder}`,
      );
    const summary = await observer.read(`${network.name}.staking`, 'summary', [], number);
    assert.equal(summary.unreleased, model.unreleased(timestamp), 'unreleased rewards');
    assert.equal(summary.rewardsTotal, model.rewards);
    assert.equal(summary.feesTotal, model.fees);
    return { number, timestamp };
  }
}
