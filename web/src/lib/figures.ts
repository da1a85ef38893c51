// Figures as people read and write them. Amounts are base units until the very last moment.

/** The exact decimal text of an amount in base units. */
export function exact(units: bigint | string, decimals: number): string {
  const value = BigInt(units);
  const digits = (value < 0n ? -value : value).toString().padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, '');
  return `${value < 0n ? '-' : ''}${whole}${fraction && '.'}${fraction}`;
}

/**
 * An amount for the eye: thousands apart, cut (never rounded up) to `places` after the point, or to
 * the first significant digits of what is smaller.
 */
export function shown(units: bigint | string, decimals: number, places = 4): string {
  const [whole = '0', fraction = ''] = exact(units, decimals).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, '\u202f');
  let kept = fraction.slice(0, places);
  if (places > 0 && /^-?0$/.test(whole) && /^0*$/.test(kept) && fraction)
    kept = fraction.slice(0, fraction.search(/[1-9]/) + 2);
  kept = kept.replace(/0+$/, '');
  return `${grouped}${kept && '.'}${kept}`;
}

/** A decimal text as it came (a rate, a per cent), cut to `places`. */
export function cut(text: string, places: number): string {
  const [whole, fraction = ''] = text.split('.');
  const kept = fraction.slice(0, places).replace(/0+$/, '');
  return whole === '-0' && !kept ? '0' : `${whole}${kept && '.'}${kept}`;
}

/** A fraction as it came, "0.0525", as per cent, cut to `places`. */
export function percent(fraction: string, places = 2): string {
  const [whole = '0', rest = ''] = fraction.split('.');
  const digits = rest.padEnd(2, '0');
  const per = `${whole}${digits.slice(0, 2)}`.replace(/^0+(?=\d)/, '');
  return `${cut(`${per}.${digits.slice(2)}`, places)} %`;
}

/** Dollars as they came, for the eye. */
export function dollars(text: string): string {
  const parsed = parse(text, 18);
  const units = parsed && 'units' in parsed ? parsed.units : 0n;
  return `$${shown(units, 18, units < 10n ** 19n ? 4 : 2)}`;
}

export type Parsed = { units: bigint } | { fault: string };

/** Base units of what somebody typed, or what is wrong with it; nothing for an empty field. */
export function parse(text: string, decimals: number): Parsed | null {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  if (trimmed.includes(','))
    return { fault: 'Write a point before the fraction, and no commas: 1234.5' };
  if (!/^\d*\.?\d*$/.test(trimmed) || trimmed === '.') return { fault: 'That is not a number.' };
  const [whole = '', fraction = ''] = trimmed.split('.');
  if (fraction.length > decimals) return { fault: `At most ${decimals} digits after the point.` };
  if (whole.length > 30) return { fault: 'That is more than there is.' };
  return { units: BigInt((whole || '0') + fraction.padEnd(decimals, '0')) };
}

export function short(text: string): string {
  return text.length > 14 ? `${text.slice(0, 6)}…${text.slice(-4)}` : text;
}

const spans: [seconds: number, one: string, many: string][] = [
  [86_400, 'day', 'days'],
  [3_600, 'hour', 'hours'],
  [60, 'minute', 'minutes'],
  [1, 'second', 'seconds'],
];

/** A duration in its two largest units. */
export function duration(seconds: number): string {
  let rest = Math.max(0, Math.round(seconds));
  const words: string[] = [];
  for (const [size, one, many] of spans) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) words.push(`${count} ${count === 1 ? one : many}`);
    else if (words.length > 0) break;
    if (words.length === 2) break;
  }
  return words.join(' ') || 'no time';
}

const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' });
const minute = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'medium',
  timeStyle: 'short',
  timeZone: 'UTC',
});
export const date = (seconds: number) => day.format(seconds * 1000);
export const moment = (seconds: number) => `${minute.format(seconds * 1000)} UTC`;
