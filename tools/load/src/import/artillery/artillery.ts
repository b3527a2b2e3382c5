import { errors } from '../../errors.ts'
import type { Scenario } from '../../scenario/scenario.ts'
import { parseTarget } from '../../scenario/url-scenario.ts'
import { createNoteTaker, type Imported, type ImportTools, type NoteTaker } from '../imported.ts'
import { readBudgets } from './budgets.ts'
import { isRecord, listOf, readDocument, type ScriptDocument } from '../document.ts'
import { compileFlow } from './flow.ts'
import type { FlowContext } from './flow-step.ts'
import { readPhases } from './phases.ts'
import { compileTemplate, type Scope, textOf } from './template.ts'
import { noteUnset } from './unset-variables.ts'
import { readVariables } from './variables.ts'

const knownConfig = new Set([
  'target',
  'phases',
  'variables',
  'payload',
  'defaults',
  'http',
  'tls',
  'plugins',
  'ensure',
])

/**
 * An Artillery script (YAML or JSON) as scenarios. Code of the script is never run: functions of a processor are listed
 * as skipped, as is every part without a counterpart.
 * @throws HP_LOAD_IMPORT, HP_LOAD_IMPORT_FILE, HP_LOAD_URL
 */
export function importArtillery(text: string, file: string, tools: ImportTools): Imported {
  const document = readDocument(text, file)
  const notes = createNoteTaker()
  const config = isRecord(document.data.config) ? document.data.config : {}
  const origin = readTargetOrigin(config.target, tools)
  noteUnknown(document, notes)
  noteUnset(document, notes)
  const stages = readPhases(document, notes)
  const http = isRecord(config.http) ? config.http : {}
  const insecure = isRecord(config.tls) && config.tls.rejectUnauthorized === false
  const scenarios = readScenarios(document, { origin, notes, tools })
  if (scenarios.length === 0) {
    throw errors.HP_LOAD_IMPORT({
      file,
      line: document.lineOf(['scenarios']),
      problem: 'it has no HTTP scenario',
    })
  }
  notes.translated(null, 'a status of 400 and above counts as an error unless the request expects it')
  return {
    format: 'artillery',
    origin,
    scenarios,
    options: {
      model: 'open',
      redirects: 10,
      timeout: Number(http.timeout ?? 10) * 1000,
      budgets: readBudgets(document, notes),
      ...(stages.length > 0 ? { stages } : {}),
      ...(insecure ? { insecure } : {}),
    },
    notes: notes.all(),
  }
}

function readTargetOrigin(target: unknown, { environment }: ImportTools): string | null {
  if (typeof target !== 'string') return null
  const scope = { variables: {}, environment } as unknown as Scope
  const filled = textOf(compileTemplate(target, () => {})(scope))
  return filled === '' ? null : parseTarget(filled).origin
}

function noteUnknown({ data, lineOf }: ScriptDocument, notes: NoteTaker): void {
  const config = isRecord(data.config) ? data.config : {}
  for (const key of Object.keys(config)) {
    if (knownConfig.has(key)) continue
    const why = key === 'processor' ? 'code of a script is not run' : 'no counterpart here'
    notes.skipped(lineOf(['config', key]), `config.${key}: ${why}`)
  }
  for (const key of Object.keys(isRecord(config.plugins) ? config.plugins : {})) {
    if (key !== 'expect' && key !== 'ensure') {
      notes.skipped(lineOf(['config', 'plugins', key]), `plugin ${key}: plugins are not run`)
    }
  }
  for (const key of ['before', 'after']) {
    if (data[key] !== undefined) notes.skipped(lineOf([key]), `${key}: its flow is not run`)
  }
}

interface ScenarioContext {
  origin: string | null
  notes: NoteTaker
  tools: ImportTools
}

function readScenarios(document: ScriptDocument, context: ScenarioContext): Scenario[] {
  const { data, lineOf } = document
  const { notes, origin, tools } = context
  const config = isRecord(data.config) ? data.config : {}
  const drawVariables = readVariables(document, tools, notes)
  const flowContext = readFlowContext(config, { notes, lineOf, origin })
  return listOf(data.scenarios).flatMap((scenario, index): Scenario[] => {
    const path = ['scenarios', index]
    if (!isRecord(scenario)) return []
    if (scenario.engine !== undefined && scenario.engine !== 'http') {
      notes.skipped(lineOf([...path, 'engine']), `scenario ${index + 1}: engine ${textOf(scenario.engine)}`)
      return []
    }
    for (const key of Object.keys(scenario)) {
      if (['name', 'weight', 'flow', 'engine'].includes(key)) continue
      notes.skipped(lineOf([...path, key]), `${key} of scenario ${index + 1}: not run here`)
    }
    const flow = compileFlow(scenario.flow, [...path, 'flow'], flowContext)
    return [
      {
        name: typeof scenario.name === 'string' ? scenario.name : `scenario ${index + 1}`,
        weight: Number(scenario.weight ?? 1),
        origin,
        setup: null,
        async run(session) {
          const { random, number } = session
          const variables = drawVariables(random, number)
          await flow({ session, scope: { variables, random, environment: tools.environment, now: Date.now } })
        },
      },
    ]
  })
}

function readFlowContext(
  config: Record<string, unknown>,
  rest: Pick<FlowContext, 'notes' | 'lineOf' | 'origin'>,
): FlowContext {
  const http = isRecord(config.http) ? config.http : {}
  const layers = [config.defaults, http.defaults].filter(isRecord)
  const headers = Object.assign({}, ...layers.map((layer) => (isRecord(layer.headers) ? layer.headers : {})))
  const think = layers.map((layer) => layer.think).find(isRecord)
  const jitter = /^(\d+(?:\.\d+)?)%$/.exec(textOf(think?.jitter))
  return { ...rest, headers, thinkJitter: jitter ? Math.min(1, Number(jitter[1]) / 100) : 0 }
}
