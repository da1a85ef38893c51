// Four clients behind one face, so that each can live through the same story in its own way:
// read, write, and say why something was refused, in words the client itself found.
import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import * as ethersLibrary from 'ethers';
import { BaseError, ContractFunctionRevertedError, createWalletClient, http } from 'viem';
import { Web3 } from 'web3';
import { account, chain, privateKey } from './observer.mjs';
import { until } from './devnet.mjs';

const plenty = 300_000; // gas for a transaction that is sent although it will be refused

/** viem: public and wallet client, typed errors. */
class Viem {
  constructor(observer) {
    this.observer = observer;
    this.wallet = createWalletClient({
      chain: chain(observer.devnet),
      transport: http(observer.devnet.url),
      pollingInterval: 20,
    });
  }
  async read(name, functionName, args = []) {
    return this.observer.read(name, functionName, args);
  }
  async write(index, name, functionName, args, { gas } = {}) {
    const { address, abi } = this.observer.contract(name);
    const hash = await this.wallet.writeContract({
      account: account(index),
      address,
      abi,
      functionName,
      args,
      gas: gas && BigInt(gas),
    });
    const receipt = await this.observer.client.waitForTransactionReceipt({ hash });
    return { hash, success: receipt.status === 'success' };
  }
  async refusal(index, name, functionName, args) {
    const { address, abi } = this.observer.contract(name);
    try {
      await this.observer.client.simulateContract({
        account: account(index),
        address,
        abi,
        functionName,
        args,
      });
    } catch (fault) {
      const reverted =
        fault instanceof BaseError && fault.walk((e) => e instanceof ContractFunctionRevertedError);
      if (!reverted) throw fault;
      return { error: reverted.data?.errorName, args: [...(reverted.data?.args ?? [])] };
    }
    return null;
  }
}

/** ethers 6: contracts with signers. */
class Ethers {
  constructor(observer) {
    this.observer = observer;
    this.provider = new ethersLibrary.JsonRpcProvider(observer.devnet.url, undefined, {
      cacheTimeout: -1,
      pollingInterval: 20,
    });
  }
  #contract(name, index) {
    const { address, abi } = this.observer.contract(name);
    const runner =
      index === undefined
        ? this.provider
        : new ethersLibrary.Wallet(privateKey(index), this.provider);
    return new ethersLibrary.Contract(address, abi, runner);
  }
  async read(name, functionName, args = []) {
    return this.#contract(name)[functionName](...args);
  }
  async write(index, name, functionName, args, { gas } = {}) {
    const sent = await this.#contract(name, index)[functionName](
      ...args,
      gas ? { gasLimit: gas } : {},
    );
    try {
      const receipt = await sent.wait();
      return { hash: sent.hash, success: receipt.status === 1 };
    } catch (fault) {
      if (fault.code !== 'CALL_EXCEPTION') throw fault;
      return { hash: sent.hash, success: false };
    }
  }
  async refusal(index, name, functionName, args) {
    try {
      await this.#contract(name, index)[functionName].staticCall(...args);
    } catch (fault) {
      if (!fault.revert) throw fault;
      return { error: fault.revert.name, args: [...fault.revert.args] };
    }
    return null;
  }
  close() {
    this.provider.destroy();
  }
}

/** web3 4: contract objects and a wallet of local accounts. */
class Web3Four {
  constructor(observer) {
    this.observer = observer;
    this.web3 = new Web3(observer.devnet.url);
    this.web3.eth.transactionPollingInterval = 20;
    this.web3.eth.handleRevert = true;
  }
  #method(name, functionName, args) {
    const { address, abi } = this.observer.contract(name);
    const contract = new this.web3.eth.Contract(abi, address, { dataInputFill: 'both' });
    contract.setConfig({ transactionPollingInterval: 20 });
    return contract.methods[functionName](...args);
  }
  #signer(index) {
    const local = this.web3.eth.accounts.privateKeyToAccount(privateKey(index));
    if (!this.web3.eth.accounts.wallet.get(local.address)) this.web3.eth.accounts.wallet.add(local);
    return local.address;
  }
  async read(name, functionName, args = []) {
    return this.#method(name, functionName, args).call();
  }
  async write(index, name, functionName, args, { gas } = {}) {
    const { address } = this.observer.contract(name);
    const data = this.#method(name, functionName, args).encodeABI();
    const from = this.#signer(index);
    const call = { from, to: address, data };
    const limit = gas ?? (await this.web3.eth.estimateGas(call));
    const receipt = await this.web3.eth
      .sendTransaction({ ...call, gas: limit }, undefined, {
        checkRevertBeforeSending: false,
        ignoreGasPricing: false,
      })
      .catch((fault) => {
        if (!fault.receipt) throw fault;
        return fault.receipt;
      });
    return { hash: receipt.transactionHash, success: BigInt(receipt.status) === 1n };
  }
  async refusal(index, name, functionName, args) {
    try {
      await this.#method(name, functionName, args).call({ from: account(index).address });
    } catch (fault) {
      const cause = fault.cause ?? fault.innerError;
      if (!cause?.errorName) throw fault;
      const found = cause.errorArgs ?? {};
      return {
        error: cause.errorName,
        args: Array.from({ length: found.__length__ ?? 0 }, (_, i) => found[i]),
      };
    }
    return null;
  }
}

const require = createRequire(import.meta.url);
const castBinary = join(
  dirname(
    require.resolve(
      `@foundry-rs/cast-linux-${process.arch === 'arm64' ? 'arm64' : 'amd64'}/package.json`,
    ),
  ),
  'bin/cast',
);
const execute = promisify(execFile);

export async function cast(...args) {
  const { stdout } = await execute(castBinary, args, {
    env: { PATH: process.env.PATH, HOME: '/nonexistent', FOUNDRY_DISABLE_NIGHTLY_WARNING: '1' },
  });
  return stdout.trim();
}

const typeText = (p) =>
  p.type.startsWith('tuple')
    ? `(${p.components.map(typeText).join(',')})${p.type.slice('tuple'.length)}`
    : p.type;
const signature = (item) => `${item.name}(${item.inputs.map(typeText).join(',')})`;

/** Values as cast prints them, one a line, large numbers with their size behind them. */
const castValues = (text) =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [value] = line.split(' [');
      return /^\d+$/.test(value) ? BigInt(value) : value;
    });

/** cast: a process per question, signatures in text. */
class Cast {
  constructor(observer) {
    this.observer = observer;
    this.url = observer.devnet.url;
  }
  #item(name, functionName) {
    return this.observer
      .contract(name)
      .abi.find((i) => i.type === 'function' && i.name === functionName);
  }
  async read(name, functionName, args = []) {
    const item = this.#item(name, functionName);
    const answer = await cast(
      'call',
      '--rpc-url',
      this.url,
      this.observer.contract(name).address,
      `${signature(item)}(${item.outputs.map(typeText).join(',')})`,
      ...args.map(String),
    );
    return castValues(answer)[0];
  }
  async write(index, name, functionName, args, { gas } = {}) {
    const item = this.#item(name, functionName);
    const hash = await cast(
      'send',
      '--async',
      '--rpc-url',
      this.url,
      '--private-key',
      privateKey(index),
      ...(gas ? ['--gas-limit', String(gas)] : []),
      this.observer.contract(name).address,
      signature(item),
      ...args.map(String),
    );
    const receipt = JSON.parse(
      await until('a receipt for cast', () =>
        cast('receipt', '--async', '--json', '--rpc-url', this.url, hash).catch(() => null),
      ),
    );
    return { hash, success: BigInt(receipt.status) === 1n };
  }
  async refusal(index, name, functionName, args) {
    const item = this.#item(name, functionName);
    try {
      await cast(
        'call',
        '--rpc-url',
        this.url,
        '--from',
        account(index).address,
        this.observer.contract(name).address,
        signature(item),
        ...args.map(String),
      );
    } catch (fault) {
      const data = fault.stderr?.match(/data: "(0x[0-9a-fA-F]*)"/)?.[1];
      if (!data) throw fault;
      for (const error of this.observer.contract(name).abi.filter((i) => i.type === 'error')) {
        const text = signature(error);
        if ((await cast('sig', text)) !== data.slice(0, 10)) continue;
        return {
          error: error.name,
          args: castValues(await cast('decode-error', '--sig', text, data)),
        };
      }
      return { error: undefined, args: [] };
    }
    return null;
  }
}

export const clients = { viem: Viem, ethers: Ethers, web3: Web3Four, cast: Cast };
export { plenty };
