import { paths, type Overview } from '@hotpath/core'
import { useEffect, useId, useRef, useState } from 'react'
import { useLocation } from 'wouter'
import { useApi } from '../data/use-api.ts'
import { copyLink, exportScreen, whyNoCopy } from './actions.ts'
import styles from './palette.module.css'
import { type Command, found } from './palette-search.ts'
import { routeAddress } from './screen-link.tsx'
import { screens } from './screens.ts'
import { useAddress } from './use-range.ts'

// The pattern of a combobox (ARIA Authoring Practices): no native element lets one type and choose at once.
const listProps = { role: 'listbox' } as const

/** Goes to a screen or a route by a few letters of its name, or does what the tool bar does. */
export function Palette({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  const list = useId()
  const [text, setText] = useState('')
  const [chosen, choose] = useState(0)
  const commands = found(useCommands(), text)
  const at = Math.min(chosen, commands.length - 1)
  useEffect(() => dialog.current?.showModal(), [])

  const run = (command: Command | undefined) => {
    dialog.current?.close()
    command?.run()
  }
  const onKeyDown = (event: React.KeyboardEvent) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (by !== undefined) {
      event.preventDefault()
      choose((at + by + commands.length) % Math.max(1, commands.length))
    }
    if (event.key === 'Enter') {
      event.preventDefault()
      run(commands[at])
    }
  }
  return (
    <dialog ref={dialog} className={`dialog ${styles.palette}`} aria-label="Find" onClose={onClose}>
      <input
        className={styles.field}
        // It opens by a key or a button, to be typed into.
        // oxlint-disable-next-line jsx-a11y/no-autofocus
        autoFocus
        type="text"
        role="combobox"
        aria-label="Find a screen, a route or an action"
        aria-expanded="true"
        aria-controls={list}
        aria-activedescendant={commands[at] && `${list}-${at}`}
        placeholder="A screen, a route, an action"
        value={text}
        onChange={(event) => {
          setText(event.target.value)
          choose(0)
        }}
        onKeyDown={onKeyDown}
      />
      <ul id={list} className={styles.list} {...listProps} aria-label="Found">
        {commands.map((command, index) => (
          <Option
            key={command.id}
            id={`${list}-${index}`}
            command={command}
            isChosen={index === at}
            onChoose={() => run(command)}
          />
        ))}
      </ul>
      {commands.length === 0 && <p className={styles.none}>Nothing is called that.</p>}
    </dialog>
  )
}

interface OptionProps {
  id: string
  command: Command
  isChosen: boolean
  onChoose: () => void
}

function Option({ id, command, isChosen, onChoose }: OptionProps) {
  const option = { role: 'option', 'aria-selected': isChosen, onClick: onChoose } as const
  return (
    <li id={id} className={styles.option} {...option}>
      <span>{command.name}</span>
      <span className={styles.kind}>{command.kind}</span>
    </li>
  )
}

function useCommands(): Command[] {
  const [location, navigate] = useLocation()
  const address = useAddress()
  const { data } = useApi<Overview>(paths.overview)
  const go = (to: string) => () => navigate(address(to))
  return [
    ...screens
      .filter(({ under }) => under === undefined)
      .map(({ path, title }) => ({ id: path, name: title, kind: 'Screen', run: go(path) })),
    ...(whyNoCopy() === ''
      ? [{ id: 'copy', name: 'Copy link', kind: 'Action', run: () => void copyLink() }]
      : []),
    { id: 'export', name: 'Export this screen as JSON', kind: 'Action', run: () => exportScreen(location) },
    ...(data?.routes ?? []).map(({ route }) => ({
      id: route,
      name: route,
      kind: 'Route',
      run: go(routeAddress(route)),
    })),
  ]
}
