import type { OperationContext } from './operation-context.ts'
import { operationId, tagOf } from './operation-ids.ts'
import {
  inPath,
  namespaceParameter,
  optionParameters,
  type Parameter,
  pretty,
} from './parameters.ts'
import { pathItem } from './path-item.ts'
import { answers, streamedMediaTypes } from './responses.ts'
import type { Schema } from './schemas.ts'

/** The paths of watches as they were before lists had a `watch` parameter, which are still served. */
export function watchItems(context: OperationContext): Record<string, Schema> {
  const { watchEvent, namespaced, owner, plural } = context
  if (!watchEvent) return {}
  const root = `${context.root}/watch`
  const scope = namespaced ? [namespaceParameter] : []
  const collection = namespaced ? `${root}/namespaces/{namespace}/${plural}` : `${root}/${plural}`
  const item = (action: 'watch' | 'watchlist', idRest: string, own: readonly Parameter[]) =>
    pathItem({ get: watchOperation(context, watchEvent, { action, idRest, own }) })
  const scoped = namespaced ? 'Namespaced' : ''
  const name = inPath('name', `name of the ${owner}`)
  return {
    [collection]: item('watchlist', `${scoped}${owner}List`, scope),
    [`${collection}/{name}`]: item('watch', `${scoped}${owner}`, [name, ...scope]),
    ...(namespaced
      ? { [`${root}/${plural}`]: item('watchlist', `${owner}ListForAllNamespaces`, []) }
      : {}),
  }
}

const instead = "deprecated: use the 'watch' parameter with a list operation instead"
const descriptions = {
  watch: (kind: string) =>
    `watch changes to an object of kind ${kind}. ${instead}, filtered to a single item with the 'fieldSelector' parameter.`,
  watchlist: (kind: string) => `watch individual changes to a list of ${kind}. ${instead}.`,
}

interface Watch {
  action: keyof typeof descriptions
  /** The id behind the version. */
  idRest: string
  /** Parameters of the path. */
  own: readonly Parameter[]
}

function watchOperation(
  { place, owner, kind, descriptionOf }: OperationContext,
  watchEvent: Schema,
  { action, idRest, own }: Watch,
) {
  return {
    tags: [tagOf(place)],
    description: descriptions[action](owner),
    operationId: operationId('watch', place, idRest),
    parameters: [...own, ...optionParameters('ListOptions', descriptionOf), pretty],
    responses: answers({ 200: watchEvent }, streamedMediaTypes),
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': kind,
  }
}
