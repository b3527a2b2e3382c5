import { lazy, useState, type ComponentType } from 'react'

/** A page whose code is a file of its own. */
export type LazyPage<P> = ComponentType<P> & {
  /** Fetches the code, so that the page can be shown without waiting. */
  preload: () => Promise<void>
}

/**
 * A page that is fetched when it is first shown, or before. React.lazy alone would suspend even when the code is
 * there already, and React holds a suspended page back for 300 ms; what was preloaded is rendered at once.
 */
export function lazyPage<P extends object>(load: () => Promise<ComponentType<P>>): LazyPage<P> {
  let loaded: ComponentType<P> | undefined
  const preload = async () => {
    loaded ??= await load()
  }
  const Later = lazy(async () => {
    await preload()
    return { default: loaded! }
  }) as unknown as ComponentType<P>

  function Page(props: P) {
    // Decided once: to exchange one for the other later would mount the page anew.
    const [Shown] = useState(() => loaded ?? Later)
    return <Shown {...props} />
  }
  return Object.assign(Page, { preload })
}
