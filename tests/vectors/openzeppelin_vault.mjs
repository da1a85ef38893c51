// Asks OpenZeppelin's ERC4626 with six digits of offset, running on anvil, for the previews of a
// vault, and prints openzeppelin_vault.hpp.
// By hand, in a folder of its own, when the vectors are to be made anew:
//   npm install @openzeppelin/contracts@5.7.0 solc@0.8.37 @foundry-rs/anvil@1.7.1 viem@2.57.1
//   npx anvil --port 8599 &   node openzeppelin_vault.mjs http://127.0.0.1:8599 > vectors.hpp
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const require = createRequire(join(process.cwd(), 'here.js'));
const solc = require('solc');
const { createTestClient, http, publicActions, walletActions } = require('viem');
const { foundry } = require('viem/chains');

// A vault whose totals can be set.
const source = `
pragma solidity ^0.8.20;
import "@openzeppelin/contracts/token/ERC20/extensions/ERC4626.sol";
contract Nothing is ERC20("n", "n") {}
contract Probe is ERC4626 {
    uint256 private assets_;
    uint256 private supply_;
    constructor() ERC20("p", "p") ERC4626(new Nothing()) {}
    function set(uint256 e, uint256 s) external { assets_ = e; supply_ = s; }
    function totalAssets() public view override returns (uint256) { return assets_; }
    function totalSupply() public view override(ERC20, IERC20) returns (uint256) {
        return supply_;
    }
    function _decimalsOffset() internal pure override returns (uint8) { return 6; }
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

const rows = [];
for (let i = 0; i < 48; ++i) {
  const total = i % 12 === 0 ? 0n : wide(1 + ((i * 7) % 90)); // down to nothing
  const gained = [1_000_000n, 999_999n, 700_000n, 1_000n, 1_300_000n, 1n][i % 6];
  const supply = i % 16 === 0 ? 0n : total * gained + (next() % 1_000n);
  const x = i % 8 === 0 ? 1n + (next() % 5n) : wide(10 + ((i * 5) % 80)) + 1n;
  const hash = await client.writeContract({
    address,
    abi,
    functionName: 'set',
    args: [total, supply],
    account,
  });
  await done(hash);
  const names = ['previewDeposit', 'previewRedeem', 'previewMint', 'previewWithdraw'];
  rows.push([total, supply, x]);
  for (const name of names) rows.at(-1).push(await read(name, x));
  if ((await read('convertToShares', x)) !== rows.at(-1)[3]) throw new Error('they differ');
  if ((await read('convertToAssets', x)) !== rows.at(-1)[4]) throw new Error('they differ');
}
console.log(`/// The previews of OpenZeppelin's ERC4626, as it answered on anvil: see openzeppelin_vault.mjs.
#pragma once
#include <array>
#include <string_view>

namespace thaw::vectors {

/// Total assets, supply, x; previewDeposit, previewRedeem, previewMint, previewWithdraw of x.
inline constexpr std::array<std::array<std::string_view, 7>, ${rows.length}> openzeppelin_vault{{`);
for (const row of rows) console.log(`    {${row.map((n) => `"${n}"`).join(', ')}},`);
console.log('}};\n\n}  // namespace thaw::vectors');
