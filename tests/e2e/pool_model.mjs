// A staking pool computed a second time, from events and the hosts' records alone, in plain BigInt.
// Nothing of the program's own arithmetic is used: what it shows must equal this to the base unit.
const unitsPerShare = 1_000_000_000n;
const deadStake = 1_000_000_000n;
const frame = 86_400n;

const least = (a, b) => (a < b ? a : b);
const upward = (a, b) => (a + b - 1n) / b;
const clamp = (x, { low, high }) => (x < low ? low : x > high ? high : x);

export class PoolModel {
  located; // buffer, in flight, bonded and unbonding
  supply; // in sub-shares
  releasing = 0n;
  waiting = 0n;
  from = 0n;
  holdings = new Map();
  batches = new Map();
  tickets = new Map();
  rewards = 0n;
  fees = 0n;

  constructor(network) {
    this.network = network;
    this.located = deadStake + (network.legacy ?? 0n);
    this.supply = this.located * unitsPerShare;
    // Most growth in a frame: the lesser of 0.10 % and 2·APR/365, in millionths.
    this.growthPpm = BigInt(Math.min(1_000, Math.floor((2 * network.aprBps * 100) / 365)));
  }

  unreleased(at) {
    const passed = at - this.from;
    const out = passed >= frame ? this.releasing : (this.releasing * passed) / frame;
    return this.releasing - out + this.waiting;
  }
  assets(at) {
    return this.located - this.unreleased(at);
  }
  worth(shares, at) {
    return (shares * this.assets(at)) / this.supply;
  }
  shares(holder) {
    return this.holdings.get(holder.toLowerCase()) ?? 0n;
  }
  /** What the token shows. */
  balance(holder, at) {
    const shares = this.shares(holder);
    return this.network.rebasing ? this.worth(shares, at) : shares / unitsPerShare;
  }
  wholeShares() {
    return this.supply / unitsPerShare;
  }
  /** Ankr's ratio: shares per asset, scaled by 10^18. */
  ratio(at) {
    return (this.wholeShares() * 10n ** 18n) / this.assets(at);
  }

  #hold(holder, shares) {
    this.holdings.set(holder.toLowerCase(), shares);
  }
  /** The holdings that show exactly this balance. */
  #showing(balance, at) {
    const rate = this.assets(at);
    return {
      low: upward(balance * this.supply, rate),
      high: upward((balance + 1n) * this.supply, rate) - 1n,
    };
  }

  /** Shares for assets that came in; the pool must not have counted them yet. */
  #create(receiver, assets, at) {
    const had = this.shares(receiver);
    const shown = this.worth(had, at);
    let bought = (assets * this.supply) / this.assets(at);
    if (!this.network.rebasing) bought -= bought % unitsPerShare;
    this.located += assets;
    this.supply += bought;
    let held = had + bought;
    if (this.network.rebasing) held = clamp(held, this.#showing(shown + assets, at));
    this.#hold(receiver, held);
    return bought;
  }

  /** Returns the debit and the credit that make both shown balances move by exactly `amount`. */
  #exactMove(sender, receiver, amount, at) {
    const left = this.#showing(this.worth(sender, at) - amount, at);
    const right = this.#showing(this.worth(receiver, at) + amount, at);
    const debit = { low: sender > left.high ? sender - left.high : 0n, high: sender - left.low };
    const credit = { low: right.low - receiver, high: right.high - receiver };
    const wish = upward(amount * this.supply, this.assets(at));
    const taken = clamp(clamp(wish, credit), debit);
    return { taken, given: clamp(taken, credit) };
  }

  stake({ receiver, assets }, at) {
    return this.#create(receiver, assets, at) / unitsPerShare;
  }

  /** One frame's report. `paid` is what the host says it paid; returns what the event must say. */
  report(paid, treasury, at) {
    const ownedBefore = this.assets(at);
    const most = (ownedBefore * this.growthPpm) / 1_000_000n; // more does not bear a fee
    const fee = (least(paid, most) * BigInt(this.network.feeBps)) / 10_000n;
    const waiting = this.unreleased(at) + paid - fee;
    const bound = ((ownedBefore + fee) * this.growthPpm) / 1_000_000n;
    this.releasing = least(waiting, bound);
    this.waiting = waiting - this.releasing;
    this.from = at;
    this.located += paid - fee; // the fee comes in with the shares it buys
    const shares = fee === 0n ? 0n : this.#create(treasury, fee, at) / unitsPerShare;
    this.rewards += paid;
    this.fees += fee;
    return { fee, shares };
  }

  transfer({ from, to, value }, at) {
    const sender = this.shares(from);
    const receiver = this.shares(to);
    const move = this.network.rebasing
      ? this.#exactMove(sender, receiver, value, at)
      : { taken: value * unitsPerShare, given: value * unitsPerShare };
    this.#hold(from, sender - move.taken);
    this.#hold(to, receiver + move.given);
  }

  unstake({ owner, ticket, assets, shares }, batch, at) {
    const held = this.shares(owner);
    const move = this.network.rebasing
      ? this.#exactMove(held, 0n, assets, at)
      : { taken: shares * unitsPerShare, given: shares * unitsPerShare };
    const nominal = this.network.rebasing ? assets : this.worth(move.given, at);
    this.#hold(owner, held - move.taken);
    const b = this.batches.get(batch) ?? { shares: 0n, nominal: 0n, tickets: 0 };
    b.shares += move.given;
    b.nominal += nominal;
    ++b.tickets;
    this.batches.set(batch, b);
    this.tickets.set(ticket, { shares: move.given, nominal, batch });
    return nominal;
  }

  #payment(shares, nominal, assets, supply) {
    const value = (shares * assets) / supply;
    return this.network.earns ? value : least(value, nominal);
  }

  /** Shares go for `paid`; what they were worth more is released to those who stay, over time. */
  #leave(shares, paid, at) {
    this.waiting += this.worth(shares, at) - paid;
    this.located -= paid;
    this.supply -= shares;
  }

  finalise(batch, at) {
    const b = this.batches.get(batch);
    b.assets = this.assets(at);
    b.supply = this.supply;
    b.unpaid = this.#payment(b.shares, b.nominal, b.assets, b.supply);
    this.#leave(b.shares, b.unpaid, at);
    return b.unpaid;
  }

  /** A ticket is paid: at its batch's rate, or out of the buffer before its batch is final. */
  pay(ticket, at) {
    const t = this.tickets.get(ticket);
    const b = this.batches.get(t.batch);
    --b.tickets;
    if (b.supply === undefined) {
      const paid = this.#payment(t.shares, t.nominal, this.assets(at), this.supply);
      this.#leave(t.shares, paid, at);
      b.shares -= t.shares;
      b.nominal -= t.nominal;
      return paid;
    }
    const paid = this.#payment(t.shares, t.nominal, b.assets, b.supply);
    b.unpaid -= paid;
    if (b.tickets === 0) this.located += b.unpaid; // rounding stays with the pool
    return paid;
  }

  /** A part of a waiting ticket is paid; returns its nominal left. */
  payPart(ticket, paid, at) {
    const t = this.tickets.get(ticket);
    const b = this.batches.get(t.batch);
    const owed = this.#payment(t.shares, t.nominal, this.assets(at), this.supply);
    const shares = upward(t.shares * paid, owed);
    const nominal = upward(t.nominal * paid, owed);
    this.#leave(shares, paid, at);
    for (const sums of [t, b]) {
      sums.shares -= shares;
      sums.nominal -= nominal;
    }
    return t.nominal;
  }
}
