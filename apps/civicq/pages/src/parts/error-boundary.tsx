import { Component, type ReactNode } from 'react'
import { Notice } from './notice.tsx'

/** Catches a page that could not be loaded (a new version was deployed meanwhile) or that broke. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false }

  static getDerivedStateFromError(): { broken: boolean } {
    return { broken: true }
  }

  override render(): ReactNode {
    if (!this.state.broken) return this.props.children
    return (
      <Notice
        title="This page could not be shown"
        text="A new version may have been published while you were here."
        action={{ label: 'Load it again', run: () => location.reload() }}
      />
    )
  }
}
