import { type RefObject, useEffect, useRef, useState } from 'react'

/** Whether `box` has ever been near the window: what nobody scrolls to is neither loaded nor drawn. */
export function useSeen(): { box: RefObject<HTMLDivElement | null>; isSeen: boolean } {
  const box = useRef<HTMLDivElement>(null)
  const [isSeen, setSeen] = useState(false)
  useEffect(() => {
    const watch = new IntersectionObserver(
      (entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return
        setSeen(true)
        watch.disconnect()
      },
      { rootMargin: '200px' },
    )
    watch.observe(box.current!)
    return () => watch.disconnect()
  }, [])
  return { box, isSeen }
}
