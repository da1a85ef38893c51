// An amount being typed: its text, its base units, and what is wrong with it. For components.
import { exact, parse } from './figures';

export interface Bounds {
  symbol: string;
  decimals: number;
  /** At most so much; nobody knows yet while it is null. */
  most: bigint | null;
  /** Why no more than `most`, when it is not what one has. */
  says?: (most: string) => string;
}

export class Entry {
  text = $state('');
  #bounds: () => Bounds;

  constructor(bounds: () => Bounds) {
    this.#bounds = bounds;
  }

  readonly #parsed = $derived.by(() => parse(this.text, this.#bounds().decimals));

  readonly fault = $derived.by(() => {
    const { symbol, decimals, most, says } = this.#bounds();
    const parsed = this.#parsed;
    if (!parsed) return null;
    if ('fault' in parsed) return parsed.fault;
    if (most === null || parsed.units <= most) return null;
    const text = `${exact(most, decimals)} ${symbol}`;
    return says ? says(text) : `You have ${text}.`;
  });

  /** Base units of what can be used; null while there is nothing, or something is wrong. */
  readonly amount = $derived.by(() => {
    const parsed = this.#parsed;
    return parsed && 'units' in parsed && parsed.units > 0n && !this.fault ? parsed.units : null;
  });
}
