import { Component, type ReactNode } from 'react'
import { Screen } from '../parts/screen.tsx'

interface CrashState {
  problem: Error | null
}

/** Keeps the navigation when a screen fails, and says what happened. A class, as React wants it. */
export class CrashBoundary extends Component<{ children: ReactNode }, CrashState> {
  static getDerivedStateFromError(problem: Error): CrashState {
    return { problem }
  }

  override state: CrashState = { problem: null }

  override render(): ReactNode {
    const { problem } = this.state
    if (problem === null) return this.props.children
    return (
      <Screen title="This screen failed">
        <p>
          {problem.message}. After an update of the application an open page may look for files that are gone:
          load it anew.
        </p>
        <p>
          <button type="button" className="button" onClick={() => location.reload()}>
            Load anew
          </button>
        </p>
      </Screen>
    )
  }
}
