import { execFileSync, spawn } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
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
  "require('http').createServer((_, r) => r.end(require('own') + ' ' + require('outside'))).listen(process.env.PORT); if (process.env.UP) require('fs').writeFileSync(process.env.UP + '/' + process.pid, '')",
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

/** Starts a comparison of both commits that would take long; `up` names the processes that serve. */
function startComparison() {
  const main = new URL('../src/main.ts', import.meta.url).pathname
  const places = { TMPDIR: mkdtempSync(`${folder}-tmp-`), UP: mkdtempSync(`${folder}-up-`) }
  const start = `"${process.execPath}" server.js`
  const sides = ['--a', 'git:HEAD~1', '--b', '.', '--start', start]
  const child = spawn(
    process.execPath,
    [main, 'compare', ...sides, '--json', '--rate', '20', '--duration', '60s'],
    { cwd: folder, env: { ...process.env, ...places } },
  )
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  const said = text(child.stdout)
  return {
    up: () => readdirSync(places.UP).map(Number),
    async interrupt() {
      child.kill('SIGINT')
      const code = await ended
      const left = readdirSync(places.TMPDIR)
      for (const place of Object.values(places)) rmSync(place, { recursive: true })
      return { code, left, verdict: (JSON.parse(await said) as { verdict: string }).verdict }
    },
  }
}

/** One that ended and that nobody has waited for has no command line any more. */
const isAlive = (pid: number) => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8') !== ''
  } catch {
    return false
  }
}

test.each([
  ['the first side opens', 1],
  ['both sides are measured', 2],
])('Ctrl-C while %s leaves no worktree and no process behind', async (_, servers) => {
  const comparison = startComparison()
  for (const deadline = Date.now() + 25_000; comparison.up().length < servers && Date.now() < deadline;) {
    await sleep(20)
  }
  const pids = comparison.up()
  expect(pids.length).toBeGreaterThanOrEqual(servers)
  expect(worktrees()).toHaveLength(2)
  expect(await comparison.interrupt()).toEqual({ code: 2, left: [], verdict: 'INCONCLUSIVE' })
  expect(worktrees()).toHaveLength(1)
  expect(pids.filter(isAlive)).toEqual([])
})
