import type { Cache } from '@hotpath/cache'
import { createTestCache } from '@hotpath/cache/testing'
import { expect, expectTypeOf, test } from 'vitest'
import { Cacheable } from '../../src/cacheable.ts'

const open = () => createTestCache().cache

/** What a compiler hands to the decorator of a method. */
function contextOf(name: string, { kind = 'method', isStatic = false } = {}): never {
  return { kind, name, static: isStatic, private: false } as never
}

class Ballots {
  loads = 0
  readonly cache: Cache
  readonly state: string

  constructor(cache: Cache, state = 'NY') {
    this.cache = cache
    this.state = state
  }

  async title(id: number, language?: string): Promise<string> {
    this.loads += 1
    return `${this.state} ${id} ${language ?? 'en'} ${this.loads}`
  }
}

test('a decorated method runs once for the same arguments, with its own this', async () => {
  const cache = open()
  const title = Cacheable(cache)(Ballots.prototype.title, contextOf('title'))
  const ballots = new Ballots(cache)
  expect(await title.call(ballots, 1)).toBe('NY 1 en 1')
  expect(await title.call(ballots, 1)).toBe('NY 1 en 1')
  expect(await title.call(ballots, 1, 'de')).toBe('NY 1 de 2')
  expect(cache.peek('Ballots.title:1')).toBe('NY 1 en 1')
})

test('the cache may be that of each instance', async () => {
  const title = Cacheable((ballots: Ballots) => ballots.cache)(Ballots.prototype.title, contextOf('title'))
  const [ny, tx] = [new Ballots(open()), new Ballots(open(), 'TX')]
  expect(await title.call(ny, 1)).toBe('NY 1 en 1')
  expect(await title.call(tx, 1)).toBe('TX 1 en 1')
  expect(await title.call(ny, 1)).toBe('NY 1 en 1')
})

test('key and tags are made of the arguments and the instance', async () => {
  const cache = open()
  const title = Cacheable(cache, {
    key(this: Ballots, id: number) {
      return `title:${this.state}:${id}`
    },
    tags(this: Ballots, id: number) {
      return [`ballot:${this.state}:${id}`]
    },
    ttl: '1h',
  })(Ballots.prototype.title, contextOf('title'))
  const [ny, tx] = [new Ballots(cache), new Ballots(cache, 'TX')]
  expect(await title.call(ny, 1)).toBe('NY 1 en 1')
  expect(await title.call(tx, 1)).toBe('TX 1 en 1')
  await cache.invalidate({ tags: ['ballot:NY:1'] })
  expect(await title.call(ny, 1)).toBe('NY 1 en 2')
  expect(await title.call(tx, 1)).toBe('TX 1 en 1')
})

test('methods of one name in two classes do not read each other', async () => {
  class Candidates {
    async title(id: number): Promise<string> {
      return `candidate ${id}`
    }
  }
  const cache = open()
  const ballot = Cacheable(cache)(Ballots.prototype.title, contextOf('title'))
  const candidate = Cacheable(cache)(Candidates.prototype.title, contextOf('title'))
  expect(await ballot.call(new Ballots(cache), 1)).toBe('NY 1 en 1')
  expect(await candidate.call(new Candidates(), 1)).toBe('candidate 1')
  const named = Cacheable(cache, { name: 'Ballots.title' })(Candidates.prototype.title, contextOf('title'))
  await expect(named.call(new Candidates(), 1)).rejects.toMatchObject({ code: 'HP_CACHE_CALL_NAME_TAKEN' })
})

test('a static method is named by its class', async () => {
  const cache = open()
  class Counter {
    readonly steps = 0
    static async next(this: typeof Counter, step: number): Promise<number> {
      return step
    }
  }
  const next = Cacheable(cache)(Counter.next, contextOf('next', { isStatic: true }))
  expect(await next.call(Counter, 2)).toBe(2)
  expect(cache.peek('Counter.next:2')).toBe(2)
})

test('where there is no name, or no instance, the call says what to do', async () => {
  const title = Cacheable(open())(Ballots.prototype.title, contextOf('title'))
  const Unnamed = (() => class extends Ballots {})()
  const refused = { code: 'HP_CACHE_CALL_UNNAMED' }
  await expect(title.call(new Unnamed(open()), 1)).rejects.toMatchObject(refused)
  await expect(title.call(undefined as never, 1)).rejects.toMatchObject(refused)
})

test.for([
  { given: contextOf('title', { kind: 'getter' }) as unknown, what: '@Cacheable was applied to a getter.' },
  { given: 'title', what: '@Cacheable was applied to something named "title".' },
])('$what', ({ given, what }) => {
  const decorate = Cacheable(open()) as (method: unknown, context: unknown) => unknown
  expect(() => decorate(Ballots.prototype.title, given)).toThrow(
    expect.objectContaining({ code: 'HP_CACHE_DECORATOR_MISPLACED', what }),
  )
})

test('the types of a method are kept, and a key that asks for others is refused', () => {
  const context: ClassMethodDecoratorContext<Ballots, Ballots['title']> = contextOf('title')
  const title = Cacheable(open(), { tags: (id: number) => [`ballot:${id}`] })(
    Ballots.prototype.title,
    context,
  )
  expectTypeOf(title).parameters.toEqualTypeOf<Parameters<Ballots['title']>>()
  expectTypeOf(title).returns.toEqualTypeOf<Promise<string>>()
  // @ts-expect-error -- the method has no text as its first argument
  Cacheable(open(), { key: (id: string) => id })(Ballots.prototype.title, context)
})
