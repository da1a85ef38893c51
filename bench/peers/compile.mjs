// Prints the creation bytecode of every contract in Peers.sol as one JSON object.
import { readFileSync } from 'node:fs';
import solc from 'solc';

const here = new URL('.', import.meta.url);
const settings = {
  optimizer: { enabled: true, runs: 1_000_000 },
  outputSelection: { '*': { '*': ['evm.bytecode.object'] } },
};
const input = {
  language: 'Solidity',
  sources: { 'Peers.sol': { content: readFileSync(new URL('Peers.sol', here), 'utf8') } },
  settings,
};
const find = (path) => ({
  contents: readFileSync(new URL(`node_modules/${path}`, here), 'utf8'),
});
const output = JSON.parse(solc.compile(JSON.stringify(input), { import: find }));
const faults = (output.errors ?? []).filter((one) => one.severity === 'error');
if (faults.length > 0) throw new Error(faults.map((one) => one.formattedMessage).join('\n'));
const code = {};
for (const [name, contract] of Object.entries(output.contracts['Peers.sol']))
  code[name] = `0x${contract.evm.bytecode.object}`;
console.log(JSON.stringify({ solc: solc.version(), ...code }));
