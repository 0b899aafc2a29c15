import { expect } from 'vitest'
import { eventually } from '../../../support/eventually.ts'
import { conformance } from '../../support/conformance.ts'
import type { ConformanceContext } from '../../support/context.ts'
import { customDefinition, establish } from '../../support/custom-definitions.ts'

const aggregated =
  'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json'

/** What a test looks at in an APIGroupDiscoveryList, https://kubernetes.io/docs/reference/using-api/api-concepts. */
interface GroupDiscoveryList {
  apiVersion: string
  kind: string
  items: {
    metadata: { name?: string }
    versions: {
      version: string
      freshness: string
      resources?: {
        resource: string
        responseKind: { kind: string }
        scope: string
        verbs: string[]
      }[]
    }[]
  }[]
}

/** Asks a discovery root for the aggregated form. */
async function discover({ raw }: ConformanceContext, root: '/api' | '/apis') {
  const answer = await raw('GET', root, { headers: { accept: aggregated } })
  expect(answer.status).toBe(200)
  return { headers: answer.headers, list: answer.json as GroupDiscoveryList }
}

/** Creates a definition and waits until the aggregated document has its kind. */
async function expectDiscovered(context: ConformanceContext): Promise<void> {
  const { step } = context
  const definition = customDefinition(context, 'discovered')
  await step('create a CustomResourceDefinition', () => establish(context, definition))
  await step('the aggregated document has its kind, its scope and its verbs', () =>
    eventually(async () => {
      const { list } = await discover(context, '/apis')
      const group = list.items.find(({ metadata }) => metadata.name === definition.spec.group)
      expect(group?.versions).toEqual([
        expect.objectContaining({
          version: 'v1',
          freshness: 'Current',
          resources: [
            expect.objectContaining({
              resource: definition.spec.names.plural,
              responseKind: expect.objectContaining({ kind: definition.spec.names.kind }),
              scope: 'Namespaced',
              verbs: expect.arrayContaining(['create', 'delete', 'get', 'list', 'update', 'watch']),
            }),
          ],
        }),
      ])
    }),
  )
}

conformance(
  '[sig-api-machinery] AggregatedDiscovery should support raw aggregated discovery request for CRDs [Conformance]',
  expectDiscovered,
)

conformance(
  '[sig-api-machinery] AggregatedDiscovery should support aggregated discovery interface for CRDs [Conformance]',
  async context => {
    const { step, kubectl } = context
    const definition = customDefinition(context, 'interface')
    await step('create a CustomResourceDefinition', () => establish(context, definition))
    await step("a Go client's discovery finds its kind", () =>
      eventually(async () => {
        const found = await kubectl(`api-resources --api-group ${definition.spec.group} -o wide`)
        expect(found.stdout).toMatch(
          new RegExp(
            `${definition.spec.names.plural} +${definition.spec.group}/v1 +true +${definition.spec.names.kind} +create,delete,deletecollection,get,list,patch,update,watch`,
          ),
        )
      }),
    )
  },
)
