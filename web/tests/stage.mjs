// What the app's tests stand on: a devnet of their own, Debian's Chromium, and a wallet whose key
// stays outside the page.
import { test } from 'node:test';
import { chromium } from 'playwright-core';
import { privateKeyToAccount } from 'viem/accounts';
import { Devnet } from '../../tests/e2e/devnet.mjs';

export { day, until } from '../../tests/e2e/devnet.mjs';
export const networks = ['bnb', 'fantom', 'polkadot', 'kusama', 'polygon'];

const declined = { code: 4001, message: 'User rejected the request.' };

/** A wallet as browsers have them (EIP-6963, EIP-1193), except that it signs in this process. */
export class TestWallet {
  /** Chains the wallet has been told of, as it was told. */
  added = [];
  watched = [];
  sent = [];
  chain = '0x1';
  declines = false;

  constructor(devnet, key) {
    this.devnet = devnet;
    this.account = privateKeyToAccount(key);
    this.address = this.account.address.toLowerCase();
  }

  async install(page) {
    await page.exposeFunction('askTestWallet', async (method, params) => {
      try {
        return { result: await this.#answer(method, params ?? []) };
      } catch ({ code, message, data }) {
        return { error: { code, message, data } };
      }
    });
    await page.addInitScript(() => {
      const provider = {
        async request({ method, params }) {
          const { result, error } = await window.askTestWallet(method, params);
          if (error) throw Object.assign(new Error(error.message), error);
          return result;
        },
        on() {},
        removeListener() {},
      };
      const info = {
        uuid: '2f0d9c3e-5a3b-4a8c-9a55-6f3f0e5f7a11',
        name: 'Test Wallet',
        icon: 'data:image/svg+xml,%3Csvg xmlns="http://www.w3.org/2000/svg"/%3E',
        rdns: 'test.wallet',
      };
      const announce = () =>
        dispatchEvent(
          new CustomEvent('eip6963:announceProvider', {
            detail: Object.freeze({ info, provider }),
          }),
        );
      addEventListener('eip6963:requestProvider', announce);
      announce();
    });
  }

  async #answer(method, params) {
    switch (method) {
      case 'eth_accounts':
      case 'eth_requestAccounts':
        if (this.declines) throw declined;
        return [this.account.address];
      case 'eth_chainId':
        return this.chain;
      case 'wallet_switchEthereumChain':
        if (!this.added.some((chain) => chain.chainId === params[0].chainId))
          throw { code: 4902, message: 'Unrecognized chain ID.' };
        this.chain = params[0].chainId;
        return null;
      case 'wallet_addEthereumChain':
        this.added.push(params[0]);
        this.chain = params[0].chainId;
        return null;
      case 'wallet_watchAsset':
        this.watched.push(params);
        return true;
      case 'eth_sendTransaction':
        if (this.declines) throw declined;
        return this.#send(params[0]);
      default:
        throw { code: 4200, message: `This wallet does not know ${method}.` };
    }
  }

  async #send(call) {
    const { devnet } = this;
    const raw = await this.account.signTransaction({
      type: 'eip1559',
      chainId: Number(this.chain),
      nonce: Number(await devnet.rpc('eth_getTransactionCount', this.address, 'pending')),
      gas: BigInt(await devnet.rpc('eth_estimateGas', call)),
      maxFeePerGas: 2n,
      maxPriorityFeePerGas: 0n,
      to: call.to,
      data: call.data,
      value: BigInt(call.value ?? 0),
    });
    const hash = await devnet.rpc('eth_sendRawTransaction', raw);
    this.sent.push(hash);
    return hash;
  }
}

/** Tests of one file, and whether any of them failed, so that the devnet's data is kept then. */
export function tally() {
  let failed = 0;
  const tried = (name, run) =>
    test(name, async () => {
      ++failed;
      await run();
      --failed;
    });
  return { tried, anyFailed: () => failed > 0 };
}

/** A devnet and a browser before it. */
export class Stage {
  faults = [];

  static async open(options = {}) {
    const stage = new Stage();
    stage.devnet = await Devnet.start(options);
    stage.browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: ['--no-sandbox'],
    });
    return stage;
  }

  async close(failed = false) {
    await this.browser?.close();
    await this.devnet?.remove(failed);
  }

  /** A page with a memory of its own. Whatever it complains of is a fault of the test. */
  async page({ wallet, developer, width = 1280, height = 900, ...options } = {}) {
    const context = await this.browser.newContext({
      viewport: { width, height },
      reducedMotion: 'reduce',
      ...options,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(30_000); // machines of builders are busy
    page.on('pageerror', (fault) => this.faults.push(fault.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !/ERR_|Failed to load resource/.test(message.text()))
        this.faults.push(message.text());
    });
    if (wallet) await wallet.install(page);
    if (developer !== undefined) {
      const accounts = await this.devnet.rpc('eth_accounts');
      await page.addInitScript(
        (account) => localStorage.setItem('thaw.wallet', `development ${account}`),
        accounts[developer],
      );
    }
    return page;
  }

  async go(page, path) {
    await page.goto(this.devnet.url + path);
    await page.locator('h1').waitFor();
  }

  /** Connects the test wallet by the page's own dialog. */
  async connect(page) {
    await page
      .getByRole('button', { name: /^Connect a wallet/ })
      .first()
      .click();
    await page.getByRole('button', { name: 'Test Wallet' }).click();
    await page.getByRole('button', { name: 'Disconnect the wallet' }).waitFor();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
  }
}

/** Base units that an element carries for programs. */
export const unitsOf = async (locator) => BigInt(await locator.getAttribute('data-units'));
