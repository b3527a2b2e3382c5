export {
  compareEndpoints,
  type EndpointComparison,
  type EndpointFile,
  parseEndpoints,
} from './endpoint-file.ts'
export { type Endpoint, type EndpointOptions, measureEndpoints } from './measure-endpoints.ts'
