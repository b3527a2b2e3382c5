import path from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import { build } from 'vite'
import { expect, test } from 'vitest'

/** Everything that a page loads to report, as a production build has it. */
async function builtPage(): Promise<string> {
  const entry = '\0entry'
  const source = path.join(import.meta.dirname, '../src/index.ts')
  const result = await build({
    configFile: false,
    logLevel: 'silent',
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => (id === entry ? id : null),
        load: (id) =>
          id === entry
            ? `import { matchTemplates, reportVitals } from ${JSON.stringify(source)}
               reportVitals({ route: matchTemplates(['/', '/ballots/:id']) })`
            : null,
      },
    ],
    build: { write: false, modulePreload: { polyfill: false }, rolldownOptions: { input: entry } },
  })
  const outputs = [result].flat().flatMap((each) => ('output' in each ? each.output : []))
  return outputs.map((output) => (output.type === 'chunk' ? output.code : '')).join('')
}

test('a page pays at most 6 kB for it, Brotli, web-vitals included', async () => {
  const code = await builtPage()
  expect(code).toContain('fetchLater')
  expect(code).toContain('long-animation-frame')
  expect(brotliCompressSync(code).length).toBeLessThanOrEqual(6_000)
})
