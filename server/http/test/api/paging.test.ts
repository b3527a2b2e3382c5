import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  createCursors,
  createKeyset,
  type CursorRequest,
  type Cursors,
  pageLinks,
  pageOf,
  readPage,
} from '@hotpath/http/api'

describe('pages by number', () => {
  test('reads what is asked, within the limits, from a URL, a query or an object', () => {
    expect(readPage('/books?page=3&limit=10&sort=new')).toEqual({ page: 3, limit: 10, offset: 20 })
    expect(readPage(new URLSearchParams('page=2'))).toEqual({ page: 2, limit: 20, offset: 20 })
    expect(readPage({ limit: '5' })).toEqual({ page: 1, limit: 5, offset: 0 })
    expect(readPage('/books')).toEqual({ page: 1, limit: 20, offset: 0 })
    expect(readPage(Object.create({ page: '9' }) as object & Record<string, unknown>).page).toBe(1)
  })

  test.each([
    'page=0',
    'page=-1',
    'page=1.5',
    'page=x',
    'page=1e9',
    'page=',
    'limit=101',
    'limit=0',
    'page=1&page=2',
    'page=100001',
  ])('%s is refused with 400, in words', (query) => {
    expect(() => readPage(`?${query}`)).toThrow(
      expect.objectContaining({
        code: 'HP_PAGE_INVALID',
        statusCode: 400,
        what: expect.stringMatching(/"(page|limit)"/),
      }),
    )
  })

  test('says where the page stands, and links to its neighbours with the other parameters kept', () => {
    const page = pageOf(['c', 'd'], readPage('?page=2&limit=2'), 5)
    expect(page).toEqual({
      data: ['c', 'd'],
      pagination: { page: 2, limit: 2, total: 5, totalPages: 3, hasNext: true, hasPrev: true },
    })
    expect(pageLinks('/books?sort=a%0d%0ab&page=2&limit=2', page)).toBe(
      [
        '</books?sort=a%0D%0Ab&page=1&limit=2>; rel="first"',
        '</books?sort=a%0D%0Ab&page=1&limit=2>; rel="prev"',
        '</books?sort=a%0D%0Ab&page=3&limit=2>; rel="next"',
        '</books?sort=a%0D%0Ab&page=3&limit=2>; rel="last"',
      ].join(', '),
    )
    expect(pageOf([], readPage(''), 0).pagination).toMatchObject({
      totalPages: 0,
      hasNext: false,
      hasPrev: false,
    })
  })
})

interface Row {
  id: number
  day: number
}

/** A table of rows with many ties, paged through by SQL. */
function table(cursors: Cursors) {
  const db = new DatabaseSync(':memory:')
  db.exec('create table entries (id integer primary key, day integer not null)')
  const insert = db.prepare('insert or ignore into entries values (?, ?)')
  return {
    add: (rows: readonly Row[]) => rows.forEach(({ id, day }) => insert.run(id, day)),
    all: (order: string) =>
      db.prepare(`select id, day from entries order by ${order}`).all() as unknown as Row[],
    page(request: CursorRequest) {
      const { sql, params } = cursors.where(request, { placeholder: '?' })
      const rows = db
        .prepare(`select id, day from entries where ${sql} order by ${cursors.orderBy(request)} limit ?`)
        .all(...(params as number[]), cursors.rows(request)) as unknown as Row[]
      return cursors.page(rows, request)
    },
  }
}

const rows = fc.array(
  fc.record({ id: fc.integer({ min: 1, max: 60 }), day: fc.integer({ min: 1, max: 4 }) }),
  {
    maxLength: 40,
  },
)
const order = fc.constantFrom('asc' as const, 'desc' as const)

describe('pages by cursor', () => {
  test('every row that stays is seen once, in order, whatever is inserted between two pages; and backwards again', () => {
    const lists = fc.record({
      old: rows,
      added: rows,
      first: order,
      second: order,
      limit: fc.integer({ min: 1, max: 7 }),
    })
    const property = fc.property(lists, ({ old, added, first, second, limit }) => {
      const cursors = createCursors({
        keys: [
          { column: 'day', order: first, type: 'integer' },
          { column: 'entries.id', order: second },
        ],
        secret: 'of the test',
      })
      const { add, all, page } = table(cursors)
      add(old)
      const before = all(`day ${first}, id ${second}`)
      const seen: Row[] = []
      let query = `?limit=${limit}`
      let answer = page(cursors.read(query))
      for (;;) {
        seen.push(...answer.data)
        const { next } = answer.pagination
        if (next === null) break
        add(added.splice(0, 3))
        query = `?limit=${limit}&after=${next}`
        answer = page(cursors.read(query))
      }
      const known = new Set(before.map(({ id }) => id))
      expect(seen.filter(({ id }) => known.has(id))).toEqual(before)
      expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length)

      const backwards = [...answer.data]
      while (answer.pagination.prev !== null) {
        answer = page(cursors.read(`?limit=${limit}&before=${answer.pagination.prev}`))
        backwards.unshift(...answer.data)
      }
      expect(backwards).toEqual(all(`day ${first}, id ${second}`))
    })
    fc.assert(property, { numRuns: 150 })
  })

  const keys = [
    { column: 'created_at', order: 'desc', type: 'timestamptz' },
    { column: 'id', order: 'desc' },
  ] as const

  test('gives SQL for Postgres: one comparison of rows that an index on the columns answers', () => {
    const position = { values: ['2026-01-01', 7], isBackward: false }
    const keyset = createKeyset(keys)
    expect(keyset.orderBy(position)).toBe('created_at desc, id desc')
    expect(keyset.where(position, { firstParameter: 3 })).toEqual({
      sql: '(created_at, id) < (cast($3 as timestamptz), $4)',
      params: ['2026-01-01', 7],
    })
    expect(keyset.where({ values: undefined, isBackward: false })).toEqual({ sql: 'true', params: [] })
  })

  test('a cursor is not accepted when it was made up, changed, cut, or made by another list, order or secret', () => {
    const make = (secret: string, order: 'asc' | 'desc' = 'desc') =>
      createCursors({ keys: [keys[0], { column: 'id', order }], secret })
    const cursors = make('one')
    const request = cursors.read('?limit=1')
    const page = cursors.page(
      [
        { created_at: new Date(0), id: 1 },
        { created_at: new Date(0), id: 2 },
      ],
      request,
    )
    const { next } = page.pagination
    expect(cursors.read({ after: next }).values).toEqual(['1970-01-01T00:00:00.000Z', 1])
    expect(cursors.links('/books?after=old', page)).toBe(`</books?after=${next}&limit=1>; rel="next"`)
    const refused = expect.objectContaining({ code: 'HP_PAGE_INVALID', statusCode: 400 })
    // The last letter of each part has bits that mean nothing.
    const bytesOf = (cursor: string) =>
      cursor
        .split('.')
        .map((part) => Buffer.from(part, 'base64url').toString('hex'))
        .join('.')
    expect(() => make('two').read({ after: next })).toThrow(refused)
    expect(() => make('one', 'asc').read({ after: next })).toThrow(refused)
    expect(() => cursors.read({ after: next, before: next })).toThrow(refused)
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), fc.nat(), (noise, at) => {
        const place = at % next!.length
        const changed = next!.slice(0, place) + noise + next!.slice(place + noise.length)
        fc.pre(bytesOf(changed) !== bytesOf(next!))
        for (const given of [noise, changed]) expect(() => cursors.read({ before: given })).toThrow(refused)
      }),
    )
  })

  test.each([
    [[], 'there are none'],
    [[{ column: 'id; drop table x' }], 'not the name of a column'],
    [[{ column: 'id', type: 'int) or (1=1' }], 'not the name of a type'],
  ])('%o cannot order a list', (given, problem) => {
    expect(() => createKeyset(given)).toThrow(problem)
  })
})
