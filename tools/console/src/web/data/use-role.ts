import { paths, type Role, type WhoAmI } from '@hotpath/core'
import { useApi } from './use-api.ts'

/** Whether controls may be used, and why not: the server decides, this only says so beforehand. */
export function useRole(): { role: Role | undefined; mayChange: boolean; whyNot: string } {
  const { data } = useApi<WhoAmI>(paths.whoami, { every: null })
  if (data?.role === 'administrator') return { role: data.role, mayChange: true, whyNot: '' }
  const whyNot = data
    ? 'You look with the read-only token: only administrators change things.'
    : 'Not known yet who you are.'
  return { role: data?.role, mayChange: false, whyNot }
}
