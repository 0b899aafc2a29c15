import type { EphemeralContainer, Pod } from '#kubernetes/api/core-v1.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import type { Subresource, Verb } from '../define-resource.ts'
import { forbidden, isEqual } from '../shared/field-errors.ts'
import { mirrorAnnotation } from '../shared/pod-spec/validate-pod-annotations.ts'
import { diffText } from './diff-text.ts'
import { validateResize } from './pod-resize.ts'

const connect: Verb[] = ['create', 'get']
const readWrite: Verb[] = ['get', 'patch', 'update']

/** Ephemeral containers can be added, and stay as they are. */
function validateEphemeral({ spec }: Pod, old: Pod): FieldError[] {
  if (old.metadata.annotations?.[mirrorAnnotation] !== undefined)
    return [forbidden('', 'static pods do not support ephemeral containers')]
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
