import type { Target } from '@hotpath/app'

/**
 * CivicQ's published targets (CIV-12). `rate` and `users` are the fleet's: what one process does is measured, what
 * the fleet does is forecast from it.
 */
export const targets: Target[] = [
  { id: 'CIV-12.users', title: 'Concurrent users, fleet', budget: 'users >= 10000' },
  { id: 'CIV-12.rate', title: 'Requests per second, fleet', budget: 'rate >= 50000/s' },
  { id: 'CIV-12.mean', title: 'API, average', budget: 'latency mean < 200ms' },
  { id: 'CIV-12.p95', title: 'API, 95th percentile', budget: 'latency p95 < 500ms' },
  { id: 'CIV-12.hit', title: 'Cache hit rate', budget: 'hit > 80%' },
  { id: 'CIV-12.statement', title: 'SQL statements, 95th percentile', budget: 'statement p95 < 100ms' },
  { id: 'CIV-12.page', title: 'Page load', budget: 'page < 2s' },
  { id: 'CIV-12.interactive', title: 'Page interactive', budget: 'interactive < 3s' },
  { id: 'CIV-12.visitors.page', title: 'Page load, as visitors tell', budget: 'LCP p75 < 2s' },
  { id: 'CIV-12.visitors.reaction', title: 'Reaction, as visitors tell', budget: 'INP p75 < 200ms' },
]
