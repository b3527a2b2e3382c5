export { createProxy, type Proxy, type ProxyOptions } from './create-proxy.ts'
export { originDefaults, type OriginOptions } from './origin.ts'
