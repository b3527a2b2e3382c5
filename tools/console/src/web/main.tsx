import { QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Router } from 'wouter'
import { App } from './app.tsx'
import { client } from './data/client.ts'
import { applyTheme, readTheme } from './shell/theme.ts'
import './styles/tokens.css'
import './styles/base.css'

applyTheme(readTheme())

createRoot(document.querySelector('#root')!).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <Router base="/_hotpath">
        <App />
      </Router>
    </QueryClientProvider>
  </StrictMode>,
)
