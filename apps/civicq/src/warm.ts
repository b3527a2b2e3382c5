import type { Cache, WarmTask } from '@hotpath/app'
import { ballotObject } from './api/ballots.ts'
import { cityObjects } from './api/cities.ts'
import { contestObjects } from './api/contests.ts'
import type { Cached } from './cached.ts'
import type { Db } from './schema.ts'

/** What everybody reads on the way to a question, loaded before anybody comes: `hotpath cache warm`. */
export function warmTasks(cache: Cache, db: Db): WarmTask[] {
  const cities = cityObjects(db)
  const contests = contestObjects(db)
  const task = (name: string, list: () => Promise<Cached<unknown>[]>) => warmTask({ name, cache, list })
  return [
    task('cities', async () => {
      const rows = await db.selectFrom('cities').select('slug').orderBy('population', 'desc').execute()
      return [cities.all(), ...rows.flatMap(({ slug }) => [cities.one(slug), cities.ballots(slug)])]
    }),
    task('ballots', async () => (await ids(db, 'ballots')).map((id) => ballotObject(db, id))),
    task('contests', async () =>
      (await ids(db, 'contests')).flatMap((id) => [contests.one(id), contests.candidates(id)]),
    ),
  ]
}

async function ids(db: Db, table: 'ballots' | 'contests'): Promise<number[]> {
  const rows = await db.selectFrom(table).select('id').orderBy('id').execute()
  return rows.map(({ id }) => id)
}

interface WarmList {
  name: string
  cache: Cache
  list: () => Promise<Cached<unknown>[]>
}

/** Every run lists its objects anew. */
function warmTask({ name, cache, list }: WarmList): WarmTask {
  let listed = new Map<string, Cached<unknown>>()
  return {
    name,
    cache,
    async keys() {
      listed = new Map((await list()).map((object) => [object.key, object]))
      return [...listed.keys()]
    },
    load: (key) => listed.get(key)!.load(),
    options(key) {
      const { ttl, tags } = listed.get(key)!
      return { ttl, tags }
    },
  }
}
