import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  base: '/_hotpath/',
  plugins: [react()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // A data: URL would need a hole in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  // `vite tools/console` beside `npm start`: the screen is rebuilt live, its data comes from the running application.
  server: { proxy: { '/_hotpath/api': 'http://localhost:4000' } },
})
