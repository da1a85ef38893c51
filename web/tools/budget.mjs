// What a first visit loads, zipped, and whether that is within the budget: the page, its entry with
// all that it imports, its styles, and the page shown first. Run by the build.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const budget = 90_000;
const dist = new URL('../dist/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('manifest.json', dist), 'utf8'));
const wanted = new Set(['index.html']);

function want(key) {
  const chunk = manifest[key];
  for (const file of [chunk.file, ...(chunk.css ?? [])]) wanted.add(file);
  for (const other of chunk.imports ?? []) want(other);
}

const entry = Object.keys(manifest).find((key) => manifest[key].isEntry);
want(entry);
want('src/pages/Stake.svelte');

let sum = 0;
for (const file of wanted) {
  const size = gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length;
  sum += size;
  console.log(`${String(size).padStart(8)}  ${file}`);
}
console.log(`${String(sum).padStart(8)}  bytes zipped for a first stake; ${budget} at most`);
if (sum > budget) process.exit(1);
