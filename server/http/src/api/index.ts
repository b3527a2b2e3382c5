export {
  type Problem,
  prepareProblem,
  type RenderedProblem,
  renderProblem,
  sendProblem,
  type SendProblem,
} from './problem.ts'
