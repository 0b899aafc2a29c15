import { type Clock, formatTime } from '#base/clock.ts'
import type { ApiRequest, Transport } from '#client/transport.ts'
import { objectPath } from '#clusters/paths.ts'
import type { ObjectName, WriteResult } from '#contract/objects.ts'
import type { ResourceInfo } from '#contract/tables.ts'
import type { Untyped } from '../status/conditions.ts'
import { failed, nameOf, readAnswer, succeeded } from './write-result.ts'

/** Who the window's writes are recorded as in managedFields. */
const fieldManager = 'slipway'

/** What writing needs of one cluster. */
export interface WriteTarget {
  transport: Transport
  resources: ResourceInfo[]
}

/** What every write says of itself; a dry run changes nothing. */
export const writeQuery = (dryRun: boolean): Record<string, string> => ({
  fieldManager,
  fieldValidation: 'Strict',
  ...(dryRun ? { dryRun: 'All' } : {}),
})

/** Creates one object. */
export async function createObject(
  { transport }: WriteTarget,
  path: string,
  body: Untyped,
  signal: AbortSignal,
): Promise<WriteResult> {
  try {
    const query = writeQuery(false)
    const answer = await ask(transport, { method: 'POST', path, query, body, signal })
    return await succeeded(nameOf(body), 'created', answer)
  } catch (error) {
    return failed(nameOf(body), error)
  }
}

/** Deletes one object. */
export function deleteObject(
  target: WriteTarget,
  of: ObjectName,
  options: { propagation: string; gracePeriodSeconds?: number | undefined },
  signal: AbortSignal,
): Promise<WriteResult> {
  const { gracePeriodSeconds, propagation } = options
  const body = {
    kind: 'DeleteOptions',
    apiVersion: 'v1',
    propagationPolicy: propagation,
    ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
  }
  return write(target, of, 'deleted', { method: 'DELETE', path: pathOf(of), body, signal })
}

/** Merges a patch into an object, as `kubectl patch --type merge` does; throws what the server answers. */
export async function patchObject(
  { transport }: WriteTarget,
  of: ObjectName,
  patch: Untyped,
  signal: AbortSignal,
): Promise<Untyped> {
  const response = await transport.request({ ...mergePatch(of, patch), signal })
  return response.json<Untyped>()
}

/** The same as a write whose failure is part of the result. */
export function mergeIntoObject(
  target: WriteTarget,
  of: ObjectName,
  patch: Untyped,
  signal: AbortSignal,
): Promise<WriteResult> {
  return write(target, of, 'configured', { ...mergePatch(of, patch), signal })
}

/** Patches an object in a form of the caller's choice. */
export function patchWith(
  target: WriteTarget,
  of: ObjectName,
  patch: Untyped | Untyped[],
  contentType: string,
  signal: AbortSignal,
): Promise<WriteResult> {
  // A list is JSON by itself, so that it isn't taken for bytes.
  const body = Array.isArray(patch) ? JSON.stringify(patch) : patch
  return write(target, of, 'configured', { ...mergePatch(of, {}), body, contentType, signal })
}

/** Asks a pod to leave by the eviction API, which heeds disruption budgets; throws what the server answers. */
export async function evictObject(
  { transport }: WriteTarget,
  of: ObjectName,
  deleteOptions: Untyped,
  signal: AbortSignal,
): Promise<void> {
  await transport.request({ ...eviction(of, deleteOptions), signal })
}

/** The same as a write whose failure is part of the result. */
export function evictPod(
  target: WriteTarget,
  of: ObjectName,
  signal: AbortSignal,
): Promise<WriteResult> {
  return write(target, of, 'deleted', { ...eviction(of, {}), signal })
}

/** Deletes an object; throws what the server answers. */
export async function removeObject(
  { transport }: WriteTarget,
  of: ObjectName,
  deleteOptions: Untyped,
  signal: AbortSignal,
): Promise<void> {
  await transport.request({ method: 'DELETE', path: pathOf(of), body: deleteOptions, signal })
}

const mergePatch = (of: ObjectName, patch: Untyped): ApiRequest => ({
  method: 'PATCH',
  path: pathOf(of),
  query: { fieldManager },
  body: patch,
  contentType: 'application/merge-patch+json',
})

const eviction = (of: ObjectName, deleteOptions: Untyped): ApiRequest => ({
  method: 'POST',
  path: pathOf(of, 'eviction'),
  body: {
    apiVersion: 'policy/v1',
    kind: 'Eviction',
    metadata: { name: of.name, namespace: of.namespace },
    deleteOptions,
  },
})

/** Sets the number of replicas through the scale subresource. */
export function scaleObject(
  target: WriteTarget,
  of: ObjectName,
  replicas: number,
  signal: AbortSignal,
): Promise<WriteResult> {
  return write(target, of, 'configured', {
    method: 'PATCH',
    path: pathOf(of, 'scale'),
    query: { fieldManager },
    body: { spec: { replicas } },
    contentType: 'application/merge-patch+json',
    signal,
  })
}

/** Rolls a workload anew by stamping its pod template, as `kubectl rollout restart` does. */
export function restartObject(
  target: WriteTarget,
  of: ObjectName,
  clock: Clock,
  signal: AbortSignal,
): Promise<WriteResult> {
  const annotations = { 'kubectl.kubernetes.io/restartedAt': formatTime(clock.now()) }
  return mergeIntoObject(target, of, { spec: { template: { metadata: { annotations } } } }, signal)
}

const pathOf = (of: ObjectName, subresource?: string) =>
  objectPath(of.resource, of.namespace, of.name, subresource)

async function write(
  { transport, resources }: WriteTarget,
  of: ObjectName,
  outcome: WriteResult['outcome'],
  request: ApiRequest,
): Promise<WriteResult> {
  const { group, version, resource } = of.resource
  const kind = resources.find(
    info => info.group === group && info.version === version && info.resource === resource,
  )?.kind
  const named = { kind: kind ?? resource, name: of.name, namespace: of.namespace }
  try {
    return await succeeded(named, outcome, await ask(transport, request))
  } catch (error) {
    return failed(named, error)
  }
}

/** Asks the server for a write and reads what it answers. */
export const ask = async (transport: Transport, request: ApiRequest) =>
  readAnswer(await transport.request(request))
