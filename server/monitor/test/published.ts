import { channel } from 'node:diagnostics_channel'
import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { type HttpRequestMessage, httpChannels } from '@hotpath/http/channels'
import { type PostgresStatementMessage, postgresChannels } from '@hotpath/postgres/channels'

/** Publishes finished requests as the HTTP layer does. */
export function publishRequest(message: Partial<HttpRequestMessage> = {}, times = 1): void {
  const whole = {
    method: 'GET',
    route: 'GET /api/x',
    status: 200,
    durationMs: 10,
    bytes: 100,
    cache: 'hit',
    request: new IncomingMessage(new Socket()),
    ...message,
  } satisfies HttpRequestMessage
  for (let count = 0; count < times; count++) channel(httpChannels.request).publish(whole)
}

/** Publishes a finished statement as the database does. */
export function publishStatement(message: Partial<PostgresStatementMessage> = {}): void {
  const whole = {
    text: 'select 1',
    durationMs: 1,
    waitMs: 0,
    rows: 1,
    error: null,
    facts: null,
    route: null,
    site: null,
    ...message,
  }
  channel(postgresChannels.statement).publish(whole satisfies PostgresStatementMessage)
}
