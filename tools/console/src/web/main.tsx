import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { createFeed } from './feed.ts'
import { requestOverview } from './request-overview.ts'
import { createTokenStore } from './token-store.ts'
import './styles/tokens.css'
import './styles/base.css'

const feed = createFeed({
  request: requestOverview,
  tokens: createTokenStore(() => sessionStorage),
  clock: Date.now,
})

// A hidden tab asks for nothing; one that is shown again asks at once.
const followVisibility = () => (document.hidden ? feed.pause() : feed.resume())
document.addEventListener('visibilitychange', followVisibility)
addEventListener('online', feed.resume)
followVisibility()

createRoot(document.querySelector('#root')!).render(
  <StrictMode>
    <App feed={feed} />
  </StrictMode>,
)
