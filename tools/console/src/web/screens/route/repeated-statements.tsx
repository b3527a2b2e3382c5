import { type DatabaseReport, formatDuration, paths } from '@hotpath/core'
import { useApi } from '../../data/use-api.ts'
import { CodeBlock } from '../../parts/code-block.tsx'
import { roundTo } from '../../parts/round-to.ts'
import { Panel, Section } from '../../parts/screen.tsx'

/** Statements that one request of the route sends again and again (N+1); nothing where there are none. */
export function RepeatedStatements({ route }: { route: string }) {
  const { data } = useApi<DatabaseReport>(paths.database, { every: 15_000 })
  const repeats = data?.repeats.filter((repeat) => repeat.route === route) ?? []
  if (repeats.length === 0) return null
  return (
    <Section title="Repeated statements" note="one by one within a request (N+1)">
      {repeats.map(({ fingerprint, sql, site, perRequest, most, totalMs, suggestion }) => (
        <Panel key={`${fingerprint} ${site}`}>
          <p>
            <b>{roundTo(0.1, perRequest)} times a request</b> (at most {most}), {formatDuration(totalMs)} in
            all, from <code>{site}</code>
          </p>
          <CodeBlock label="The statement" text={sql} />
          {suggestion !== null && (
            <>
              <p>One statement does the work of all:</p>
              <CodeBlock label="One statement instead" text={suggestion} />
            </>
          )}
        </Panel>
      ))}
    </Section>
  )
}
