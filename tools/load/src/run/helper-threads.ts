import { readdirSync, readFileSync } from 'node:fs'
import { constants, setPriority } from 'node:os'

const tasks = '/proc/self/task'
/** What Node calls the threads in which V8 compiles and collects garbage, while JavaScript goes on. */
const helperName = 'V8Worker'

/**
 * Lets V8's helper threads wait for the thread that sends: they otherwise take its core for some milliseconds at a time
 * where cores are few, and requests leave late. For this process, until it ends; on Linux, elsewhere nothing happens.
 */
export function letHelpersYield(): void {
  for (const thread of helperThreads()) {
    try {
      setPriority(thread, constants.priority.PRIORITY_LOW)
    } catch {
      // It has ended, or a sandbox forbids it: then they do not yield.
    }
  }
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
