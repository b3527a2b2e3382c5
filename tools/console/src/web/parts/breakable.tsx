import { Fragment } from 'react'

/** Text with paths in it, which may break after each slash: nowhere in a word, unless nothing else helps. */
export function Breakable({ text }: { text: string }) {
  const [first, ...rest] = text.split('/')
  // Pieces have no identity but their place, and the whole list changes at once.
  const pieces = rest.map((piece, index) => ({ piece, key: `${index}/${piece}` }))
  return (
    <>
      {first}
      {pieces.map(({ piece, key }) => (
        <Fragment key={key}>
          /<wbr />
          {piece}
        </Fragment>
      ))}
    </>
  )
}
