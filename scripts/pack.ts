import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { buildRelease, type Tarball } from './release/build.ts'

/** `npm run pack`: the tarballs of a release, in `.hotpath/release` or where `--into` says. */
const { values } = parseArgs({
  options: {
    into: { type: 'string', default: '.hotpath/release' },
    json: { type: 'boolean', default: false },
  },
})
const repository = path.resolve(import.meta.dirname, '..')

const pages = spawnSync('hotpath', ['build'], { cwd: repository, stdio: ['ignore', 2, 2] })
if (pages.status !== 0) process.exit(pages.status ?? 1)

try {
  const tarballs = await buildRelease({ repository, into: path.resolve(values.into) })
  if (values.json) console.log(JSON.stringify({ tarballs }))
  else for (const tarball of tarballs) console.log(line(tarball))
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

function line({ file, size, unpackedSize, files }: Tarball): string {
  const kB = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`.padStart(11)
  return `${kB(size)} packed ${kB(unpackedSize)} unpacked ${String(files).padStart(4)} files  ${path.relative('.', file)}`
}
