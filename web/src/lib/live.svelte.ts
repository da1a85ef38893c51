// Live figures: the node tells of each block, and whatever a page shows is asked for again.

export interface Head {
  block: number;
  hash: string;
  time: number;
  transactions: number;
}

const least_pause_ms = 700;

class Live {
  head = $state.raw<Head | null>(null);
  connected = $state(true);
  /** Counts up whenever what is shown may have changed; at most so often. */
  beat = $state(0);

  #source: EventSource | null = null;
  #timer = 0;
  #last = 0;

  start() {
    this.#source?.close();
    const source = new EventSource('/v1/stream');
    this.#source = source;
    source.onopen = () => {
      this.connected = true;
      this.refresh();
    };
    source.onerror = () => {
      this.connected = false;
      // A browser gives up on some errors; we do not.
      if (source.readyState === EventSource.CLOSED) setTimeout(() => this.start(), 2_000);
    };
    source.addEventListener('block', (event) => {
      this.head = JSON.parse((event as MessageEvent).data);
      this.connected = true;
      const due = this.#last + least_pause_ms - performance.now();
      if (this.#timer) return;
      this.#timer = window.setTimeout(() => this.refresh(), Math.max(0, due));
    });
  }

  refresh() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#last = performance.now();
    this.beat++;
  }
}

export const live = new Live();

const known = new Map<string, unknown>();

export interface Resource<T> {
  readonly data: T | null;
  /** Why there is nothing, in the node's words. */
  readonly fault: string | null;
}

/** What REST answers on a path, kept fresh; nothing while the path is null. For components. */
export function resource<T>(path: () => string | null): Resource<T> {
  let data = $state.raw<T | null>(null);
  let fault = $state<string | null>(null);
  let shown: string | null = null;

  $effect(() => {
    const wanted = path();
    void live.beat;
    if (wanted !== shown) {
      shown = wanted;
      data = wanted === null ? null : ((known.get(wanted) as T | undefined) ?? null);
      fault = null;
    }
    if (wanted === null) return;
    const stop = new AbortController();
    fetch(wanted, { signal: stop.signal, headers: { accept: 'application/json' } })
      .then(async (response) => {
        const body = await response.json();
        if (!response.ok) {
          fault = body.detail ?? body.title;
          data = null;
          return;
        }
        fault = null;
        data = body;
        known.set(wanted, body);
      })
      .catch(() => {
        // Silence shows at the top of the page; what was known stays.
      });
    return () => stop.abort();
  });
  return {
    get data() {
      return data;
    },
    get fault() {
      return fault;
    },
  };
}

/**
 * The same for something that is computed from contracts. Where it is signed, `of` names what it is
 * computed of: an answer for something else is forgotten at once. For components.
 */
export function fresh<T>(wanted: () => (() => Promise<T>) | null, of?: () => string): Resource<T> {
  let data = $state.raw<T | null>(null);
  let fault = $state<string | null>(null);
  let known = '';
  $effect(() => {
    const make = wanted();
    const now = of?.() ?? '';
    void live.beat;
    if (now !== known) {
      known = now;
      data = null;
      fault = null;
    }
    if (!make) {
      data = null;
      fault = null;
      return;
    }
    let current = true;
    make().then(
      (value) => {
        if (!current) return;
        data = value;
        fault = null;
      },
      (error: Error) => {
        if (current) fault = error.message;
      },
    );
    return () => (current = false);
  });
  return {
    get data() {
      return data;
    },
    get fault() {
      return fault;
    },
  };
}
