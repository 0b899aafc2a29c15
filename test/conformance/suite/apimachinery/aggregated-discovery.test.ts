import { expect } from 'vitest'
import { eventually } from '../../../support/eventually.ts'
import { builtInResources } from '../../support/built-in-resources.ts'
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

/** The resources of an aggregated document, as `group/version resource`. */
const resourcesOf = ({ items }: GroupDiscoveryList): string[] =>
  items.flatMap(({ metadata: { name = '' }, versions }) =>
    versions.flatMap(({ version, resources = [] }) =>
      resources.map(({ resource }) => `${name ? `${name}/` : ''}${version} ${resource}`),
    ),
  )

const expectedResources = (isCore: boolean): string[] =>
  Object.entries(builtInResources)
    .filter(([groupVersion]) => (groupVersion === 'v1') === isCore)
    .flatMap(([groupVersion, plurals]) => plurals.map(plural => `${groupVersion} ${plural}`))

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

conformance(
  '[sig-api-machinery] AggregatedDiscovery should support aggregated discovery interface [Conformance]',
  async ({ kubectl, step }) => {
    // A Go client's discovery asks for the aggregated form, as `kubectl api-resources` shows with -v=8.
    const { stdout, stderr } = await step('let a Go client discover what is served', () =>
      kubectl('api-resources --output name --cached=false -v=8'),
    )
    await step('it asked once for each root, and got the aggregated form', () => {
      const asked = [...stderr.matchAll(/GET" url="https:\/\/[^/]+([^"?]+)/g)].map(hit => hit[1])
      expect(asked).toEqual(['/api', '/apis'])
    })
    await step('it found every built-in kind', () => {
      const found = stdout.trim().split('\n')
      const expected = Object.entries(builtInResources).flatMap(([groupVersion, plurals]) => {
        const [group, version] = groupVersion.split('/')
        return plurals.map(plural => (version ? `${plural}.${group}` : plural))
      })
      expect(found).toEqual(expect.arrayContaining(expected))
    })
  },
)

conformance(
  '[sig-api-machinery] AggregatedDiscovery should support raw aggregated discovery endpoint Accept headers [Conformance]',
  async context => {
    const { step } = context
    for (const root of ['/api', '/apis'] as const) {
      await step(`${root} answers in the form that was asked for, and says so`, async () => {
        const { headers, list } = await discover(context, root)
        expect(headers['content-type']).toBe(
          'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
        )
        expect(list).toMatchObject({
          apiVersion: 'apidiscovery.k8s.io/v2',
          kind: 'APIGroupDiscoveryList',
        })
      })
      await step(`${root} has every built-in kind`, async () => {
        const { list } = await discover(context, root)
        expect(resourcesOf(list)).toEqual(
          expect.arrayContaining(expectedResources(root === '/api')),
        )
      })
    }
    await step('without the header /apis answers in the old form', async () => {
      const answer = await context.raw('GET', '/apis', { headers: { accept: 'application/json' } })
      expect(answer.json).toMatchObject({ kind: 'APIGroupList' })
    })
  },
)
