// Asks OpenZeppelin's ERC4626, running on anvil, how it rounds, and prints openzeppelin_4626.hpp.
// By hand, in a folder of its own, when the vectors are to be made anew:
//   npm install @openzeppelin/contracts@5.7.0 solc@0.8.37 @foundry-rs/anvil@1.7.1 viem@2.57.1
//   npx anvil --port 8599 &   node openzeppelin_4626.mjs http://127.0.0.1:8599 > vectors.hpp
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const require = createRequire(join(process.cwd(), 'here.js'));
const solc = require('solc');
const { createTestClient, http, publicActions, walletActions } = require('viem');
const { foundry } = require('viem/chains');

// A vault whose totals can be set. Its formulas add 1 and 10^9 to them, as virtual assets and
// shares; what is set is less by as much, so that they compute with E and S themselves.
const source = `
pragma solidity ^0.8.20;
import "@openzeppelin/contracts/token/ERC20/extensions/ERC4626.sol";
contract Nothing is ERC20("n", "n") {}
contract Probe is ERC4626 {
    uint256 private assets_;
    uint256 private supply_;
    constructor() ERC20("p", "p") ERC4626(new Nothing()) {}
    function set(uint256 e, uint256 s) external { assets_ = e - 1; supply_ = s - 10 ** 9; }
    function totalAssets() public view override returns (uint256) { return assets_; }
    function totalSupply() public view override(ERC20, IERC20) returns (uint256) {
        return supply_;
    }
    function _decimalsOffset() internal pure override returns (uint8) { return 9; }
}`;
const input = {
  language: 'Solidity',
  sources: { 'Probe.sol': { content: source } },
  settings: { outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } } },
};
const find = (path) => ({
  contents: readFileSync(join(process.cwd(), 'node_modules', path), 'utf8'),
});
const compiled = JSON.parse(solc.compile(JSON.stringify(input), { import: find }));
const { abi, evm } = compiled.contracts['Probe.sol'].Probe;

const client = createTestClient({ chain: foundry, mode: 'anvil', transport: http(process.argv[2]) })
  .extend(publicActions)
  .extend(walletActions);
const [account] = await client.getAddresses();
const done = async (hash) => client.waitForTransactionReceipt({ hash });
const { contractAddress: address } = await done(
  await client.deployContract({ abi, bytecode: `0x${evm.bytecode.object}`, account }),
);
const read = (functionName, ...args) => client.readContract({ address, abi, functionName, args });

let seed = 4626n; // the same numbers every time
const next = () => (seed = (seed * 6364136223846793005n + 1442695040888963407n) % 2n ** 64n);
const wide = (bits) => ((next() << 64n) | next()) >> (128n - BigInt(bits));

const share = 10n ** 9n;
const rows = [];
for (let i = 0; i < 48; ++i) {
  const shares = wide(30 + (i % 55)) + 1_000_000_000n; // whole shares
  const s = shares * share + (next() % share);
  const crooked = [3_000_000n, 1_000_001n, 1_000_000n, 999_999n, 700_000n, 1n][i % 6];
  const e = (shares * crooked) / 1_000_000n + 2n + (next() % 1000n);
  const x = i % 8 === 0 ? 1n + (next() % 5n) : wide(20 + (i % 60)) + 1n;
  const hash = await client.writeContract({
    address,
    abi,
    functionName: 'set',
    args: [e, s],
    account,
  });
  await done(hash);
  const bought = (await read('convertToShares', x)) / share;
  if ((await read('previewDeposit', x)) / share !== bought) throw new Error('they differ');
  rows.push([
    e,
    s,
    x,
    bought,
    await read('convertToAssets', x * share),
    await read('previewMint', x * share),
  ]);
}
console.log(`/// How OpenZeppelin's ERC4626 rounds, as it answered on anvil: see openzeppelin_4626.mjs.
#pragma once
#include <array>
#include <string_view>

namespace thaw::vectors {

/// E, S in sub-shares, x; whole shares for x assets, assets for x whole shares, their cost.
inline constexpr std::array<std::array<std::string_view, 6>, ${rows.length}> openzeppelin_4626{{`);
for (const row of rows) console.log(`    {${row.map((n) => `"${n}"`).join(', ')}},`);
console.log('}};\n\n}  // namespace thaw::vectors');
