import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** `npm run soak -- <what>`: plays histories with faults, and judges what came of it. */
const soaks: Record<string, { file: string; what: string }> = {
  cache: { file: '../server/cache/soak/real.ts', what: 'the shared cache on a real Redis, with faults' },
  'cache-simulated': {
    file: '../server/cache/soak/simulated.ts',
    what: 'the same protocol in virtual time on a simulated Redis: many more histories',
  },
  'fast-path': {
    file: '../server/http/soak/fast-path.ts',
    what: 'the socket fast path beside node:http, byte by byte, on generated connections',
  },
  drill: {
    file: '../e2e/soak/drill.ts',
    what: 'an index of CivicQ that is dropped under load, with the windows of production',
  },
}

const usage = `npm run soak -- <what> [options]

${Object.entries(soaks)
  .map(([name, { what }]) => `  ${name.padEnd(18)}${what}`)
  .join('\n')}

Each explains its own options: npm run soak -- cache --help
`

const [name = '', ...rest] = process.argv.slice(2)
const file = soaks[name] && fileURLToPath(new URL(soaks[name].file, import.meta.url))
if (file === undefined || !existsSync(file)) {
  const asksForHelp = name === '' || name === '--help'
  console.error(asksForHelp ? usage : `There is no soak "${name}".\n\n${usage}`)
  process.exit(name === '--help' ? 0 : 4)
}
process.exitCode = spawnSync(process.execPath, [file, ...rest], { stdio: 'inherit' }).status ?? 1
