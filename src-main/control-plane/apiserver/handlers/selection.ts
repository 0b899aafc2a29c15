import type { ResourceDefinition } from '#control-plane/resources/define-resource.ts'
import { apiVersionOf } from '#kubernetes/objects.ts'
import { parseFieldSelector, unsupportedField } from '#kubernetes/selectors/field-selector.ts'
import { parseLabelSelector } from '#kubernetes/selectors/label-selector.ts'
import type { CachedObject } from '../cache/cached-object.ts'
import type { RequestInfo } from '../request-info.ts'

/** Which objects of a kind a list, watch or deletecollection is about. */
export interface Selection {
  /** Of two selections of what is stored at one place, the same when they were asked for in the same words. */
  id: string
  namespace: string
  /** Whether labels or fields narrow it further. */
  hasSelector: boolean
  matches(item: CachedObject): boolean
}

/** What a path selects: a namespace, and one name where a deprecated path watches one object. */
type Path = Pick<RequestInfo, 'namespace' | 'name'>

/** Reads the path, `labelSelector` and `fieldSelector`. Throws a 400 for what can't be parsed or isn't known. */
export function readSelection(
  definition: ResourceDefinition,
  { namespace, name }: Path,
  query: URLSearchParams,
): Selection {
  const asked = [query.get('labelSelector') ?? '', query.get('fieldSelector') ?? ''] as const
  const labels = parseLabelSelector(asked[0])
  const fields = parseFieldSelector(asked[1])
  for (const { field } of fields.requirements) {
    const isKnown = alwaysSelectable.includes(field) || definition.selectableFields?.[field]
    const hasOwnFields = Boolean(definition.selectableFields ?? definition.custom)
    if (!isKnown) throw unsupportedField(field, definition, hasOwnFields)
  }
  const hasLabels = labels.requirements.length > 0
  const hasFields = fields.requirements.length > 0
  const prefix =
    namespace && definition.namespaced ? `${definition.storagePrefix}/${namespace}/` : ''
  const tests: ((item: CachedObject) => boolean)[] = []
  if (prefix) tests.push(item => item.key.startsWith(prefix))
  if (name) tests.push(item => item.object.metadata.name === name)
  if (hasLabels) tests.push(item => labels.matches(item.object.metadata.labels))
  if (hasFields) {
    tests.push(item => fields.matches(fieldReader(definition, item.as(definition))))
  }
  return {
    id: [apiVersionOf(definition), definition.kind, namespace, name, ...asked].join('\n'),
    namespace,
    hasSelector: hasLabels || hasFields,
    matches: tests.length > 1 ? item => tests.every(test => test(item)) : (tests[0] ?? every),
  }
}

const every = () => true

function fieldReader(
  definition: ResourceDefinition,
  item: CachedObject,
): (field: string) => string {
  const { object } = item
  return field => {
    if (field === 'metadata.name') return object.metadata.name
    if (field === 'metadata.namespace') return object.metadata.namespace ?? ''
    return definition.selectableFields?.[field]?.(object) ?? ''
  }
}

const alwaysSelectable = ['metadata.name', 'metadata.namespace']
