// A devnet of its own for a test: the real program, a fresh data directory, a free port.
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout } from 'node:timers/promises';

const here = dirname(fileURLToPath(import.meta.url));

export const binary = resolve(process.env.THAW_BINARY ?? join(here, '../../build/release/thaw'));
/** Runs the program as a command; returns how it ended and what it said. */
export const run = (args, { env = process.env } = {}) =>
  new Promise((done) =>
    execFile(binary, args, { timeout: 60_000, env }, (fault, out, err) =>
      done({ code: fault ? fault.code : 0, out, err }),
    ),
  );

export const mnemonic = 'test test test test test test test test test test test junk';
export const chainId = 8429;
export const day = 86_400;

/** An answer of the node that carries an error. */
export class RpcError extends Error {
  constructor({ code, message, data }) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

/** Polls until `look` gives something true; fails with the program's log when it takes too long. */
export async function until(what, look, { every = 25, patience = 60_000 } = {}) {
  const end = Date.now() + patience;
  for (;;) {
    const seen = await look();
    if (seen) return seen;
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await setTimeout(every);
  }
}

export class Devnet {
  #child = null;
  #log = [];

  /** Chain time stands still unless a test moves it: `pace` is what a day of it takes. */
  constructor({ pace = 'stopped', args = [], env = {} } = {}) {
    this.directory = mkdtempSync(join(tmpdir(), 'thaw-e2e-'));
    this.data = join(this.directory, 'data');
    this.env = { ...process.env, ...env };
    this.pace = pace;
    this.listen = '127.0.0.1:0'; // any free port
    this.args = args;
  }

  static async start(options) {
    const devnet = new Devnet(options);
    await devnet.launch();
    return devnet;
  }

  get log() {
    return this.#log.join('');
  }

  #spawn() {
    this.readyFile = join(this.directory, 'ready');
    rmSync(this.readyFile, { force: true });
    const child = spawn(
      binary,
      [
        'devnet',
        '--listen',
        this.listen,
        '--data',
        this.data,
        '--day',
        this.pace,
        '--ready-file',
        this.readyFile,
        ...this.args,
      ],
      { stdio: ['ignore', 'pipe', 'pipe'], env: this.env },
    );
    this.#child = child;
    this.exit = new Promise((done) => {
      child.once('error', (fault) => done({ fault }));
      child.once('exit', (code, signal) => done({ code, signal }));
    });
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        this.#log.push(chunk);
        if (this.#log.length > 2_000) this.#log.shift();
      });
  }

  /** Starts the program and cuts it off so many milliseconds later, ready or not. */
  async launchAndCut(ms) {
    this.#spawn();
    await Promise.race([setTimeout(ms), this.exit]);
    return this.stop('SIGKILL');
  }

  /** Starts the program on the same data directory and waits until it answers. */
  async launch() {
    const began = Date.now();
    this.#spawn();
    let ended = null;
    this.exit.then((how) => (ended = how));
    await until(
      'the devnet to be ready',
      () => {
        if (ended)
          throw new Error(
            `the devnet ended before it was ready: ${JSON.stringify(ended)}\n${this.log}`,
          );
        return existsSync(this.readyFile);
      },
      { every: 5 },
    );
    this.startTook = Date.now() - began;
    const address = readFileSync(this.readyFile, 'utf8').match(/[\d.]+:\d+/)[0];
    this.url = `http://${address}`;
    this.wsUrl = `ws://${address}`;
    this.port = Number(address.split(':')[1]);
  }

  get pid() {
    return this.#child.pid;
  }

  /** Ends the program: politely, or as a power cut would. */
  async stop(signal = 'SIGTERM') {
    this.#child.kill(signal);
    const patience = setTimeout(20_000, null, { ref: false });
    const how = await Promise.race([this.exit, patience]);
    if (how) return how;
    this.#child.kill('SIGKILL');
    await this.exit;
    throw new Error(`the devnet did not end on ${signal}`);
  }

  /** Ends the program and forgets its data; shows its log when the test failed. */
  async remove(failed = false) {
    if (failed) process.stderr.write(`--- log of the devnet\n${this.log}\n---\n`);
    if (this.#child.exitCode === null && this.#child.signalCode === null) await this.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }

  async post(body, headers = { 'content-type': 'application/json' }) {
    return fetch(this.url, { method: 'POST', body, headers });
  }

  async get(path) {
    return fetch(this.url + path);
  }

  async json(path) {
    return (await this.get(path)).json();
  }

  /** One JSON-RPC call; throws RpcError on an error. */
  async rpc(method, ...params) {
    const answer = await (
      await this.post(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }))
    ).json();
    if (answer.error) throw new RpcError(answer.error);
    return answer.result;
  }

  /** One JSON-RPC call that must be refused; gives the error. */
  async refusal(method, ...params) {
    const answer = await (
      await this.post(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }))
    ).json();
    if (!answer.error) throw new Error(`expected an error, got ${JSON.stringify(answer.result)}`);
    return new RpcError(answer.error);
  }

  /** Waits until the courier has nothing left to carry. */
  async settle() {
    if (!(await this.rpc('thaw_settle', 60_000)))
      throw new Error(`the courier does not come to rest\n${await this.#unrest()}`);
  }

  /** What the node was doing: its last block, its pool, the end of its log. */
  async #unrest() {
    const block = await this.rpc('eth_getBlockByNumber', 'latest', true);
    const pool = await this.rpc('txpool_content').catch((fault) => fault.message);
    return JSON.stringify({ block, pool }, null, 1) + this.#log.slice(-20).join('');
  }

  async passTime(seconds) {
    await this.rpc('evm_increaseTime', seconds);
    await this.settle();
  }

  /** The next block, and the calls on the pending one, have this time. */
  async pinTime(at) {
    await this.rpc('evm_setNextBlockTimestamp', Number(at));
  }

  async now() {
    return Number((await this.rpc('eth_getBlockByNumber', 'latest', false)).timestamp);
  }

  /** Moves from a development account's purse on a host to custody, for an account of the hub. */
  async deposit({ host, asset, from, receiver, amount }) {
    return this.rpc('thaw_hostDeposit', { host, asset, from, receiver, amount: String(amount) });
  }
}
