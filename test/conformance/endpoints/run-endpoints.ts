import { type Aspect, aspects, type Outcome, tryAspect } from './aspects.ts'
import type { EndpointServer } from './endpoint-server.ts'
import { tryNonResource } from './non-resource.ts'
import { type Operation, operations } from './operation.ts'

/** What came of one operation, aspect by aspect. */
export interface EndpointResult {
  operation: Operation
  /** Empty where the server doesn't serve it. */
  outcomes: Map<Aspect, Outcome>
}

/** `/apis/apps/v1`, `/api/v1`, or what an operation lies under that is about no resource. */
export const groupOf = ({ path, target }: Operation): string =>
  target
    ? path
        .split('/')
        .slice(0, target.resource.group ? 4 : 3)
        .join('/')
    : 'discovery'

/** Tries every aspect of every operation of a group. */
export async function runEndpoints(
  server: EndpointServer,
  group: string,
): Promise<EndpointResult[]> {
  const results: EndpointResult[] = []
  for (const operation of operations.filter(one => groupOf(one) === group)) {
    const outcomes = new Map<Aspect, Outcome>()
    const { target } = operation
    for (const aspect of (await isServed(server, operation)) ? aspects : []) {
      const outcome = target
        ? await tryAspect(aspect, server, operation, target)
        : await tryNonResource(aspect, server, operation)
      outcomes.set(aspect, outcome)
    }
    results.push({ operation, outcomes })
  }
  return results
}

async function isServed({ admin }: EndpointServer, { path, target }: Operation): Promise<boolean> {
  const root = target ? groupOf({ path, target } as Operation) : path.replace('{logpath}', 'x')
  const { status, json } = await admin.request('GET', root)
  if (status !== 200 || !target) return status === 200
  const names = (json.resources as { name: string }[]).map(({ name }) => name)
  return names.includes(target.resource.resource)
}

/** The groups in the order of the operations. */
export const groups: readonly string[] = [...new Set(operations.map(groupOf))]
