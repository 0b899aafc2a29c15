import { isDeepStrictEqual } from 'node:util'
import { type Clock, formatTime } from '#base/clock.ts'
import type { ApiRequest, Transport } from '#client/transport.ts'
import { collectionPath, objectPath } from '#clusters/paths.ts'
import type { ObjectName, WriteResult } from '#contract/objects.ts'
import type { ResourceInfo } from '#contract/tables.ts'
import { parseApiVersion } from '#kubernetes/objects.ts'
import { isNotFound } from '#kubernetes/status-error.ts'
import { object, text, type Untyped } from '../status/conditions.ts'
import { parseManifests } from './manifests.ts'
import { restoreHidden } from './secrets.ts'
import { failed, nameOf, placeOf, readAnswer, succeeded } from './write-result.ts'

/** Who the window's writes are recorded as in managedFields. */
const fieldManager = 'slipway'

/** What writing needs of one cluster. */
export interface WriteTarget {
  transport: Transport
  resources: ResourceInfo[]
}

const writeQuery = (dryRun: boolean): Record<string, string> => ({
  fieldManager,
  fieldValidation: 'Strict',
  ...(dryRun ? { dryRun: 'All' } : {}),
})

/**
 * Creates or server-side applies every document of a text, in order; a failed one does not stop the rest.
 * (https://kubernetes.io/docs/reference/using-api/server-side-apply/)
 */
export async function createFromText(
  target: WriteTarget,
  options: { yaml: string; namespace: string; dryRun: boolean },
  signal: AbortSignal,
): Promise<WriteResult[]> {
  const results: WriteResult[] = []
  for (const manifest of await parseManifests(options.yaml)) {
    if ('problem' in manifest) {
      const { problem, line, column } = manifest
      results.push(failed({ kind: '', name: '' }, new Error(problem), { line, column }))
      continue
    }
    const named = nameOf(manifest.object)
    try {
      results.push(await applyOne(target, manifest.object, options, signal))
    } catch (error) {
      const place = placeOf(error, manifest.locate)
      results.push(failed(named, error, place ?? { line: manifest.line, column: 1 }))
    }
  }
  return results
}

async function applyOne(
  { transport, resources }: WriteTarget,
  manifest: Untyped,
  options: { namespace: string; dryRun: boolean },
  signal: AbortSignal,
): Promise<WriteResult> {
  const resource = findResource(resources, manifest)
  const metadata = object(manifest['metadata'])
  const namespace = resource.namespaced
    ? text(metadata['namespace']) || options.namespace
    : undefined
  const body = namespace ? { ...manifest, metadata: { ...metadata, namespace } } : manifest
  const named = nameOf(body)
  const query = writeQuery(options.dryRun)
  const name = text(metadata['name'])
  if (!name) {
    const path = collectionPath(resource, namespace)
    return succeeded(
      named,
      'created',
      await ask(transport, { method: 'POST', path, query, body, signal }),
    )
  }
  const path = objectPath(resource, namespace, name)
  const before = await read(transport, path, signal)
  const written = await ask(transport, {
    method: 'PATCH',
    path,
    query,
    body: JSON.stringify(body),
    contentType: 'application/apply-patch+yaml',
    signal,
  })
  return succeeded(named, outcomeOf(before, written.answer), written)
}

/** A dry run answers the old resourceVersion whatever it would change, so contents are compared. */
function outcomeOf(before: Untyped | undefined, after: Untyped): WriteResult['outcome'] {
  if (!before) return 'created'
  return isDeepStrictEqual(contentOf(before), contentOf(after)) ? 'unchanged' : 'configured'
}

function contentOf(of: Untyped): Untyped {
  const {
    managedFields: _managed,
    resourceVersion: _version,
    generation: _generation,
    ...metadata
  } = object(of['metadata'])
  return { ...of, metadata }
}

async function read(
  transport: Transport,
  path: string,
  signal: AbortSignal,
): Promise<Untyped | undefined> {
  try {
    return await (await transport.request({ method: 'GET', path, signal })).json<Untyped>()
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}

function findResource(resources: ResourceInfo[], manifest: Untyped): ResourceInfo {
  const apiVersion = text(manifest['apiVersion'])
  const { group, version } = parseApiVersion(apiVersion)
  const kind = text(manifest['kind'])
  const found = resources.find(
    resource => resource.group === group && resource.version === version && resource.kind === kind,
  )
  if (!found) throw new Error(`no matches for kind "${kind}" in version "${apiVersion}"`)
  return found
}

/** Writes an edited text over the object it came from; a changed object on the server is a conflict unless forced. */
export async function replaceFromText(
  { transport }: WriteTarget,
  options: { object: ObjectName; yaml: string; dryRun: boolean; force: boolean },
  signal: AbortSignal,
): Promise<WriteResult> {
  const { resource, namespace, name } = options.object
  const named = { kind: '', name, namespace }
  const [manifest, second] = await parseManifests(options.yaml)
  if (!manifest)
    return failed(named, new Error('the text is empty: to remove the object, delete it'))
  if ('problem' in manifest) return failed(named, new Error(manifest.problem), manifest)
  if (second)
    return failed(named, new Error('only one object can be edited at a time'), {
      line: second.line,
      column: 1,
    })
  const path = objectPath(resource, namespace, name)
  try {
    const live = await (await transport.request({ method: 'GET', path, signal })).json<Untyped>()
    const body = restoreHidden(manifest.object, live)
    if (options.force) {
      const version = object(live['metadata'])['resourceVersion']
      body['metadata'] = { ...object(body['metadata']), resourceVersion: version }
    }
    const query = writeQuery(options.dryRun)
    const written = await ask(transport, { method: 'PUT', path, query, body, signal })
    return succeeded(
      { ...named, kind: text(live['kind']) },
      outcomeOf(live, written.answer),
      written,
    )
  } catch (error) {
    const place = placeOf(error, manifest.locate)
    return failed({ ...named, kind: text(manifest.object['kind']) }, error, place)
  }
}

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

const ask = async (transport: Transport, request: ApiRequest) =>
  readAnswer(await transport.request(request))
