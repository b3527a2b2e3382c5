import { type KeyExplanation, paths, type UrlExplanation } from '@hotpath/core'
import { useState } from 'react'
import { useSearchParams } from 'wouter'
import { useApi } from '../../data/use-api.ts'
import { Answered } from '../../parts/answered.tsx'
import { Field, Form } from '../../parts/form.tsx'
import { Section } from '../../parts/screen.tsx'
import { KeyAccount, UrlAccount } from './explained.tsx'

/** Why a key or a URL is served from the cache, or is not. What is asked stands in the address. */
export function ExplainForm({ namespaces }: { namespaces: readonly string[] }) {
  const [parameters, setParameters] = useSearchParams()
  const asked = parameters.get('explain') ?? ''
  const namespace = parameters.get('namespace') ?? namespaces[0] ?? ''
  const [text, setText] = useState(asked)

  const ask = (form: FormData): void =>
    setParameters((before) => {
      const next = new URLSearchParams(before)
      next.set('explain', text.trim())
      const chosen = form.get('namespace')
      if (typeof chosen === 'string') next.set('namespace', chosen)
      return next
    })

  return (
    <Section title="Why a hit, why a miss">
      <Form onSubmit={ask}>
        <Field label="Key, or path of a URL" isWide>
          {(id) => (
            <input
              id={id}
              className="input"
              placeholder="ballot:12 or /api/ballots/12"
              value={text}
              onChange={(event) => setText(event.target.value)}
              required
            />
          )}
        </Field>
        {namespaces.length > 1 && !text.startsWith('/') && (
          <Field label="Namespace">
            {(id) => (
              <select id={id} name="namespace" className="input" defaultValue={namespace}>
                {namespaces.map((name) => (
                  <option key={name}>{name}</option>
                ))}
              </select>
            )}
          </Field>
        )}
        <button type="submit" className="quiet-button">
          Explain
        </button>
      </Form>
      {asked !== '' &&
        (asked.startsWith('/') ? <OfUrl url={asked} /> : <OfKey name={asked} namespace={namespace} />)}
    </Section>
  )
}

function OfUrl({ url }: { url: string }) {
  const answer = useApi<UrlExplanation>(`${paths.httpExplain}?${new URLSearchParams({ url })}`, {
    every: 2_000,
  })
  return (
    <Answered answer={answer} what="this URL" height="8rem">
      {(explained) => <UrlAccount explained={explained} />}
    </Answered>
  )
}

function OfKey({ name, namespace }: { name: string; namespace: string }) {
  const query = new URLSearchParams({ key: name, ...(namespace !== '' && { namespace }) })
  const answer = useApi<KeyExplanation>(`${paths.cacheExplain}?${query}`, { every: 2_000 })
  return (
    <Answered answer={answer} what="this key" height="8rem">
      {(explained) => <KeyAccount explained={explained} />}
    </Answered>
  )
}
