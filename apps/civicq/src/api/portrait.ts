/** A square picture that stands for a photo: a head, shoulders and the initials, in colours of the candidate's own. */
export function portrait(id: number, name: string): string {
  // The golden angle: neighbours on a ballot get colours far apart.
  const hue = Math.round((id * 137.508) % 360)
  const back = `hsl(${hue} 42% 88%)`
  const front = `hsl(${hue} 46% 36%)`
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96" width="96" height="96" role="img" aria-hidden="true">
<rect width="96" height="96" fill="${back}"/>
<circle cx="48" cy="38" r="17" fill="${front}" opacity=".55"/>
<path d="M14 96c2-24 16-36 34-36s32 12 34 36z" fill="${front}"/>
<text x="48" y="88" text-anchor="middle" font-family="system-ui,sans-serif" font-size="16" font-weight="600" fill="${back}">${initials(name)}</text>
</svg>
`
}

/** Letters only: nothing of a name may become markup. */
function initials(name: string): string {
  const words = name.match(/\p{L}+/gu) ?? []
  return [words.at(0), words.length > 1 ? words.at(-1) : undefined]
    .map((word) => /^\p{L}/u.exec(word ?? '')?.[0].toUpperCase() ?? '')
    .join('')
}
