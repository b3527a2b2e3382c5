import type { Environment } from './environment.ts'
import { appErrors } from './errors.ts'

const shortestSecret = 16
const longestVersion = 100

/**
 * Where alerts are posted, as the environment says; null where it says nothing.
 * @throws HP_ENVIRONMENT_INVALID, without the address: it may hold a secret
 */
export function readWebhook({
  HOTPATH_WEBHOOK_URL: given = '',
  HOTPATH_WEBHOOK_SECRET: secret = '',
}: Environment): { url: string; secret?: string } | null {
  if (secret !== '' && secret.length < shortestSecret) {
    throw appErrors.HP_ENVIRONMENT_INVALID({
      name: 'HOTPATH_WEBHOOK_SECRET',
      given: `${secret.length} characters`,
      why: `A secret of under ${shortestSecret} characters can be guessed.`,
      fix: 'Make one with: openssl rand -hex 24',
    })
  }
  if (given === '') return null
  const url = URL.parse(given)
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
    throw appErrors.HP_ENVIRONMENT_INVALID({
      name: 'HOTPATH_WEBHOOK_URL',
      given: `${given.length} characters`,
      why: 'Alerts are posted to an address of http: or https:, without a user and password in it.',
      fix: 'Write for example HOTPATH_WEBHOOK_URL=https://alerts.example.org/hotpath; what is posted can be signed with HOTPATH_WEBHOOK_SECRET.',
    })
  }
  return { url: given, ...(secret !== '' && { secret }) }
}

/** @throws HP_ENVIRONMENT_INVALID */
export function readVersion({ HOTPATH_VERSION: given = '' }: Environment): string | null {
  if (given === '') return null
  if (given.length <= longestVersion && !/\p{Cc}/u.test(given)) return given
  throw appErrors.HP_ENVIRONMENT_INVALID({
    name: 'HOTPATH_VERSION',
    given: given.slice(0, 40),
    why: 'It names what runs, on a timeline and in alerts.',
    fix: `Write at most ${longestVersion} characters in one line, such as HOTPATH_VERSION=1.4.2.`,
  })
}
