import { useMemo } from 'react'
import { useSearchParams } from 'wouter'
import type { CitySummary, List } from '../../../src/api/shapes.ts'
import { useResource } from '../api/use-resource.ts'
import { Loaded } from '../parts/loaded.tsx'
import { Notice } from '../parts/notice.tsx'
import { PageHeading } from '../parts/page-heading.tsx'
import { PageLink } from '../parts/page-link.tsx'
import { RowsSkeleton } from '../parts/page-skeleton.tsx'
import { count } from '../parts/wording.ts'
import styles from './cities-page.module.css'

/** Where everything begins: find your city. */
export function CitiesPage() {
  const cities = useResource<List<CitySummary>>('/api/cities')
  const [search, setSearch] = useSearchParams()
  const sought = search.get('name') ?? ''

  function seek(name: string) {
    // Replaced, not pushed: each letter is no step to go back to.
    setSearch(name ? { name } : {}, { replace: true })
  }

  return (
    <>
      <PageHeading title="Ask the candidates on your ballot">
        <p className={styles.lead}>
          The questions that matter to most voters rise to the top, and the candidates answer them in public.
        </p>
      </PageHeading>
      <search className={styles.search}>
        <label htmlFor="city-name">Find your city</label>
        <input
          id="city-name"
          type="search"
          value={sought}
          onChange={(event) => seek(event.target.value)}
          autoComplete="off"
          placeholder="Name or state"
        />
      </search>
      <Loaded resource={cities} skeleton={<RowsSkeleton rows={6} />}>
        {({ data }) => <CityList cities={data} sought={sought} />}
      </Loaded>
    </>
  )
}

function CityList({ cities, sought }: { cities: CitySummary[]; sought: string }) {
  const found = useMemo(() => matching(cities, sought), [cities, sought])
  return (
    <>
      <output htmlFor="city-name" className={sought ? styles.found : 'visually-hidden'}>
        {sought ? `${count(found.length, 'city', 'cities')} found` : ''}
      </output>
      {found.length === 0 ? (
        <Notice
          title={sought ? `No city is called “${sought}”` : 'There are no cities yet'}
          text={sought ? 'Try the beginning of its name, or two letters for the state.' : 'Come back soon.'}
        />
      ) : (
        <ul className={styles.grid}>
          {found.map(({ id, slug, name, state, population, ballotCount }) => (
            <li key={id}>
              <PageLink
                href={`/${slug}`}
                needs={[`/api/cities/${slug}`, `/api/cities/${slug}/ballots`]}
                className={styles.city}
              >
                <span className={styles.name}>
                  {name} <span className={styles.state}>{state}</span>
                </span>
                <span className={styles.facts}>
                  {population.toLocaleString('en-US')} people · {count(ballotCount, 'ballot')}
                </span>
              </PageLink>
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

function matching(cities: CitySummary[], sought: string): CitySummary[] {
  const words = sought
    .toLocaleLowerCase('en-US')
    .split(/[\s,]+/)
    .filter(Boolean)
  return cities.filter(({ name, state }) => {
    const text = ` ${name} ${state}`.toLocaleLowerCase('en-US')
    return words.every((word) => text.includes(` ${word}`))
  })
}
