import { createHash } from 'node:crypto'
import { type ScriptName, scripts, scriptText } from '../shared/scripts.ts'

interface Script {
  text: string
  /** By which Redis knows it, once it has seen the text. */
  digest: string
}

const names = Object.keys(scripts) as ScriptName[]

/** Every script as it is sent to Redis. */
export const preparedScripts: Readonly<Record<ScriptName, Script>> = Object.fromEntries(
  names.map((name) => {
    const text = scriptText(name)
    return [name, { text, digest: createHash('sha1').update(text).digest('hex') }]
  }),
) as Record<ScriptName, Script>
