import path from 'node:path'
import { appErrors } from './errors.ts'

/** The variables that Hotpath reads; nothing below the composition root reads any. */
export interface Environment {
  /** Postgres to use; unset means embedded (PGlite). */
  DATABASE_URL?: string | undefined
  /** `off` leaves the application as if Hotpath only watched. @default on */
  HOTPATH?: string | undefined
  /** Opens the console and the metrics to callers from elsewhere who present it. At least 16 characters. */
  HOTPATH_TOKEN?: string | undefined
  /** Where embedded data lives. @default .hotpath in the current folder */
  HOTPATH_FOLDER?: string | undefined
}

export interface Settings {
  layer: 'on' | 'off'
  databaseUrl: string | null
  token: string | null
  /** This application's own data folder. */
  folder: string
}

const shortestToken = 16

/**
 * What the environment says, checked.
 * @throws HP_ENVIRONMENT_INVALID naming the variable, its value (never a secret's) and what to write instead
 */
export function readEnvironment(environment: Environment, app: string): Settings {
  const { DATABASE_URL = '', HOTPATH = '', HOTPATH_TOKEN = '', HOTPATH_FOLDER = '' } = environment
  if (!['', 'on', 'off'].includes(HOTPATH)) {
    throw appErrors.HP_ENVIRONMENT_INVALID({
      name: 'HOTPATH',
      given: HOTPATH,
      why: 'It switches the layer and knows two words.',
      fix: 'Write HOTPATH=on or HOTPATH=off, or leave it unset for on.',
    })
  }
  if (HOTPATH_TOKEN !== '' && HOTPATH_TOKEN.length < shortestToken) {
    throw appErrors.HP_ENVIRONMENT_INVALID({
      name: 'HOTPATH_TOKEN',
      given: `${HOTPATH_TOKEN.length} characters`,
      why: `A token of under ${shortestToken} characters can be guessed.`,
      fix: 'Make one with: openssl rand -hex 24',
    })
  }
  return {
    layer: HOTPATH === 'off' ? 'off' : 'on',
    databaseUrl: DATABASE_URL === '' ? null : DATABASE_URL,
    token: HOTPATH_TOKEN === '' ? null : HOTPATH_TOKEN,
    folder: path.resolve(HOTPATH_FOLDER === '' ? '.hotpath' : HOTPATH_FOLDER, app),
  }
}
