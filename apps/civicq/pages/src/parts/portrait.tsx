import { useState } from 'react'
import { hueOf, initialsOf } from './initials.ts'
import styles from './portrait.module.css'

interface PortraitProps {
  name: string
  /** Path of a square picture; empty when there is none. */
  photo: string
  size: 'small' | 'medium' | 'large'
}

const pixels = { small: 36, medium: 56, large: 112 } as const

/** A candidate's picture, or the initials until, or instead of, it. The name stands beside it in text. */
export function Portrait({ name, photo, size }: PortraitProps) {
  const [failed, setFailed] = useState(false)
  return (
    <span className={styles.portrait} data-size={size} data-hue={hueOf(name)} aria-hidden="true">
      {initialsOf(name)}
      {photo !== '' && !failed && (
        <img
          src={photo}
          alt=""
          width={pixels[size]}
          height={pixels[size]}
          loading="lazy"
          decoding="async"
          onError={() => setFailed(true)}
        />
      )}
    </span>
  )
}
