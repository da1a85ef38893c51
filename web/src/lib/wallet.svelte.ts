// Wallets: those that announce themselves (EIP-6963), spoken to by EIP-1193; and on a devnet the
// node's own development accounts, whose keys everybody knows.
import { ask, toHex } from './chain';

export interface Provider {
  request(call: { method: string; params?: unknown }): Promise<unknown>;
  on?(event: string, listener: (value: never) => void): void;
  removeListener?(event: string, listener: (value: never) => void): void;
}
export interface Wallet {
  id: string;
  name: string;
  icon: string | null;
  provider: Provider;
  development: boolean;
}

const memory = 'thaw.wallet';

/** A wallet's refusal has a number (EIP-1193). */
export const codeOf = (fault: unknown): number =>
  Number((fault as { code?: unknown } | null)?.code ?? 0);
export const declined = 4001;
const unknown_chain = 4902;

const development: Provider = {
  request: ({ method, params }) => ask(method, params as unknown[]),
};

class Wallets {
  found = $state.raw<Wallet[]>([]);
  /** The development accounts; none on a public network. */
  developers = $state.raw<string[]>([]);
  chainId = $state(0);
  current = $state.raw<Wallet | null>(null);
  account = $state<string | null>(null);
  /** The chain the wallet is on; null while nobody knows. */
  walletChain = $state<number | null>(null);

  readonly isDevnet = $derived(this.developers.length > 0);

  async start() {
    addEventListener('eip6963:announceProvider', (event) => this.#met(event as CustomEvent));
    dispatchEvent(new Event('eip6963:requestProvider'));
    const [chain, accounts] = await Promise.all([
      ask<string>('eth_chainId'),
      ask<string[]>('eth_accounts'),
    ]);
    this.chainId = Number(chain);
    this.developers = accounts;
    const [id, account] = (localStorage.getItem(memory) ?? '').split(' ');
    if (id === 'development' && account && accounts.includes(account)) this.develop(account);
  }

  #met(event: CustomEvent) {
    const { info, provider } = event.detail ?? {};
    if (!info?.uuid || !provider?.request) return;
    const wallet: Wallet = {
      id: String(info.rdns ?? info.uuid),
      name: String(info.name ?? 'A wallet'),
      icon: /^data:image\//.test(info.icon) ? info.icon : null,
      provider,
      development: false,
    };
    if (this.found.some((one) => one.id === wallet.id)) return;
    this.found = [...this.found, wallet];
    if (!this.current && localStorage.getItem(memory)?.split(' ')[0] === wallet.id)
      void this.#use(wallet, 'eth_accounts');
  }

  async connect(wallet: Wallet) {
    await this.#use(wallet, 'eth_requestAccounts');
    if (this.account) await this.joinChain();
  }

  /** Acts as a development account. */
  develop(account: string) {
    this.#leave();
    this.current = {
      id: 'development',
      name: 'Development wallet',
      icon: null,
      provider: development,
      development: true,
    };
    this.account = account;
    this.walletChain = this.chainId;
    localStorage.setItem(memory, `development ${account}`);
  }

  disconnect() {
    this.#leave();
    localStorage.removeItem(memory);
  }

  async #use(wallet: Wallet, method: string) {
    const accounts = (await wallet.provider.request({ method })) as string[];
    const first = accounts[0];
    if (!first) return;
    this.#leave();
    this.current = wallet;
    this.account = first.toLowerCase();
    this.walletChain = Number(await wallet.provider.request({ method: 'eth_chainId' }));
    wallet.provider.on?.('accountsChanged', this.#accounts);
    wallet.provider.on?.('chainChanged', this.#chain);
    localStorage.setItem(memory, wallet.id);
  }
  #leave() {
    this.current?.provider.removeListener?.('accountsChanged', this.#accounts);
    this.current?.provider.removeListener?.('chainChanged', this.#chain);
    this.current = null;
    this.account = null;
    this.walletChain = null;
  }
  #accounts = (accounts: string[]) => {
    const first = accounts[0];
    if (first) this.account = first.toLowerCase();
    else this.disconnect();
  };
  #chain = (id: string) => (this.walletChain = Number(id));

  /** Brings the wallet to the hub's chain, and tells it of the chain first where it must. */
  async joinChain() {
    const provider = this.current?.provider;
    if (!provider || this.walletChain === this.chainId) return;
    const chainId = toHex(this.chainId);
    try {
      await provider.request({ method: 'wallet_switchEthereumChain', params: [{ chainId }] });
    } catch (fault) {
      if (codeOf(fault) === declined) throw fault;
      if (codeOf(fault) !== unknown_chain && !/unrecognized|not added/i.test(String(fault)))
        throw fault;
      await provider.request({ method: 'wallet_addEthereumChain', params: [this.#chainToAdd()] });
    }
    this.walletChain = Number(await provider.request({ method: 'eth_chainId' }));
  }

  /** EIP-3085, and no key that wallets refuse. */
  #chainToAdd() {
    const secure = location.protocol === 'https:';
    return {
      chainId: toHex(this.chainId),
      chainName: this.isDevnet ? 'Thaw devnet' : 'Thaw',
      nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
      rpcUrls: [location.origin],
      ...(secure ? { blockExplorerUrls: [location.origin] } : {}),
    };
  }

  /** EIP-747. Whether the wallet took the token. */
  async watch(token: { address: string; symbol: string; decimals: number }): Promise<boolean> {
    const { address, symbol, decimals } = token;
    const answer = await this.current?.provider.request({
      method: 'wallet_watchAsset',
      params: { type: 'ERC20', options: { address, symbol, decimals } },
    });
    return answer === true;
  }
}

export const wallets = new Wallets();
