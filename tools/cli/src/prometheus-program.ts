import type { Command } from 'commander'
import { dashboards, rules } from './commands/prometheus.ts'
import { example, jsonOption } from './help.ts'
import { someText } from './options.ts'

const appArgument = 'the application: its name under apps/, or its folder'
const jobOption = [
  '--job <name>',
  "the job under which Prometheus scrapes it; otherwise the application's name",
  someText('--job', 'the name of a job'),
] as const

/** `hotpath rules` and `hotpath dashboards`: an application's promises, for Prometheus and Grafana. */
export function addPrometheus(program: Command, onExit: (code: number) => void): void {
  program
    .command('rules')
    .description('recording and alert rules of the budgets, for Prometheus: YAML on stdout')
    .argument('[app]', appArgument)
    .option(...jobOption)
    .option('--tests', 'unit tests of these rules, for promtool, instead', false)
    .option(...jsonOption)
    .addHelpText(
      'after',
      example('hotpath rules civicq > civicq.rules.yml') +
        '\nTo check and to test them:\n' +
        '  promtool check rules civicq.rules.yml\n' +
        '  hotpath rules civicq --tests > civicq.tests.yml && promtool test rules civicq.tests.yml\n',
    )
    .action(async (app: string | undefined, options) => onExit(await rules(app, options)))
  program
    .command('dashboards')
    .description('a Grafana dashboard of the budgets and of what they depend on: JSON on stdout')
    .argument('[app]', appArgument)
    .option(...jobOption)
    .option(...jsonOption)
    .addHelpText('after', example('hotpath dashboards civicq > civicq.dashboard.json'))
    .action(async (app: string | undefined, options) => onExit(await dashboards(app, options)))
}
