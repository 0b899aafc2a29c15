import { formatTime } from '#base/clock.ts'
import {
  type BootstrapObject,
  bootstrapFlowSchemas,
  bootstrapPriorityLevels,
} from '#control-plane/resources/shared/flow-control/bootstrap-flow-control.ts'
import type { FlowSchema, FlowSchemaCondition } from '#kubernetes/api/flowcontrol-v1.ts'
import { cloneJson } from '#kubernetes/json.ts'
import type { KubernetesObject } from '#kubernetes/objects.ts'
import { ensure, serverUser } from '../bootstrap/bootstrap-objects.ts'
import { storeKey } from '../catalog.ts'
import type { ObjectWriter } from '../handlers/object-writer.ts'
import { Upkeep } from '../maintenance/upkeep.ts'
import type { Services } from '../services.ts'

const group = 'flowcontrol.apiserver.k8s.io'

/** Creates the flow schemas and priority levels that every cluster begins with; leaves alone what is there. */
export const bootstrapFlowControl = (services: Services, writer: ObjectWriter): Promise<unknown> =>
  Promise.all(bootstrapObjects().map(object => ensure(services, writer, object)))

/** Puts back mandatory objects that were deleted, and tells in every FlowSchema whether its priority level exists. */
export function keepFlowSchemas(services: Services, writer: ObjectWriter): Upkeep {
  const schemas = services.catalog.get(group, 'v1', 'flowschemas')
  const levels = services.catalog.get(group, 'v1', 'prioritylevelconfigurations')
  return new Upkeep({
    services,
    name: 'flow schemas',
    kinds: [schemas, levels],
    async work() {
      const mandatory = bootstrapObjects(({ mandatory }) => mandatory)
      await Promise.all(mandatory.map(object => ensure(services, writer, object)))
      const { caches } = services
      await Promise.all(
        [...caches.of(schemas).values()].map(({ object }) => {
          const schema = object as unknown as Readonly<FlowSchema>
          const level = schema.spec.priorityLevelConfiguration.name
          const exists = caches.of(levels).get(storeKey(levels, '', level)) !== undefined
          return tellWhetherDangling(services, writer, schema, exists)
        }),
      )
    },
  })
}

async function tellWhetherDangling(
  { catalog, clock }: Services,
  writer: ObjectWriter,
  schema: Readonly<FlowSchema>,
  exists: boolean,
): Promise<void> {
  const wanted = danglingCondition(schema, exists, clock.now())
  const current = schema.status?.conditions?.find(({ type }) => type === 'Dangling')
  if (current?.status === wanted.status && current?.message === wanted.message) return
  const name = schema.metadata.name ?? ''
  const definition = catalog.get(group, 'v1', 'flowschemas')
  const write = { definition, namespace: '', name, subresource: 'status', dryRun: false }
  await writer.update(
    { ...write, user: serverUser, warnings: new Set() },
    {
      change(old) {
        const next = cloneJson(old) as FlowSchema
        const others = (next.status?.conditions ?? []).filter(({ type }) => type !== 'Dangling')
        next.status = { ...next.status, conditions: [...others, wanted] }
        return next as unknown as KubernetesObject
      },
    },
  )
}

function danglingCondition(
  { spec }: Readonly<FlowSchema>,
  exists: boolean,
  now: number,
): FlowSchemaCondition {
  const name = JSON.stringify(spec.priorityLevelConfiguration.name)
  const refers = `This FlowSchema references the PriorityLevelConfiguration object named ${name}`
  return {
    type: 'Dangling',
    status: exists ? 'False' : 'True',
    lastTransitionTime: formatTime(now),
    reason: exists ? 'Found' : 'NotFound',
    message: exists ? `${refers} and it exists` : `${refers} but there is no such object`,
  }
}

function bootstrapObjects(
  isWanted: (object: BootstrapObject<unknown>) => boolean = () => true,
): KubernetesObject[] {
  const objectsOf = (kind: string, objects: readonly BootstrapObject<unknown>[]) =>
    objects.filter(isWanted).map(
      ({ name, spec }) =>
        ({
          apiVersion: `${group}/v1`,
          kind,
          metadata: { name, annotations: { 'apf.kubernetes.io/autoupdate-spec': 'true' } },
          spec,
        }) as KubernetesObject,
    )
  return [
    ...objectsOf('PriorityLevelConfiguration', bootstrapPriorityLevels),
    ...objectsOf('FlowSchema', bootstrapFlowSchemas),
  ]
}
