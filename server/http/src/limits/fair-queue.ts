/** A bounded queue that serves those who wait in turn by client, each client's own in the order of their arrival. */
export interface FairQueue<T> {
  /** False where there is no room. A client that has more waiting than the newcomer's loses its last for it. */
  push(client: string, item: T): boolean
  /** The next one. */
  shift(): T | undefined
  /** Takes one out that waits no longer. */
  remove(client: string, item: T): boolean
  size(): number
}

/** `onDropped` is told who lost its place. */
export function createFairQueue<T>(capacity: number, onDropped: (item: T) => void): FairQueue<T> {
  /** In the order of their turns. */
  const clients = new Map<string, T[]>()
  let size = 0

  function longest(): [client: string, items: T[]] | undefined {
    let found: [string, T[]] | undefined
    for (const entry of clients) if (!found || entry[1].length > found[1].length) found = entry
    return found
  }

  function makeRoom(client: string): boolean {
    const greedy = longest()
    const own = clients.get(client)?.length ?? 0
    if (!greedy || greedy[1].length <= own + 1) return false
    const dropped = greedy[1].pop()!
    size -= 1
    onDropped(dropped)
    return true
  }

  return {
    push(client, item) {
      if (size >= capacity && !makeRoom(client)) return false
      const items = clients.get(client)
      if (items) items.push(item)
      else clients.set(client, [item])
      size += 1
      return true
    },
    shift() {
      for (const [client, items] of clients) {
        const item = items.shift()
        clients.delete(client)
        if (items.length > 0) clients.set(client, items)
        size -= 1
        return item
      }
      return undefined
    },
    remove(client, item) {
      const items = clients.get(client)
      const index = items?.indexOf(item) ?? -1
      if (!items || index === -1) return false
      items.splice(index, 1)
      if (items.length === 0) clients.delete(client)
      size -= 1
      return true
    },
    size: () => size,
  }
}
