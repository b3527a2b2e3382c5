export { createOtelBridge, type OtelBridge, type OtelBridgeOptions } from './bridge.ts'
