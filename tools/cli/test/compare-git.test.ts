import { execFileSync, spawn } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import { checkOut } from '../src/compare/git-checkout.ts'
import { openSide } from '../src/compare/sides.ts'

const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'hotpath-git-test-')))
afterAll(() => rmSync(folder, { recursive: true }))

const write = (name: string, content: string) => {
  mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
  writeFileSync(path.join(folder, name), content)
}
const git = (...args: string[]) => execFileSync('git', args, { cwd: folder }).toString()
const commit = (message: string) => {
  git('add', '-A')
  git('-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-qm', message)
}

/** A workspace with a package of its own and one from outside; the server tells what both say. */
write('.gitignore', 'node_modules\n')
write('package.json', '{"private": true, "type": "commonjs", "workspaces": ["own"]}')
write('package-lock.json', '{"lockfileVersion": 3}')
write('own/package.json', '{"name": "own", "main": "index.js"}')
write('own/index.js', "module.exports = 'before'")
write(
  'server.js',
  "require('http').createServer((_, r) => r.end(require('own') + ' ' + require('outside'))).listen(process.env.PORT)",
)
write('node_modules/outside/package.json', '{"name": "outside", "main": "index.js"}')
write('node_modules/outside/index.js', "module.exports = 'linked'")
symlinkSync('../own', path.join(folder, 'node_modules/own'))
git('init', '-q')
commit('before')
write('own/index.js', "module.exports = 'after'")
commit('after')

const worktrees = () => git('worktree', 'list').trim().split('\n')

test('a reference runs with its own packages, and those from outside linked; nothing of it is left', async () => {
  const checkout = await checkOut('HEAD~1', { from: folder })
  const says = execFileSync(process.execPath, ['-p', "require('own') + ' ' + require('outside')"], {
    cwd: checkout.folder,
  })
  expect(says.toString().trim()).toBe('before linked')
  expect(checkout.commit).toBe(git('rev-parse', '--short', 'HEAD~1').trim())
  checkout.remove()
  expect(existsSync(checkout.folder)).toBe(false)
  expect(worktrees()).toHaveLength(1)
  expect(existsSync(path.join(folder, 'node_modules/outside/index.js'))).toBe(true)
})

test('where the lockfile differs, the dependencies are installed', async () => {
  write('package.json', '{"private": true, "type": "commonjs"}')
  write('package-lock.json', '{"lockfileVersion": 3, "requires": true, "packages": {"": {}}}')
  git('checkout', '-q', '-b', 'other')
  commit('another lockfile')
  git('checkout', '-q', '-')
  const checkout = await checkOut('other', { from: folder })
  expect(existsSync(path.join(checkout.folder, 'node_modules/outside'))).toBe(false)
  checkout.remove()
})

test.each(['nowhere', '--help', 'HEAD~99'])('%j is an error that says so', async (reference) => {
  await expect(checkOut(reference, { from: folder })).rejects.toMatchObject({ code: 'HP_GIT_REFERENCE' })
  expect(worktrees()).toHaveLength(1)
})

test('a folder is started by the same command, as it is', async () => {
  const start = `"${process.execPath}" server.js`
  const side = await openSide(folder, { start })
  expect(await (await fetch(side.origin)).text()).toBe('after linked')
  await side.stop()
})

test('Ctrl-C while both sides are measured leaves no worktree and no process behind', async () => {
  const main = new URL('../src/main.ts', import.meta.url).pathname
  const start = `"${process.execPath}" server.js`
  const temporary = path.join(folder, 'node_modules', 'tmp')
  mkdirSync(temporary)
  const child = spawn(
    process.execPath,
    [
      main,
      'compare',
      '--a',
      'git:HEAD~1',
      '--b',
      '.',
      '--start',
      start,
      '--json',
      '--rate',
      '20',
      '--duration',
      '60s',
    ],
    { cwd: folder, env: { ...process.env, TMPDIR: temporary } },
  )
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  const said = text(child.stdout)
  const servers = () => {
    const found = execFileSync('ps', ['-eo', 'args']).toString()
    return found.split('\n').filter((line) => line.includes('server.js') && !line.includes('compare')).length
  }
  const before = servers()
  for (const deadline = Date.now() + 20_000; servers() < before + 2 && Date.now() < deadline;) await sleep(50)
  expect(worktrees()).toHaveLength(2)
  child.kill('SIGINT')
  await ended
  expect(JSON.parse(await said)).toMatchObject({ verdict: 'INCONCLUSIVE' })
  expect(worktrees()).toHaveLength(1)
  expect(readdirSync(temporary)).toEqual([])
  expect(servers()).toBe(before)
})
