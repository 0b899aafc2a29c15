import { officialTests } from '../test/conformance/support/generated/official-tests.ts'

/** How a test of the official suite fared: `absent` when this run had none of that codename. */
export type Outcome = 'pass' | 'fail' | 'absent'

/** One test of a run, as scripts/test-results.mjs reads it. */
interface TestResult {
  file: string
  name: string
  state: string
}

type OfficialTest = (typeof officialTests)[number]

/** How each test of the official suite fared, by codename; a test that was skipped counts as absent. */
export function readOutcomes(results: readonly TestResult[]): Map<string, Outcome> {
  const outcomes = new Map<string, Outcome>(
    officialTests.map(({ codename }) => [codename, 'absent']),
  )
  for (const { file, name, state } of results) {
    if (!file.includes('/test/conformance/suite/') || state === 'skipped') continue
    if (!outcomes.has(name)) throw new Error(`${file}: the official suite has no test "${name}"`)
    outcomes.set(name, state === 'passed' ? 'pass' : 'fail')
  }
  return outcomes
}

/** docs/conformance.md: every test of the official suite by area, with what it needs and how it fared. */
export function conformancePage(outcomes: ReadonlyMap<string, Outcome>): string {
  const outcomeOf = ({ codename }: OfficialTest) => outcomes.get(codename) ?? 'absent'
  const areas = Map.groupBy(officialTests, ({ codename }) => codename.slice(1).split(']')[0] ?? '')
  return [
    '# Conformance',
    '',
    'The tests of the official suite of Kubernetes 1.35, each told in our own steps under its official codename and run with clients that are not ours ([how](../test/conformance/README.md)). Written by `npm run test:conformance` from its last run, on two simulated nodes; `npm test` fails when its run says otherwise. `absent`: not told yet.',
    '',
    ...table(
      ['needs', 'pass', 'fail', 'absent'],
      [...countByNeeds(outcomeOf), ['**all**', ...count(officialTests, outcomeOf)]],
    ),
    ...[...areas].flatMap(([area, tests]) => [
      '',
      `## ${area}`,
      '',
      ...table(
        ['test', 'since', 'needs', 'result'],
        tests.map(test => [shortName(test), test.release, test.needs, outcomeOf(test)]),
      ),
    ]),
    '',
  ].join('\n')
}

/** One line: how many of the official tests passed, failed and are absent. */
export function summarizeOutcomes(outcomes: ReadonlyMap<string, Outcome>): string {
  const [pass, fail, absent] = count(
    officialTests,
    ({ codename }) => outcomes.get(codename) ?? 'absent',
  )
  return `${pass} pass, ${fail} fail, ${absent} absent of ${officialTests.length}`
}

function countByNeeds(outcomeOf: (test: OfficialTest) => Outcome): string[][] {
  const byNeeds = Map.groupBy(officialTests, ({ needs }) => needs)
  return [...byNeeds]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([needs, tests]) => [needs, ...count(tests, outcomeOf)])
}

function count(
  tests: readonly OfficialTest[],
  outcomeOf: (test: OfficialTest) => Outcome,
): string[] {
  return (['pass', 'fail', 'absent'] as const).map(outcome =>
    String(tests.filter(test => outcomeOf(test) === outcome).length),
  )
}

const table = (head: string[], rows: string[][]): string[] =>
  [head, head.map(() => '---'), ...rows].map(
    cells => `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`,
  )

const shortName = ({ codename }: OfficialTest): string =>
  codename.replace(/^\[[^\]]+\] /, '').replace(/ \[Conformance\]$/, '')
