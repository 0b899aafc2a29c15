import type { OperationContext } from './operation-context.ts'
import { inPath, listParameters, namespaceParameter, pretty } from './parameters.ts'
import { answers, mediaTypes } from './responses.ts'
import type { Schema } from './schemas.ts'

const watchMediaTypes = [
  'application/json;stream=watch',
  'application/vnd.kubernetes.protobuf;stream=watch',
]

/** The paths of watches as they were before lists had a `watch` parameter, which are still served. */
export function watchItems(
  context: OperationContext,
  base: string,
  plural: string,
): Record<string, Schema> {
  const { watchEvent, namespaced, kind } = context
  if (!watchEvent) return {}
  const root = `${base}/watch`
  const scope = namespaced ? [namespaceParameter] : []
  const collection = namespaced ? `${root}/namespaces/{namespace}/${plural}` : `${root}/${plural}`
  const item = (
    action: 'watch' | 'watchlist',
    idSuffix: string,
    parameters: readonly Schema[],
  ) => ({
    get: watchOperation(context, watchEvent, action, idSuffix),
    parameters: [...parameters, ...listParameters, pretty],
  })
  const scoped = namespaced ? 'Namespaced' : ''
  const name = inPath('name', `name of the ${kind.kind}`)
  return {
    [collection]: item('watchlist', `${scoped}${kind.kind}List`, scope),
    [`${collection}/{name}`]: item('watch', `${scoped}${kind.kind}`, [name, ...scope]),
    ...(namespaced
      ? { [`${root}/${plural}`]: item('watchlist', `${kind.kind}ListForAllNamespaces`, []) }
      : {}),
  }
}

const instead = "deprecated: use the 'watch' parameter with a list operation instead"
const watchDescriptions = {
  watch: (kind: string) =>
    `watch changes to an object of kind ${kind}. ${instead}, filtered to a single item with the 'fieldSelector' parameter.`,
  watchlist: (kind: string) => `watch individual changes to a list of ${kind}. ${instead}.`,
}

function watchOperation(
  { tag, idPrefix, kind }: OperationContext,
  watchEvent: Schema,
  action: keyof typeof watchDescriptions,
  idSuffix: string,
): Schema {
  return {
    tags: [tag],
    description: watchDescriptions[action](kind.kind),
    operationId: `watch${idPrefix}${idSuffix}`,
    responses: answers({ 200: watchEvent }, [...mediaTypes, ...watchMediaTypes]),
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': kind,
  }
}
