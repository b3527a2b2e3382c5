import { route } from '@hotpath/core'
import { defineScenarios, type Scenario, type SetupTools } from '@hotpath/load'

const civicq = new URL('../../../apps/civicq/', import.meta.url).href

interface Voter {
  token: string
  contests: { id: number }[]
}

/**
 * Reads of contests as the application's own `read-mix` has them, and as many of what one signed-in voter has voted. The
 * second kind is nobody else's: with the cache on, too, each of them reaches the database, so that the application and
 * not the generator ends first.
 */
export async function voterMix(): Promise<Scenario> {
  const { scenarios } = (await import(`${civicq}scenarios.ts`)) as { scenarios: Record<string, Scenario> }
  const { demoPassword, voterEmail } = (await import(`${civicq}src/seed/accounts.ts`)) as {
    demoPassword: string
    voterEmail: (number: number) => string
  }
  const reads = scenarios['read-mix']!
  const routes = [route('POST /api/auth/login', {}), route('GET /api/me/votes', {})]
  const { mix } = defineScenarios(routes, ({ request, scenario }) => {
    const login = request('POST /api/auth/login', { json: { email: voterEmail(1), password: demoPassword } })
    return {
      mix: scenario({
        async setup(tools: SetupTools) {
          const world = (await reads.setup!(tools)) as Omit<Voter, 'token'>
          const { token } = await tools.fetchJson<{ token: string }>(login)
          return { ...world, token }
        },
        run(session) {
          const { shared, random } = session
          if (random.next() < 0.5) return reads.run(session)
          const headers = { authorization: `Bearer ${shared.token}` }
          return request('GET /api/me/votes', {
            query: { contest: random.pick(shared.contests).id },
            headers,
          })
        },
      }),
    }
  })
  return mix
}
