import type { Informer } from '#client/informer.ts'
import type { KubernetesObject, Stored } from '#kubernetes/objects.ts'
import { controllerOf } from '#kubernetes/owners.ts'

const index = 'controller-uid'
const orphansOf = (namespace = '') => `orphans of ${namespace}`

/** Has an informer find its objects by their controller. */
export function indexByController<T extends KubernetesObject>(informer: Informer<T>): void {
  informer.addIndex(index, object => [
    controllerOf(object)?.uid ?? orphansOf(object.metadata.namespace),
  ])
}

/** The objects whose controller is `owner`. */
export const controlledBy = <T extends KubernetesObject>(
  informer: Informer<T>,
  { metadata }: Stored<KubernetesObject>,
): Stored<T>[] => informer.byIndex(index, metadata.uid)

/** What `owner` may claim: what it controls already, and what nobody controls in its namespace. */
export const claimable = <T extends KubernetesObject>(
  informer: Informer<T>,
  owner: Stored<KubernetesObject>,
): Stored<T>[] => [
  ...controlledBy(informer, owner),
  ...informer.byIndex(index, orphansOf(owner.metadata.namespace)),
]
