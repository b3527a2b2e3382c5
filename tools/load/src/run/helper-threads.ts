import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { constants, setPriority } from 'node:os'

const tasks = '/proc/self/task'
/** What Node calls the threads in which V8 compiles and collects garbage, while JavaScript goes on. */
const helperName = 'V8Worker'
const yielding = new Set<number>()

/**
 * Lets V8's helper threads give way to the thread that sends: they otherwise take its core for some milliseconds at a
 * time where cores are few, and requests leave late. For this process, until it ends; on Linux, elsewhere nothing
 * happens. The lowest priority alone does not do: a thread that has begun is left its slice of nearly 3 ms, unless it is
 * of idle class (SCHED_IDLE, sched(7)), which takes `chrt`.
 */
export function letHelpersYield(): void {
  const threads = helperThreads().filter((thread) => !yielding.has(thread))
  if (threads.length === 0) return
  for (const thread of threads) {
    yielding.add(thread)
    try {
      setPriority(thread, constants.priority.PRIORITY_LOW)
    } catch {
      // It has ended, or a sandbox forbids it: then it does not yield.
    }
  }
  spawnSync('sh', ['-c', 'for thread; do chrt -i -p 0 "$thread"; done', 'sh', ...threads.map(String)], {
    stdio: 'ignore',
  })
}

function helperThreads(): number[] {
  try {
    return readdirSync(tasks)
      .filter((thread) => readFileSync(`${tasks}/${thread}/comm`, 'utf8').trim() === helperName)
      .map(Number)
  } catch {
    return []
  }
}
