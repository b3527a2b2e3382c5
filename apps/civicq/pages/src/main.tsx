import { matchTemplates, reportVitals } from '@hotpath/browser'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { ClientContext, createClient } from './client.ts'
import { pageAddresses } from './page-addresses.ts'
import { preloadPageAt, preloadRest } from './pages.ts'
import './styles/tokens.css'
import './styles/base.css'

reportVitals({ route: matchTemplates(Object.values(pageAddresses)) })

const client = createClient()
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) client.resources.refreshShown()
})

await preloadPageAt(location.pathname)
createRoot(document.querySelector('#root')!).render(
  <StrictMode>
    <ClientContext value={client}>
      <App />
    </ClientContext>
  </StrictMode>,
)
preloadRest()
