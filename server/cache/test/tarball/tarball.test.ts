import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { decoratedSample } from './decorated-sample.ts'
import { compile, installRelease, typeRoots } from './release.ts'

const run = promisify(execFile)
let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'hotpath-tarball-'))
  await installRelease({ folder: 'core', into: folder })
  await installRelease({ folder: 'server/cache', into: folder })
})

afterAll(() => rm(folder, { recursive: true, force: true }))

/** Compiles the sample against the installed tarballs alone. */
async function build(compilerOptions: object = {}): Promise<string> {
  await writeFile(path.join(folder, 'package.json'), '{ "type": "module" }')
  await writeFile(path.join(folder, 'sample.ts'), decoratedSample)
  const usual = {
    target: 'es2022',
    lib: ['es2024'],
    module: 'nodenext',
    strict: true,
    types: ['node'],
    typeRoots,
  }
  await compile(folder, {
    compilerOptions: { ...usual, skipLibCheck: true, ...compilerOptions },
    files: ['sample.ts'],
  })
  return path.join(folder, 'sample.js')
}

test('@Cacheable compiles against the tarball with standard decorators, and caches', async () => {
  const { stdout } = await run(process.execPath, [await build()])
  expect(JSON.parse(stdout)).toEqual([
    'NY 1 en 1',
    'NY 1 en 1',
    'TX 2 en 1',
    2,
    2,
    2,
    true,
    'NY 1 en 1',
    'NY 1 en 3',
    'TX 2 en 1',
  ])
})

test('everything that the package exports is in its tarball', async () => {
  const installed = path.join(folder, 'node_modules/@hotpath/cache')
  const { exports } = JSON.parse(await readFile(path.join(installed, 'package.json'), 'utf8')) as {
    exports: Record<string, Record<string, string>>
  }
  const files = Object.values(exports).flatMap((conditions) => Object.values(conditions))
  expect(files).toContain('./dist/index.d.ts')
  expect(files.filter((file) => !existsSync(path.join(installed, file)))).toEqual([])
})

test('with the older decorators of TypeScript it does not compile', async () => {
  await expect(build({ experimentalDecorators: true })).rejects.toThrow(
    'Unable to resolve signature of method decorator',
  )
})
