import type { Race } from '../race.ts'
import { allRead, type Player, until } from '../stage.ts'

const key = 'ballot:12'
const [old, current] = ['the-old-value', 'the-current-value']

/** No race at all: the least that memory in several processes needs. */
const told: Race = {
  id: 'delete-in-another-process',
  what: 'Memory of a process after delete in another (no race)',
  needs: ['memory'],
  async play(stage) {
    const [reader, writer] = [await stage.enter(), await stage.enter()]
    await warm(writer, reader)
    await writer.node.call('delete', key)
    return (await allRead([reader], { key, value: current })) ? 'right' : 'STALE'
  },
}

/** The news of a delete arrives while the reply that it makes old is on its way to memory. */
const inFlight: Race = {
  id: 'reply-in-flight',
  what: "Redis' reply is on its way to memory while another process deletes",
  needs: ['memory', 'push'],
  async play(stage) {
    const writer = await stage.enter()
    await writer.read(key, old)
    const reader = await stage.enter()
    // So that its connections are made.
    await reader.read('ballot:13', 'value')
    reader.gate.hold()
    const read = reader.begin(key, current)
    await until('the reply did not come', () => reader.gate.holds(old))
    const news = reader.gate.newsBytes()
    await writer.node.call('delete', key)
    // Ours brings the news behind the reply, on the same connection.
    if (reader.gate.subscribers() > 0)
      await until('the news did not come', () => reader.gate.newsBytes() > news)
    for (let turns = 0; turns < 5; turns += 1) await reader.node.call('turn')
    reader.gate.release()
    await read.finished()
    return (await allRead([reader], { key, value: current })) ? 'right' : 'STALE'
  },
}

/** The connection that would have brought the news is gone for a moment. */
const missedNews: Race = {
  id: 'missed-news',
  what: 'The connection for news is broken for less than 1 s, meanwhile another process deletes',
  needs: ['memory', 'push'],
  async play(stage) {
    const [reader, writer] = [await stage.enter(), await stage.enter()]
    await warm(writer, reader)
    reader.gate.breakNews()
    await until('the connection did not break', () => reader.gate.newsConnections() === 0)
    await writer.node.call('delete', key)
    reader.gate.allow()
    await until('the connection did not come back', () => reader.gate.newsConnections() > 0)
    return (await allRead([reader], { key, value: current })) ? 'right' : 'STALE'
  },
}

const flushed: Race = {
  id: 'flushall',
  what: 'FLUSHALL while memory is warm',
  needs: ['memory'],
  async play(stage) {
    const [reader, writer] = [await stage.enter(), await stage.enter()]
    await warm(writer, reader)
    await stage.redis.flushAll()
    return (await allRead([reader], { key, value: current })) ? 'right' : 'STALE'
  },
}

/** The reader has it in memory, and Redis has it. */
async function warm(writer: Player, reader: Player): Promise<void> {
  await writer.read(key, old)
  for (let times = 0; times < 3; times += 1) await reader.read(key, old)
}

export const memory: readonly Race[] = [told, inFlight, missedNews, flushed]
