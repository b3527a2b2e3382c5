import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  base: '/',
  plugins: [react()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    manifest: true,
    // A data: URL would need a hole in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            // React changes seldom: browsers keep it over most deploys.
            { name: 'react', test: /node_modules/ },
            // What several pages share, in one file: a file per button would cost more requests than bytes.
            { name: 'parts', test: /src[/](parts|api|session|votes|contest[/]question-order)/ },
          ],
        },
      },
    },
  },
  // `vite apps/civicq/pages` beside a running CivicQ: pages are rebuilt live, the data is real.
  server: { proxy: { '/api': 'http://localhost:4000' } },
})
