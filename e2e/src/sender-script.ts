import { fileURLToPath } from 'node:url'
import { build } from 'vite'

/** `reportVitals` with these templates as one classic script, built as for production. */
export async function senderScript(templates: readonly string[]): Promise<string> {
  const entry = '\0sender'
  const source = fileURLToPath(import.meta.resolve('@hotpath/browser'))
  const code = `import { matchTemplates, reportVitals } from ${JSON.stringify(source)}
    reportVitals({ route: matchTemplates(${JSON.stringify(templates)}) })`
  const result = await build({
    configFile: false,
    logLevel: 'silent',
    plugins: [
      {
        name: 'sender',
        resolveId: (id) => (id === entry ? id : null),
        load: (id) => (id === entry ? code : null),
      },
    ],
    build: {
      write: false,
      modulePreload: { polyfill: false },
      rolldownOptions: { input: entry, output: { format: 'iife' } },
    },
  })
  const outputs = [result].flat().flatMap((each) => ('output' in each ? each.output : []))
  return outputs.map((output) => (output.type === 'chunk' ? output.code : '')).join('')
}
