import type { InputOf } from '#contract/contract.ts'
import type { WriteResult } from '#contract/objects.ts'
import { patchWith, type WriteTarget } from './write-objects.ts'
import { failed } from './write-result.ts'
import { writtenIn } from './written-in.ts'

/**
 * Changes a container where it was written down: in the template of the topmost workload that owns the pod, or in the pod
 * itself when nothing does.
 */
export async function mendContainer(
  target: WriteTarget,
  { pod, what, container, value }: InputOf<'objects.mend'>,
  signal: AbortSignal,
): Promise<WriteResult> {
  const owner = await writtenIn(target.transport, pod, signal)
  if (typeof owner === 'string') return failed({ kind: 'Pod', ...pod }, new Error(owner))
  const changed = what === 'image' ? { image: value } : { resources: { limits: { memory: value } } }
  const spec = { containers: [{ name: container, ...changed }] }
  const patch = owner === pod ? { spec } : { spec: { template: { spec } } }
  return patchWith(target, owner, patch, 'application/strategic-merge-patch+json', signal)
}
