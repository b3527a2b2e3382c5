import type { CacheableSyncOptions } from 'cacheable'
import { createClient } from 'redis'

type MessageProvider = Extract<CacheableSyncOptions['qified'], readonly unknown[]>[number]
type TopicHandler = Parameters<MessageProvider['subscribe']>[1]
type Message = Parameters<TopicHandler['handler']>[0]

/** What `@qified/redis` does: a connection that publishes, and one that subscribes and goes on after a break. */
export async function createMessages(url: string): Promise<MessageProvider> {
  const publisher = await createClient({ url }).connect()
  const subscriber = await publisher.duplicate().connect()
  for (const client of [publisher, subscriber]) client.on('error', () => undefined)
  const id = '@qified/redis'
  const subscriptions = new Map<string, TopicHandler[]>()
  return {
    id,
    subscriptions,
    async publish(topic, message) {
      await publisher.publish(topic, JSON.stringify({ ...message, providerId: id }))
    },
    async subscribe(topic, handler) {
      const known = subscriptions.get(topic) ?? []
      subscriptions.set(topic, [...known, handler])
      if (known.length > 0) return
      await subscriber.subscribe(topic, (text) => {
        const message = JSON.parse(text) as Message
        for (const each of subscriptions.get(topic) ?? []) void each.handler(message)
      })
    },
    async unsubscribe(topic) {
      subscriptions.delete(topic)
      await subscriber.unsubscribe(topic)
    },
    async disconnect() {
      publisher.destroy()
      subscriber.destroy()
    },
  }
}
