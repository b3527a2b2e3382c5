import { useState } from 'react'

interface CopyButtonProps {
  text: string
  /** What is copied, in a word or two: several such buttons stand on a screen. */
  label: string
}

/** Copies a text, and says so; nothing where the browser does not allow it: over HTTPS and on this machine only. */
export function CopyButton({ text, label }: CopyButtonProps) {
  const [isCopied, setCopied] = useState(false)
  if (!('clipboard' in navigator)) return null
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text)
    setCopied(true)
  }
  return (
    <button
      type="button"
      className="quiet-button"
      aria-label={isCopied ? `Copied: ${label}` : `Copy: ${label}`}
      onBlur={() => setCopied(false)}
      onClick={() => void copy()}
    >
      {isCopied ? 'Copied' : 'Copy'}
    </button>
  )
}
