import type { ParamKind, ParamRef } from '#kubernetes/api/admissionregistration-v1.ts'
import { type KubernetesObject, parseApiVersion } from '#kubernetes/objects.ts'
import { matchesLabelSelector } from '#kubernetes/selectors/match-label-selector.ts'
import { storeKey } from '../../catalog.ts'
import type { AdmissionServices } from '../admission-step.ts'

/** The objects that a binding gives a policy as parameters, or why there are none: then the policy can't be used. */
export type Params = { params: (Readonly<KubernetesObject> | undefined)[] } | { error: string }

/** Finds the parameters of a binding for a request to a namespace; one undefined where the policy takes none. */
export function collectParams(
  kind: ParamKind | undefined,
  reference: ParamRef | undefined,
  namespace: string,
  { catalog, caches }: AdmissionServices,
): Params {
  if (!kind || !reference) return { params: [undefined] }
  const { apiVersion = '', kind: name = '' } = kind
  const definition = catalog.byKind({ ...parseApiVersion(apiVersion), kind: name })
  if (!definition)
    return {
      error: `failed to find resource referenced by paramKind: '${apiVersion}, Kind=${name}'`,
    }
  const place = placeOf(definition.namespaced, reference, namespace)
  if ('error' in place) return place
  const cache = caches.of(definition)
  const within = (one: Readonly<KubernetesObject>) =>
    !definition.namespaced || one.metadata.namespace === place.namespace
  const found = reference.name
    ? [cache.get(storeKey(definition, place.namespace, reference.name))].flatMap(item => item ?? [])
    : cache
        .sorted()
        .filter(({ object }) => within(object))
        .filter(({ object }) => matchesLabelSelector(reference.selector, object.metadata.labels))
  const params = found.map(item => item.as(definition).whole)
  if (params.length || reference.parameterNotFoundAction === 'Allow') return { params }
  return { error: 'no params found for policy binding with `Deny` parameterNotFoundAction' }
}

function placeOf(
  namespaced: boolean,
  reference: ParamRef,
  namespace: string,
): { namespace: string } | { error: string } {
  if (!namespaced)
    return reference.namespace
      ? { error: 'paramRef.namespace must not be provided for a cluster-scoped `paramKind`' }
      : { namespace: '' }
  const chosen = reference.namespace || namespace
  return chosen
    ? { namespace: chosen }
    : {
        error:
          'cannot use namespaced paramRef in policy binding that matches cluster-scoped resources',
      }
}
