import type { ObjectName, WriteResult } from '#contract/objects.ts'
import { patchWith, type WriteTarget } from '../objects/write-objects.ts'
import { failed } from '../objects/write-result.ts'
import { object, text, type Untyped } from '../status/conditions.ts'
import { annotationsOf, type KeptRevision, readHistory } from './revisions.ts'

/** Annotations that belong to the workload, not to one revision of it; as kubectl keeps them. */
const ownAnnotations = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  'deployment.kubernetes.io/revision',
  'deployment.kubernetes.io/revision-history',
  'deployment.kubernetes.io/desired-replicas',
  'deployment.kubernetes.io/max-replicas',
  'deprecated.deployment.rollback.to',
])

/** Gives a workload an older template again, in the way and with the refusals of `kubectl rollout undo`. */
export async function undoRollout(
  target: WriteTarget,
  of: ObjectName,
  to: number,
  signal: AbortSignal,
): Promise<WriteResult> {
  const { workload, revisions } = await readHistory(target.transport, of, signal)
  const kind = text(workload['kind'])
  const refuse = (message: string) =>
    failed({ kind, name: of.name, namespace: of.namespace }, new Error(message))
  const kept = revisions.find(({ number }) => number === to)
  if (!kept) return refuse(`unable to find specified revision ${to} in history`)
  if (object(workload['spec'])['paused'] === true)
    return refuse(
      `you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again`,
    )
  return kind === 'Deployment'
    ? patchWith(target, of, deploymentPatch(workload, kept), 'application/json-patch+json', signal)
    : patchWith(
        target,
        of,
        object(kept.keeper['data']),
        'application/strategic-merge-patch+json',
        signal,
      )
}

function deploymentPatch(deployment: Untyped, { keeper, template }: KeptRevision): Untyped[] {
  const pick = (of: Untyped, own: boolean) =>
    Object.entries(annotationsOf(of)).filter(([key]) => ownAnnotations.has(key) === own)
  const annotations = Object.fromEntries([...pick(deployment, true), ...pick(keeper, false)])
  return [
    { op: 'replace', path: '/spec/template', value: template },
    {
      op: object(deployment['metadata'])['annotations'] ? 'replace' : 'add',
      path: '/metadata/annotations',
      value: annotations,
    },
  ]
}
