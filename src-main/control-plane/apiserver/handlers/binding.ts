import { formatTime } from '#base/clock.ts'
import type { Binding, Pod } from '#kubernetes/api/core-v1.ts'
import { cloneJson } from '#kubernetes/json.ts'
import { badRequest, conflict } from '../failures.ts'
import { createdReply, type Reply } from '../reply.ts'
import { decodeObject } from './decode-object.ts'
import { tracker } from './managed-fields.ts'
import { type Target, writeOf } from './target.ts'
import { readWriteOptions } from './write-options.ts'

const kind = { group: '', version: 'v1', kind: 'Binding' }

/** Assigns a pod to a node, once. */
export async function bind(target: Target): Promise<Reply> {
  const { context, writer, services } = target
  const options = readWriteOptions(context.request)
  const binding = (await decodeObject(context, kind, options.fieldValidation)) as Binding
  const { target: node, metadata } = binding
  if (!node?.name || (node.kind && node.kind !== 'Node')) {
    throw badRequest('target.kind: Unsupported value: supported values: "Node"')
  }
  const name = context.info.name || metadata.name || ''
  await writer.update(
    { ...writeOf(target, options.dryRun), name, subresource: 'binding' },
    {
      change(current) {
        const pod = cloneJson(current) as Pod
        const refuse = (why: string) => conflict({ group: '', plural: 'pods/binding' }, name, why)
        if (metadata.uid && metadata.uid !== pod.metadata.uid) {
          throw refuse(
            `Precondition failed: UID in precondition: ${metadata.uid}, UID in object meta: ${pod.metadata.uid}`,
          )
        }
        if (pod.metadata.deletionTimestamp) {
          throw refuse(`pod ${name} is being deleted, cannot be assigned to a host`)
        }
        if (pod.spec.nodeName) {
          throw refuse(
            `pod ${name} is already assigned to node ${JSON.stringify(pod.spec.nodeName)}`,
          )
        }
        assign(pod, binding, formatTime(services.clock.now()))
        return pod
      },
      track: tracker(target, options.fieldManager).updated,
    },
  )
  return createdReply()
}

function assign(pod: Pod, { target, metadata }: Binding, now: string): void {
  pod.spec.nodeName = target.name ?? ''
  if (metadata.annotations) {
    pod.metadata.annotations = { ...pod.metadata.annotations, ...metadata.annotations }
  }
  pod.status ??= {}
  delete pod.status.nominatedNodeName
  const others = (pod.status.conditions ?? []).filter(({ type }) => type !== 'PodScheduled')
  pod.status.conditions = [
    ...others,
    { type: 'PodScheduled', status: 'True', lastProbeTime: null, lastTransitionTime: now },
  ] as NonNullable<typeof pod.status.conditions>
}
