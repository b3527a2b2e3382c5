import { globSync, mkdirSync, readFileSync, writeFileSync, existsSync } from 'node:fs'
import path from 'node:path'
import { benchmarkPage, type SavedRun } from './benchmark-page.ts'
import { errorPage, type Catalogue } from './error-page.ts'
import { guidePage } from './guide-page.ts'
import { proofPage, type SavedProof } from './proof-page.ts'

/**
 * `npm run docs` writes docs/reference from the code and from saved benchmark runs, and the guides with their programs;
 * --check only compares.
 */
const frameworks = 'docs/guides/frameworks'
const pages: Record<string, string> = {
  [`${frameworks}.md`]: guidePage(readFileSync(`${frameworks}/guide.md.in`, 'utf8'), frameworks),
  'docs/reference/errors.md': errorPage(await catalogues()),
  'docs/reference/benchmarks.md': benchmarkPage(saved<SavedRun>('benchmarks/results/bench-*.json')),
  'docs/reference/proof.md': proofPage(saved<SavedProof>('benchmarks/results/prove-*.json')),
}

let stale = 0
for (const [file, text] of Object.entries(pages)) {
  if (existsSync(file) && readFileSync(file, 'utf8') === text) continue
  if (process.argv.includes('--check')) {
    stale++
    console.error(`${file} is stale. Run: npm run docs`)
  } else {
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, text)
    console.log(`Wrote ${file}`)
  }
}
process.exitCode = stale > 0 ? 1 : 0

async function catalogues(): Promise<Catalogue[]> {
  const files = globSync('{core,server/*,tools/*}/src/errors.ts').sort()
  return Promise.all(
    files.map(async (file) => {
      const module = (await import(path.resolve(file))) as Record<string, { entries?: Catalogue['entries'] }>
      const entries = Object.values(module).find((value) => value?.entries)?.entries ?? {}
      const { name } = JSON.parse(readFileSync(path.join(path.dirname(file), '../package.json'), 'utf8')) as {
        name: string
      }
      return { name, entries }
    }),
  )
}

function saved<T>(pattern: string): T[] {
  return globSync(pattern)
    .sort()
    .map((file) => JSON.parse(readFileSync(file, 'utf8')) as T)
}
