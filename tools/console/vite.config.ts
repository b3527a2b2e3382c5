import react from '@vitejs/plugin-react'
import path from 'node:path'
import { defineConfig } from 'vite'
import { precompressed } from './precompressed.ts'

export default defineConfig({
  base: '/_hotpath/',
  plugins: [react(), precompressed(path.join(import.meta.dirname, 'dist'))],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // A data: URL would need a hole in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // In one piece what the first screen needs: pieces compress apart, which costs 4 kB.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'index', tags: ['$initial'] }] } } },
  },
  // `vite tools/console` beside `npm start`: the screen is rebuilt live, its data comes from the running application.
  server: { proxy: { '/_hotpath/api': 'http://localhost:4000' } },
})
