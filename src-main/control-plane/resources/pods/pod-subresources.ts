import type { EphemeralContainer, Pod, PodSpec } from '#kubernetes/api/core-v1.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import type { Subresource, Verb } from '../define-resource.ts'
import { each, forbidden, invalid, isEqual } from '../shared/field-errors.ts'
import { qosClassOf } from '../shared/pod-spec/resource-defaults.ts'
import { diffText } from './diff-text.ts'

const connect: Verb[] = ['create', 'get']
const readWrite: Verb[] = ['get', 'patch', 'update']

/** Ephemeral containers can be added, and stay as they are. */
function validateEphemeral({ spec }: Pod, old: Pod): FieldError[] {
  const path = 'spec.ephemeralContainers'
  const now = new Map((spec.ephemeralContainers ?? []).map(one => [one.name, one]))
  return (old.spec.ephemeralContainers ?? []).flatMap((before: EphemeralContainer) => {
    const after = now.get(before.name)
    const existing = `existing ephemeral containers ${JSON.stringify(before.name)}`
    if (!after) return [forbidden(path, `${existing} may not be removed\n`)]
    return isEqual(before, after)
      ? []
      : [
          forbidden(
            path,
            `${existing} may not be changed\n${diffText('core.EphemeralContainer', before, after)}`,
          ),
        ]
  })
}

/** A running pod may be given more or less CPU and memory, as long as it stays in its class. */
function validateResize({ spec, status }: Pod, old: Pod): FieldError[] {
  const errors: FieldError[] = []
  if (spec.containers?.length !== old.spec.containers?.length)
    return [forbidden('spec.containers', 'containers may not be added or removed on resize')]
  const qosClass = old.status?.qosClass ?? status?.qosClass
  if (qosClass && qosClassOf(spec) !== qosClass)
    errors.push(
      invalid('spec', qosClassOf(spec), 'Pod QOS Class may not change as a result of resizing'),
    )
  errors.push(
    ...each(spec.containers, 'spec.containers', ({ resources }, path, index) => {
      const before = old.spec.containers?.[index]?.resources ?? {}
      return (['limits', 'requests'] as const).flatMap(field => {
        const kept = Object.keys(resources?.[field] ?? {})
        const removed = Object.keys(before[field] ?? {}).some(name => !kept.includes(name))
        return removed
          ? [forbidden(`${path}.resources.${field}`, `resource ${field} cannot be removed`)]
          : []
      })
    }),
  )
  if (!isEqual(otherResources(spec), otherResources(old.spec)))
    errors.push(forbidden('spec', 'only cpu and memory resources are mutable'))
  return errors
}

const otherResources = ({ containers = [] }: PodSpec) =>
  containers.map(({ resources }) =>
    [resources?.limits, resources?.requests].map(amounts => {
      const { cpu: _, memory: __, ...others } = amounts ?? {}
      return others
    }),
  )

/** Everything beneath a pod. */
export const podSubresources: Record<string, Subresource<Pod>> = {
  attach: { kind: 'PodAttachOptions', verbs: connect },
  binding: { kind: 'Binding', verbs: ['create'] },
  ephemeralcontainers: {
    kind: 'Pod',
    verbs: readWrite,
    validateUpdate: validateEphemeral,
  },
  eviction: { group: 'policy', version: 'v1', kind: 'Eviction', verbs: ['create'] },
  exec: { kind: 'PodExecOptions', verbs: connect },
  log: { kind: 'Pod', verbs: ['get'] },
  portforward: { kind: 'PodPortForwardOptions', verbs: connect },
  proxy: { kind: 'PodProxyOptions', verbs: ['create', 'delete', 'get', 'patch', 'update'] },
  resize: {
    kind: 'Pod',
    verbs: readWrite,
    validateUpdate: validateResize,
  },
}
