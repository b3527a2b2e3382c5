import { type Awake, keepAwake } from '@hotpath/load'
import type { Command } from 'commander'
import { say } from '../terminal.ts'

/** Adds `--keep-awake` to a command that drives load: no core halts while it runs. */
export function withKeepAwake(command: Command): Command {
  let awake: Awake | undefined
  return command
    .option(
      '--keep-awake',
      "keep a virtual machine's cores busy meanwhile, so that its host does not take them",
    )
    .hook('preAction', async (declared, called) => {
      // Those of a command are called for the commands below it, too, which declare it for themselves.
      if (declared !== called || !called.opts<{ keepAwake?: boolean }>().keepAwake) return
      awake = await keepAwake()
      if (awake.cores === 0)
        say('The cores cannot be kept awake here: it takes Linux, with chrt, taskset and perl.')
    })
    .hook('postAction', async () => {
      await awake?.[Symbol.asyncDispose]()
      awake = undefined
    })
}
