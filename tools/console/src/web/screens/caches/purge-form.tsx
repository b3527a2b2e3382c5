import { paths, type PurgePreview } from '@hotpath/core'
import { useId, useRef, useState } from 'react'
import { useApi } from '../../data/use-api.ts'
import { useSend } from '../../data/use-send.ts'
import { ActionButton, RoleNote } from '../../parts/action-button.tsx'
import { Answered } from '../../parts/answered.tsx'
import { Choice, Field, Form } from '../../parts/form.tsx'
import { count } from '../../parts/say.ts'
import { Panel, Section } from '../../parts/screen.tsx'
import styles from './caches-screen.module.css'
import { hitsOf, type PurgeDraft, purgeOf } from './purge-target.ts'

/** Drops by tag, key or pattern: first shown, then confirmed. */
export function PurgeForm() {
  const [draft, setDraft] = useState<PurgeDraft>({ by: 'tags', text: '' })
  const [previewed, setPreviewed] = useState<PurgeDraft | null>(null)
  const change = (next: Partial<PurgeDraft>): void => {
    setDraft({ ...draft, ...next })
    setPreviewed(null)
  }
  const isTags = draft.by === 'tags'
  return (
    <Section title="Purge" note="in every process, Redis and the CDN">
      <Form onSubmit={() => setPreviewed(draft)}>
        <Choice label="By" value={draft.by} options={kinds} onChange={(by) => change({ by })} />
        <Field label={isTags ? 'Tags' : 'Key, path, or pattern'} isWide>
          {(id) => (
            <input
              id={id}
              className="input"
              placeholder={isTags ? 'ballot:12 contest:7' : 'ballot:* or /api/ballots/*'}
              value={draft.text}
              onChange={(event) => change({ text: event.target.value })}
              required
            />
          )}
        </Field>
        <button type="submit" className="quiet-button">
          Preview
        </button>
      </Form>
      {previewed && <Previewed draft={previewed} onDone={() => setPreviewed(null)} />}
    </Section>
  )
}

const kinds = [
  { value: 'tags', label: 'tag' },
  { value: 'pattern', label: 'key or pattern' },
] as const

function Previewed({ draft, onDone }: { draft: PurgeDraft; onDone: () => void }) {
  const purge = purgeOf(draft)
  const answer = useApi<PurgePreview>(purge?.preview ?? '', { every: null, enabled: purge !== null })
  if (!purge) return <p>Name at least one.</p>
  return (
    <Answered answer={answer} what="what would be dropped" height="8rem">
      {(preview) => (
        <Panel>
          <Hits preview={preview} />
          <Confirm body={purge.body} hits={hitsOf(preview)} onDone={onDone} />
        </Panel>
      )}
    </Answered>
  )
}

function Hits({ preview }: { preview: PurgePreview }) {
  const { http, objects, worker } = preview
  const all = [
    ...(http.count > 0 ? [{ name: 'HTTP responses', ...http }] : []),
    ...objects.map((one) => ({ name: `Objects of ${one.namespace}`, ...one })),
  ]
  return (
    <>
      <p className={styles.verdict}>
        {hitsOf(preview) === 0
          ? 'Nothing in the memory of this process matches.'
          : `${count(hitsOf(preview))} would be dropped from the memory of this process.`}
      </p>
      <p className={styles.subject}>
        That is what process {worker.number ?? worker.pid} holds; other processes, Redis and a CDN may hold
        more, and are purged alike.
      </p>
      {all.map(({ name, count: hits, sample }) => (
        <details key={name} className={styles.hits} open={all.length === 1}>
          <summary>
            {name}: {count(hits)}
          </summary>
          <ul>
            {sample.map((key) => (
              <li key={key}>
                <code>{key}</code>
              </li>
            ))}
            {hits > sample.length && <li>… and {count(hits - sample.length)} more</li>}
          </ul>
        </details>
      ))}
    </>
  )
}

interface ConfirmProps {
  body: object
  hits: number
  onDone: () => void
}

function Confirm({ body, hits, onDone }: ConfirmProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const title = useId()
  const purge = useSend<object, { acknowledged: boolean }>(paths.cachePurge)
  if (purge.answer) {
    return (
      <output className={styles.verdict}>
        {purge.answer.acknowledged
          ? 'Purged, in all processes.'
          : 'Purged here. Redis could not be reached: the other processes hear of it as soon as it is back.'}{' '}
        <button type="button" className="quiet-button" onClick={onDone}>
          Done
        </button>
      </output>
    )
  }
  return (
    <div className={styles.actions}>
      <ActionButton
        whyNot={purge.isSending ? 'It is being purged.' : ''}
        onClick={() => dialog.current?.showModal()}
      >
        Purge…
      </ActionButton>
      <RoleNote />
      {purge.problem !== null && <span role="alert">{purge.problem}</span>}
      <dialog ref={dialog} className="dialog" aria-labelledby={title}>
        <h2 id={title}>Purge everywhere?</h2>
        <p>
          {count(hits)} here, and whatever matches in other processes, Redis and the CDN. It cannot be undone:
          what is asked for next is made anew.
        </p>
        <form method="dialog" className={styles.actions}>
          <button type="submit" className="quiet-button">
            Cancel
          </button>
          <button type="submit" className="button" onClick={() => purge.send(body)}>
            Purge
          </button>
        </form>
      </dialog>
    </div>
  )
}
