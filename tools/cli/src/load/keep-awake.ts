import { type Awake, type CoreSpeed, type CoreSpeeds, keepAwake, watchCoreSpeeds } from '@hotpath/load'
import type { Command } from 'commander'
import { say } from '../terminal.ts'

/**
 * Adds `--keep-awake` to a command that drives load: no core halts while it runs, and it says at the end where the cores
 * were slower than they can be.
 */
export function withKeepAwake(command: Command): Command {
  let awake: Awake | undefined
  let speeds: CoreSpeeds | undefined
  return command
    .option(
      '--keep-awake',
      "keep a virtual machine's cores busy meanwhile, so that its host does not take them",
    )
    .hook('preAction', async (declared, called) => {
      // Those of a command are called for the commands below it, too, which declare it for themselves.
      if (declared !== called || !called.opts<{ keepAwake?: boolean }>().keepAwake) return
      awake = await keepAwake()
      speeds = watchCoreSpeeds(awake)
      if (awake.cores === 0)
        say('The cores cannot be kept awake here: it takes Linux, with chrt, taskset and perl.')
    })
    .hook('postAction', async () => {
      const slowed = slowedText(speeds?.between(0, performance.now()) ?? [])
      if (slowed) say(slowed)
      speeds?.[Symbol.dispose]()
      await awake?.[Symbol.asyncDispose]()
      speeds = undefined
      awake = undefined
    })
}

/** Slower cores change what is measured by more than chance does. */
const nearlyFull = 0.9

/** What to say of cores that a host's neighbours slowed; null where none was. */
export function slowedText(speeds: readonly CoreSpeed[]): string | null {
  const slowed = speeds.flatMap(({ core, mean }) =>
    mean !== null && mean < nearlyFull ? [`core ${core} at ${(100 * mean).toFixed(0)} %`] : [],
  )
  if (slowed.length === 0) return null
  return `Beside the highest speed that was seen, ran on average: ${slowed.join(', ')}. Neighbours on the host take it, and it is counted nowhere as stolen: hold only that against each other which was measured in turn.`
}
