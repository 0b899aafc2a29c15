import type { Transport } from '#client/transport.ts'
import { collectionPath, objectPath } from '#clusters/paths.ts'
import type { ObjectName } from '#contract/objects.ts'
import type { Revision } from '#contract/rollouts.ts'
import { selectorText } from '#kubernetes/selectors/selector-text.ts'
import { formatManifest } from '../objects/manifests.ts'
import { list, number, object, text, type Untyped } from '../status/conditions.ts'

const changeCause = 'kubernetes.io/change-cause'
const deploymentRevision = 'deployment.kubernetes.io/revision'

/** A revision with what is needed to go back to it. */
export interface KeptRevision {
  readonly number: number
  /** The ReplicaSet or ControllerRevision that keeps it. */
  readonly keeper: Untyped
  readonly template: Untyped
}

/** A workload and the revisions that its ReplicaSets or ControllerRevisions keep. */
export interface History {
  readonly workload: Untyped
  readonly revisions: readonly KeptRevision[]
}

/** Reads what a workload was; revisions come in no order. */
export async function readHistory(
  transport: Transport,
  of: ObjectName,
  signal: AbortSignal,
): Promise<History> {
  const get = async (path: string, query: Record<string, string> = {}) =>
    (await transport.request({ method: 'GET', path, query, signal })).json<Untyped>()
  const workload = await get(objectPath(of.resource, of.namespace, of.name))
  const isDeployment = text(workload['kind']) === 'Deployment'
  const resource = isDeployment ? 'replicasets' : 'controllerrevisions'
  const labelSelector = selectorText(object(workload['spec'])['selector'])
  const { uid } = object(workload['metadata'])
  const found = await get(
    collectionPath({ group: 'apps', version: 'v1', resource }, of.namespace),
    labelSelector ? { labelSelector } : {},
  )
  const own = list(found['items']).filter(keeper =>
    list(object(keeper['metadata'])['ownerReferences']).some(owner => owner['uid'] === uid),
  )
  return { workload, revisions: own.map(isDeployment ? ofReplicaSet : ofControllerRevision) }
}

function ofReplicaSet(keeper: Untyped): KeptRevision {
  const template = object(object(keeper['spec'])['template'])
  const metadata = object(template['metadata'])
  const { 'pod-template-hash': _, ...labels } = object(metadata['labels'])
  return {
    number: Number(annotationsOf(keeper)[deploymentRevision] ?? 0),
    keeper,
    template: { ...template, metadata: { ...metadata, labels } },
  }
}

function ofControllerRevision(keeper: Untyped): KeptRevision {
  const kept = object(object(object(keeper['data'])['spec'])['template'])
  const { $patch: _, ...template } = kept
  return { number: number(keeper['revision']), keeper, template }
}

/** The revisions as a person sees them, the newest first. */
export function describeHistory({ workload, revisions }: History): Promise<Revision[]> {
  const current = currentRevision(workload, revisions)
  return Promise.all(
    revisions
      .toSorted((a, b) => b.number - a.number)
      .map(async ({ number: revision, keeper, template }) => {
        const cause = annotationsOf(keeper)[changeCause]
        return {
          revision,
          created: text(object(keeper['metadata'])['creationTimestamp']),
          current: revision === current,
          images: list(object(template['spec'])['containers']).map(one => text(one['image'])),
          template: await formatManifest(withoutEmpty(template)),
          ...(typeof cause === 'string' ? { changeCause: cause } : {}),
        }
      }),
  )
}

function currentRevision(workload: Untyped, revisions: readonly KeptRevision[]): number {
  const annotated = annotationsOf(workload)[deploymentRevision]
  if (annotated !== undefined) return Number(annotated)
  const { updateRevision } = object(workload['status'])
  const named = revisions.find(
    ({ keeper }) => object(keeper['metadata'])['name'] === updateRevision,
  )
  return named?.number ?? Math.max(0, ...revisions.map(({ number: revision }) => revision))
}

/** Servers write `creationTimestamp: null` into templates. */
function withoutEmpty(template: Untyped): Untyped {
  const { creationTimestamp: _, ...metadata } = object(template['metadata'])
  return { ...template, metadata }
}

export const annotationsOf = (of: Untyped): Untyped => object(object(of['metadata'])['annotations'])
