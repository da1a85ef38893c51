// A staker's life on one network, from the first deposit to the last withdrawal, lived with one
// client while an observer computes everything a second time.
import assert from 'node:assert/strict';
import { amount } from './networks.mjs';
import { clients, plenty } from './clients.mjs';
import { day } from './devnet.mjs';
import { account, Ledger, Observer } from './observer.mjs';

const whale = 0;
const friend = 21;

/** Numbers as each client gives them, as bigint. */
const numbers = (values) =>
  values.map((value) =>
    typeof value === 'string' && !/^\d|^0x/.test(value) ? value : BigInt(value),
  );

export class Story {
  /** @param home the host the asset comes from and goes back to. */
  static async begin(devnet, network, clientName, { home = network.host, staker = 20 } = {}) {
    const story = new Story();
    story.devnet = devnet;
    story.network = network;
    story.observer = await Observer.of(devnet);
    story.client = new clients[clientName](story.observer);
    // One ledger per network of a devnet: hosts keep the records of old frames for a while only.
    devnet.ledgers ??= new Map();
    if (!devnet.ledgers.has(network.name))
      devnet.ledgers.set(network.name, new Ledger(story.observer, network));
    story.ledger = devnet.ledgers.get(network.name);
    story.home = home;
    story.staker = staker;
    story.me = account(staker).address;
    story.friend = account(friend).address;
    story.asset = `${network.name}.asset`;
    story.liquid = `${network.name}.liquid`;
    story.staking = `${network.name}.staking`;
    return story;
  }

  end() {
    this.client.close?.();
  }

  async #balance(contract, holder) {
    return BigInt(await this.client.read(contract, 'balanceOf', [holder]));
  }
  async #do(name, functionName, args, index = this.staker) {
    const done = await this.client.write(index, name, functionName, args);
    assert.ok(done.success, `${name}.${functionName} succeeds`);
    return this.observer.eventsOf(done.hash);
  }

  /** Money arrives over the bridge and in no other way. */
  async deposit() {
    const { network, devnet } = this;
    const sum = network.minimum * 2n + 12_345n;
    const before = await this.#balance(this.asset, this.me);
    const from = account(whale).address;
    await devnet.deposit({
      host: 'ethereum',
      asset: 'ETH',
      from,
      receiver: this.me,
      amount: 10n ** 18n,
    });
    const made = await devnet.deposit({
      host: this.home,
      asset: network.asset,
      from,
      receiver: this.me,
      amount: sum,
    });
    await devnet.settle();
    assert.equal(
      await this.#balance(this.asset, this.me),
      before + sum,
      'the deposit arrives whole',
    );
    const { address } = this.observer.contract('bridge');
    const logs = await this.observer.client.getLogs({ address, fromBlock: 0n });
    const credits = this.observer
      .decode(logs)
      .filter((e) => e.event === 'Deposited' && e.args.hostTransaction === made.transaction);
    assert.equal(credits.length, 1, 'credited exactly once');
    assert.equal(credits[0].args.amount, sum);
    this.assets = before + sum;
  }

  /** Others stake too: what one person holds is a part of a pool. */
  async companyStakes() {
    await this.#do(this.staking, 'stake', [amount('1234.567', this.network.decimals)], whale);
  }

  /** The minimum is taken; one base unit less is refused with an error that says the minimum. */
  async stakeMinimum() {
    const { minimum } = this.network;
    assert.equal(BigInt(await this.client.read(this.staking, 'minimumStake')), minimum);
    const refused = await this.client.refusal(this.staker, this.staking, 'stake', [minimum - 1n]);
    assert.equal(refused?.error, 'StakeBelowMinimum');
    assert.deepEqual(numbers(refused.args), [minimum - 1n, minimum]);
    const failed = await this.client.write(this.staker, this.staking, 'stake', [minimum - 1n], {
      gas: plenty,
    });
    assert.equal(failed.success, false);
    assert.equal(
      await this.#balance(this.asset, this.me),
      this.assets,
      'a refused stake moves nothing',
    );

    await this.#do(this.staking, 'stake', [minimum]);
    this.assets -= minimum;
    assert.equal(await this.#balance(this.asset, this.me), this.assets);
    await this.devnet.settle();
    await this.ledger.compare([this.me, account(whale).address]);
    if (this.network.rebasing)
      assert.equal(await this.#balance(this.liquid, this.me), minimum, 'exactly what was staked');
  }

  /** Days pass; each, the pool grows by what the host paid less the fee, and by nothing else. */
  async days(count) {
    const { ledger, network, observer } = this;
    const start = await ledger.compare([this.me]);
    const before = {
      frames: ledger.frames.length,
      shown: ledger.model.balance(this.me, start.timestamp),
      ratio: ledger.model.ratio(start.timestamp),
      owned: ledger.model.assets(start.timestamp) + ledger.model.unreleased(start.timestamp),
    };
    for (let n = 1; n <= count; ++n) {
      await this.devnet.passTime(day);
      await ledger.compare([this.me]);
      assert.equal(ledger.frames.length, before.frames + n, 'a frame a day');
    }
    const { timestamp } = await ledger.compare([this.me, account(whale).address]);
    const rewards = ledger.frames.slice(before.frames).reduce((sum, f) => sum + f.rewards, 0n);
    assert.ok(rewards > 0n, 'the host paid rewards');
    assert.equal(
      ledger.model.assets(timestamp) + ledger.model.unreleased(timestamp),
      before.owned + rewards,
      'the pool grew by what the host paid',
    );
    if (network.rebasing)
      assert.ok(
        (await this.#balance(this.liquid, this.me)) > before.shown,
        'the balance grows in the wallet',
      );
    else {
      assert.equal(
        await this.#balance(this.liquid, this.me),
        before.shown,
        'the balance stands still',
      );
      assert.ok(
        BigInt(await this.client.read(this.liquid, 'ratio')) < before.ratio,
        'its worth grows',
      );
    }
    await observer.assertSound();
    await observer.assertBacked(network);
  }

  /** A transfer moves exactly the amount named, in the same second of chain time. */
  async transfer() {
    const { observer, network } = this;
    const shown = await this.#balance(this.liquid, this.me);
    const value = shown / 3n + 1n;
    const at = BigInt(await this.devnet.now()) + 7n;
    await this.devnet.pinTime(at);
    const { address, abi } = observer.contract(this.liquid);
    const balances = async (blockTag) =>
      Promise.all(
        [this.me, this.friend].map((holder) =>
          observer.client.readContract({
            address,
            abi,
            functionName: 'balanceOf',
            args: [holder],
            blockTag,
          }),
        ),
      );
    const [mine, theirs] = await balances('pending');
    await this.#do(this.liquid, 'transfer', [this.friend, value]);
    assert.equal((await observer.client.getBlock()).timestamp, at);
    assert.deepEqual(
      await balances('latest'),
      [mine - value, theirs + value],
      `${network.liquid} moves exactly`,
    );
    await this.devnet.settle();
    await this.ledger.compare([this.me, this.friend]);
  }

  /** Leaving: a ticket, refused until the second before it is ready, paid when it is. */
  async unstake() {
    const { observer, network, ledger } = this;
    const shown = await this.#balance(this.liquid, this.me);
    const part = shown / 2n;
    const verb = network.rebasing ? 'unstakeBonds' : 'unstakeCerts';
    const other = network.rebasing ? 'unstakeCerts' : 'unstakeBonds';
    assert.equal(
      (await this.client.refusal(this.staker, this.staking, other, [part]))?.error,
      network.rebasing ? 'UseUnstakeBonds' : 'UseUnstakeCerts',
    );
    // Others leave as well, and first: what lies idle in the pool's buffer is paid to them.
    await this.#do(this.staking, verb, [amount('25', network.decimals)], whale);
    const events = await this.#do(this.staking, verb, [part]);
    const { ticket } = events.find((e) => e.event === 'UnstakeRequested').args;
    assert.equal(
      String(await this.client.read('tickets', 'ownerOf', [ticket])).toLowerCase(),
      this.me.toLowerCase(),
    );
    await this.devnet.settle();

    let entry = await observer.read('tickets', 'ticket', [ticket]);
    while (entry.status === 1) {
      // until its batch has left
      await this.devnet.passTime(day);
      await ledger.compare([this.me]);
      entry = await observer.read('tickets', 'ticket', [ticket]);
    }
    const { readyAt } = entry;
    const asked = await this.devnet.now();
    assert.ok(
      readyAt - BigInt(asked) <= BigInt(network.unbonding),
      'no longer than the host takes',
    );
    for (let left = Number(readyAt) - 1 - asked; left > day; left -= day) {
      await this.devnet.passTime(day);
      await ledger.compare([this.me]);
    }
    await this.devnet.pinTime(readyAt - 1n);
    const early = await this.client.write(this.staker, 'tickets', 'claim', [ticket], {
      gas: plenty,
    });
    assert.equal(early.success, false, 'one second early is too early');
    assert.equal((await observer.client.getBlock()).timestamp, readyAt - 1n);
    const refused = await this.client.refusal(this.staker, 'tickets', 'claim', [ticket]);
    assert.equal(refused?.error, 'TicketNotReady');
    assert.deepEqual(numbers(refused.args), [ticket, readyAt]);
    assert.equal(await this.#balance(this.asset, this.me), this.assets);

    await this.devnet.passTime(1);
    await ledger.compare([this.me]);
    const paid = ledger.paid.get(ticket);
    assert.ok(paid, 'paid by itself');
    assert.equal(paid.at, readyAt, 'on time');
    this.assets += paid.assets;
    assert.equal(await this.#balance(this.asset, this.me), this.assets);
    const again = await this.client.refusal(this.staker, 'tickets', 'claim', [ticket]);
    assert.equal(again?.error, 'TicketAlreadyPaid');
    await observer.assertSound();
    await observer.assertBacked(network);
  }

  /** Home again: burned here, paid there. */
  async withdraw() {
    const { observer, network, devnet } = this;
    const sum = this.assets - 1n;
    const there = async () =>
      BigInt(await devnet.rpc('thaw_hostBalance', this.home, this.me, network.asset));
    const before = await there();
    const hosts = await devnet.rpc('thaw_hosts');
    const host = hosts.find((h) =>
      h.name.toLowerCase().startsWith(this.home === 'bsc' ? 'bnb' : this.home),
    );
    const recipient = `0x${'0'.repeat(24)}${this.me.slice(2)}`;
    const tooMuch = await this.client.refusal(this.staker, 'bridge', 'withdraw', [
      network.id,
      host.id,
      recipient,
      this.assets + 1n,
    ]);
    assert.equal(tooMuch?.error, 'ERC20InsufficientBalance');
    const events = await this.#do('bridge', 'withdraw', [network.id, host.id, recipient, sum]);
    const { id } = events.find((e) => e.event === 'WithdrawalRequested').args;
    await devnet.settle();
    assert.equal(await there(), before + sum, 'the host account is paid');
    assert.equal(await this.#balance(this.asset, this.me), 1n);
    const [, , , , , status] = await observer.read('bridge', 'withdrawal', [id]);
    assert.equal(status, 3);
    await observer.assertSound();
    await observer.assertBacked(network);
  }
}
