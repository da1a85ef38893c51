import { svelte } from '@sveltejs/vite-plugin-svelte';
import { env } from 'node:process';
import { defineConfig } from 'vite';

// The node serves what lies in dist/. While developing, its answers come from a running devnet.
const node = env.THAW_NODE ?? 'http://127.0.0.1:8545';

export default defineConfig({
  plugins: [svelte()],
  build: {
    target: 'es2022',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    manifest: 'manifest.json',
    reportCompressedSize: false,
  },
  server: {
    proxy: {
      '/v1': node,
      '/rpc': { target: node, rewrite: () => '/' },
    },
  },
});
