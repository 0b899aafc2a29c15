import type { Informer } from '#client/informer.ts'
import type { Ingress, IngressClass } from '#kubernetes/api/networking-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'

/** What classes say whose ingresses are served here. */
export const ingressController = 'slipway.dev/ingress'
const oldClassKey = 'kubernetes.io/ingress.class'

/** Tells the ingresses that are ours: their class, named in the new way or the old, is one of our controller. */
export class OwnIngresses {
  readonly #ingresses: Informer<Ingress>
  readonly #classes: Informer<IngressClass>

  constructor(ingresses: Informer<Ingress>, classes: Informer<IngressClass>) {
    this.#ingresses = ingresses
    this.#classes = classes
  }

  /** The oldest first, which has a host or a path that another claims too. */
  list(): Stored<Ingress>[] {
    return this.#ingresses
      .list()
      .filter(ingress => this.has(ingress))
      .sort((a, b) => ageKey(a).localeCompare(ageKey(b)))
  }

  has({ metadata, spec }: Stored<Ingress>): boolean {
    const name = spec.ingressClassName ?? metadata.annotations?.[oldClassKey]
    return name !== undefined && this.#classes.get(name)?.spec.controller === ingressController
  }
}

const ageKey = ({ metadata }: Stored<Ingress>) =>
  `${metadata.creationTimestamp} ${metadata.namespace}/${metadata.name}`
