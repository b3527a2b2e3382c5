import { channel } from 'node:diagnostics_channel'

/** Whoever listens to Node's own channels wants to hear of every request, and gets it before anybody else. */
const channels = [
  'http.server.request.start',
  'http.server.response.created',
  'http.server.response.finish',
].map((name) => channel(name))

/** Whether anybody listens to what Node itself tells of the requests of its servers. */
export const isNodeHeard = (): boolean => channels.some(({ hasSubscribers }) => hasSubscribers)
