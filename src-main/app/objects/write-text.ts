import { isDeepStrictEqual } from 'node:util'
import { collectionPath, objectPath } from '#clusters/paths.ts'
import type { ObjectName, WriteResult } from '#contract/objects.ts'
import type { ResourceInfo } from '#contract/tables.ts'
import { parseApiVersion } from '#kubernetes/objects.ts'
import { isNotFound } from '#kubernetes/status-error.ts'
import { object, text, type Untyped } from '../status/conditions.ts'
import { parseManifests } from './manifests.ts'
import { readPath } from './read-object.ts'
import { restoreHidden } from './secrets.ts'
import { ask, type WriteTarget, writeQuery } from './write-objects.ts'
import { failed, nameOf, placeOf, succeeded } from './write-result.ts'

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
  const before = await readPath(transport, path, signal).catch(error => {
    if (isNotFound(error)) return undefined
    throw error
  })
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
    const live = await readPath(transport, path, signal)
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
