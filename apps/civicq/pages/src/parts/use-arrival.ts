import { useEffect, useRef, type RefObject } from 'react'

/**
 * What a page load would do, after a navigation within the page: back to the top (unless it was a step through the
 * history, where the browser knows the place) and focus on the content, for keyboards and screen readers.
 */
export function useArrival(path: string): RefObject<HTMLElement | null> {
  const main = useRef<HTMLElement>(null)
  const before = useRef(path)
  const steppedBack = useRef(false)

  useEffect(() => {
    const note = () => (steppedBack.current = true)
    addEventListener('popstate', note)
    return () => removeEventListener('popstate', note)
  }, [])

  useEffect(() => {
    if (before.current === path) return
    before.current = path
    if (!steppedBack.current) scrollTo(0, 0)
    steppedBack.current = false
    main.current?.focus({ preventScroll: true })
  }, [path])

  return main
}
