import type { FlowContext, FlowStep } from './flow-step.ts'
import { isRecord, listOf, type Path } from '../document.ts'
import { compileRequest, methods } from './request.ts'
import { compileTemplate, lookUp } from './template.ts'
import { readTime } from './time.ts'

const mostTurns = 100_000

/** A list of steps as one. */
export function compileFlow(steps: unknown, path: Path, context: FlowContext): FlowStep {
  const compiled = listOf(steps).map((step, index) => compileStep(step, [...path, index], context))
  return async (user) => {
    for (const step of compiled) if (!(await step(user))) return false
    return true
  }
}

const goOn: FlowStep = () => Promise.resolve(true)

function compileStep(step: unknown, path: Path, context: FlowContext): FlowStep {
  const line = context.lineOf(path)
  if (!isRecord(step)) {
    context.notes.skipped(line, `the step ${JSON.stringify(step)}: a step is a map`)
    return goOn
  }
  const method = methods.find((name) => step[name] !== undefined)
  if (method) {
    const request = step[method]
    return isRecord(request)
      ? compileRequest({ method, request, line, path: [...path, method] }, context)
      : compileRequest({ method, request: { url: request }, line, path: [...path, method] }, context)
  }
  if (step.think !== undefined) return compileThink(step.think, line, context)
  if (step.loop !== undefined) return compileLoop(step, path, context)
  if (step.parallel !== undefined) return compileParallel(step.parallel, [...path, 'parallel'], context)
  if (step.log !== undefined) return goOn
  context.notes.skipped(line, `${Object.keys(step)[0] ?? 'an empty step'}: not a step that runs here`)
  return goOn
}

function compileThink(think: unknown, line: number, context: FlowContext): FlowStep {
  const { thinkJitter, notes } = context
  const template = compileTemplate(think, (what) => notes.skipped(line, what))
  return async ({ session, scope }) => {
    const seconds = (readTime(template(scope)) ?? 0) / 1000
    if (seconds === 0) return true
    const spread = seconds * thinkJitter
    await (spread === 0 ? session.think(seconds) : session.think(seconds - spread, seconds + spread))
    return true
  }
}

function compileLoop(step: Record<string, unknown>, path: Path, context: FlowContext): FlowStep {
  const line = context.lineOf(path)
  const body = compileFlow(step.loop, [...path, 'loop'], context)
  if (step.whileTrue !== undefined) {
    context.notes.skipped(line, 'whileTrue: JavaScript of a script is not run; the loop is done once')
  }
  const name = typeof step.loopValue === 'string' ? step.loopValue : '$loopCount'
  const element = typeof step.loopElement === 'string' ? step.loopElement : '$loopElement'
  const over = step.over
  const count = compileTemplate(step.count ?? 1, (what) => context.notes.skipped(line, what))
  return async (user) => {
    const { scope } = user
    const list =
      over === undefined ? null : listOf(typeof over === 'string' ? lookUp(scope.variables, over) : over)
    const turns = Math.min(mostTurns, list === null ? Number(count(scope)) || 0 : list.length)
    for (let turn = 0; turn < turns; turn++) {
      scope.variables[name] = turn + 1
      if (list !== null) scope.variables[element] = list[turn]
      if (!(await body(user))) return false
    }
    return true
  }
}

function compileParallel(steps: unknown, path: Path, context: FlowContext): FlowStep {
  const compiled = listOf(steps).map((step, index) => compileStep(step, [...path, index], context))
  return async (user) => {
    const ends = await Promise.all(compiled.map((step) => step(user)))
    return ends.every(Boolean)
  }
}
