import type { Clock } from '#base/clock.ts'
import { collectionPath, objectPath } from '#clusters/paths.ts'
import type { Handlers } from '#contract/contract.ts'
import type { ObjectName } from '#contract/objects.ts'
import type { OpenClusters } from '../clusters/open-clusters.ts'
import { list, number, object, text, type Untyped } from '../status/conditions.ts'
import { readCertificate } from './certificates.ts'
import { ObjectFinder } from './find-objects.ts'
import { formatManifest } from './manifests.ts'
import { mendContainer } from './mend-container.ts'
import { eventRow, eventsResource, involving, newestFirst } from './object-events.ts'
import { podsQuery } from './pods-of.ts'
import { readObject, readPath } from './read-object.ts'
import { fitToShow, revealValues } from './secrets.ts'
import { watchUsers } from './used-by.ts'
import { watchObject } from './watch-object.ts'
import { watchObjects } from './watch-objects.ts'
import {
  deleteObject,
  evictPod,
  mergeIntoObject,
  restartObject,
  scaleObject,
  type WriteTarget,
} from './write-objects.ts'
import { createFromText, replaceFromText } from './write-text.ts'

type ObjectHandlers = Pick<Handlers, Extract<keyof Handlers, `objects.${string}`>>

/** Everything the window asks of single objects. */
export function objectHandlers(clusters: OpenClusters, clock: Clock): ObjectHandlers {
  const target = async (cluster: string): Promise<WriteTarget> => {
    const { connection, resources } = await clusters.open(cluster)
    return { transport: connection.transport, resources }
  }
  const get = async (of: ObjectName, signal: AbortSignal): Promise<Untyped> => {
    return readObject((await target(of.cluster)).transport, of, signal)
  }
  const finder = new ObjectFinder(clock)
  return {
    async 'objects.find'({ cluster, ...sought }, signal) {
      return finder.find(await clusters.open(cluster), sought, signal)
    },
    async *'objects.watch'(of, signal) {
      const { transport } = await target(of.cluster)
      yield* watchObject(transport, of, clock, signal)
    },
    async 'objects.yaml'({ object: of, reveal }, signal) {
      const live = await get(of, signal)
      return {
        yaml: await formatManifest(fitToShow(live, reveal)),
        resourceVersion: text(object(live['metadata'])['resourceVersion']),
      }
    },
    async 'objects.revealSecret'(of, signal) {
      return revealValues(object((await get(of, signal))['data']))
    },
    async *'objects.usedBy'(of, signal) {
      const { transport } = await target(of.cluster)
      yield* watchUsers(transport, of, clock, signal)
    },
    async 'objects.certificate'(of, signal) {
      return readCertificate(await get(of, signal))
    },
    async *'objects.events'(of, signal) {
      const { transport } = await target(of.cluster)
      const live = await get(of, signal)
      const query = {
        path: collectionPath(eventsResource, of.namespace),
        fieldSelector: involving(live),
      }
      for await (const found of watchObjects(transport, query, clock, signal)) {
        yield newestFirst([...found.values()].map(eventRow))
      }
    },
    async 'objects.replace'(input, signal) {
      return replaceFromText(await target(input.object.cluster), input, signal)
    },
    async 'objects.create'(input, signal) {
      // A definition that was just made brings kinds that were not there when the cluster was opened.
      const resources = await clusters.resources(input.cluster, signal)
      const { transport } = await target(input.cluster)
      return createFromText({ transport, resources }, input, signal)
    },
    'objects.delete'(input, signal) {
      return Promise.all(
        input.objects.map(async of => deleteObject(await target(of.cluster), of, input, signal)),
      )
    },
    async 'objects.patch'({ object: of, patch }, signal) {
      return mergeIntoObject(await target(of.cluster), of, patch, signal)
    },
    async 'objects.evict'(of, signal) {
      return evictPod(await target(of.cluster), of, signal)
    },
    async 'objects.replicas'(of, signal) {
      const { transport } = await target(of.cluster)
      const path = objectPath(of.resource, of.namespace, of.name, 'scale')
      const { spec } = await readPath(transport, path, signal)
      return { replicas: number(object(spec)['replicas']) }
    },
    async 'objects.scale'({ object: of, replicas }, signal) {
      return scaleObject(await target(of.cluster), of, replicas, signal)
    },
    async 'objects.mend'(input, signal) {
      return mendContainer(await target(input.pod.cluster), input, signal)
    },
    async 'objects.restart'(of, signal) {
      return restartObject(await target(of.cluster), of, clock, signal)
    },
    async 'objects.pods'(of, signal) {
      const { transport } = await target(of.cluster)
      const live = await get(of, signal)
      if (live['kind'] === 'Pod') return [podName(live)]
      const found = podsQuery(live)
      if (!found) return []
      const { path, labelSelector = '' } = found
      const query = { labelSelector }
      const response = await transport.request({ method: 'GET', path, query, signal })
      const { items } = await response.json<{ items: Untyped[] }>()
      return items.toSorted((a, b) => createdOf(b).localeCompare(createdOf(a))).map(podName)
    },
  }
}

const podName = (pod: Untyped) => ({
  name: text(object(pod['metadata'])['name']),
  namespace: text(object(pod['metadata'])['namespace']),
  containers: list(object(pod['spec'])['containers']).map(container => text(container['name'])),
})

const createdOf = (of: Untyped) => text(object(of['metadata'])['creationTimestamp'])
