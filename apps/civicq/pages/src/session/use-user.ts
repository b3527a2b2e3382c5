import { useSyncExternalStore } from 'react'
import type { User } from '../../../src/api/shapes.ts'
import { useClient } from '../client.ts'

/** Who is signed in; null when nobody is. */
export function useUser(): User | null {
  const { session } = useClient()
  return useSyncExternalStore(session.subscribe, session.user)
}
