import { useCallback, useEffect, useSyncExternalStore } from 'react'
import { useClient } from '../client.ts'
import type { Resource } from './resources.ts'

/** Clicking to and fro within this time asks for nothing; an ETag makes later checks cheap. */
const freshForMs = 5_000

/** The answer of a path of the API, and a way to ask again. What is known is shown at once and checked behind. */
export function useResource<T>(path: string): Resource<T> & { retry: () => void } {
  const { resources } = useClient()
  const subscribe = useCallback(
    (listener: () => void) => resources.subscribe(path, listener),
    [resources, path],
  )
  const resource = useSyncExternalStore(subscribe, () => resources.read<T>(path))
  useEffect(() => void resources.refresh(path, freshForMs), [resources, path])
  return { ...resource, retry: () => void resources.refresh(path) }
}
