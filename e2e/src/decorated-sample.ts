/** What an application writes. A text, since Node runs decorators only once they are compiled. */
export const decoratedSample = `
import { type Cache, Cacheable, createCache, createTagSpace } from '@hotpath/cache'

const open = () => createCache({ namespace: 'ballots', tags: createTagSpace() })
const cache = open()

class Ballots {
  readonly #state: string
  readonly cache = open()
  loads = 0

  constructor(state: string) {
    this.#state = state
  }

  @Cacheable(cache, { ttl: '1h', tags: (id: number) => ['ballot:' + id] })
  async title(id: number, language = 'en'): Promise<string> {
    this.loads += 1
    return [this.#state, id, language, this.loads].join(' ')
  }

  @Cacheable((ballots: Ballots) => ballots.cache)
  async count(): Promise<number> {
    return ++this.loads
  }

  @Cacheable(cache)
  static async newest(): Promise<object> {
    return { id: 12 }
  }

  // @ts-expect-error -- the id is a number
  @Cacheable(cache, { key: (id: string) => id })
  async wrongKey(_id: number): Promise<void> {}

  // @ts-expect-error -- what is cached comes as a promise
  @Cacheable(cache)
  synchronous(): number {
    return 1
  }
}

const ballots = new Ballots('NY')
const other = new Ballots('TX')
const kept: Cache = cache
const answers: unknown[] = [
  await ballots.title(1),
  await ballots.title(1),
  await other.title(2),
  await ballots.count(),
  await ballots.count(),
  await other.count(),
  (await Ballots.newest()) === (await Ballots.newest()),
  kept.peek<string>('Ballots.title:1'),
]
await cache.invalidate({ tags: ['ballot:1'] })
answers.push(await ballots.title(1), await other.title(2))
console.log(JSON.stringify(answers))
`
