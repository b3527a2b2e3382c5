/** Hotpath's mark: a pulse along a path. */
export function Mark() {
  return (
    <svg width="28" height="28" viewBox="0 0 32 32" aria-hidden="true">
      <rect className="mark-ground" width="32" height="32" rx="8" />
      <path className="mark-path" d="M6 22h5l4-13 4 16 3-9h4" />
    </svg>
  )
}
