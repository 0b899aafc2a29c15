import { type Aspect, aspects, type Outcome } from './aspects.ts'
import { type EndpointResult, groupOf } from './run-endpoints.ts'

/** The results as a page of Markdown: counts for each group, and what isn't served. */
export function endpointsPage(results: readonly EndpointResult[]): string {
  const served = results.filter(({ outcomes }) => outcomes.size > 0)
  const missing = results.filter(({ outcomes }) => outcomes.size === 0)
  const groups = Map.groupBy(results, ({ operation }) => groupOf(operation))
  const rows = [...groups].map(
    ([group, own]) => `| ${group} | ${own.length} | ${aspects.map(cellOf(own)).join(' | ')} |`,
  )
  return [
    '# Endpoints',
    `Of the ${results.length} stable operations of Kubernetes 1.35, ${served.length} are served and each was tried in ${aspects.length} ways. A cell says how many of those that a way applies to were as upstream's. Written by \`npm run test:conformance:endpoints\`.`,
    [
      `| group | operations | ${aspects.join(' | ')} |`,
      `|---|---|${aspects.map(() => '---|').join('')}`,
      ...rows,
    ].join('\n'),
    ...(missing.length
      ? [
          '## Not served',
          missing.map(({ operation: { id, path } }) => `- ${id}: \`${path}\``).join('\n'),
        ]
      : []),
    '',
  ].join('\n\n')
}

const cellOf = (results: readonly EndpointResult[]) => (aspect: Aspect) => {
  const outcomes = results.flatMap(({ outcomes }): Outcome[] => {
    const outcome = outcomes.get(aspect)
    return outcome && !('left' in outcome) ? [outcome] : []
  })
  const good = outcomes.filter(outcome => 'ok' in outcome).length
  return outcomes.length ? `${good}/${outcomes.length}` : '–'
}
