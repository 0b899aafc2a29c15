import { classAnnotation } from '#control-plane/resources/ingresses/ingress-validation.ts'
import type { Ingress } from '#kubernetes/api/networking-v1.ts'
import { type AdmissionStep, isAbout } from './admission-step.ts'
import { storedDefaultClass } from './stored-default-class.ts'

const group = 'networking.k8s.io'
const defaultKey = 'ingressclass.kubernetes.io/is-default-class'

/** Gives ingresses that name no class, in the old way or the new, the newest class that is marked as default. */
export const defaultIngressClass: AdmissionStep = {
  name: 'DefaultIngressClass',
  mutate(request, services) {
    if (!isAbout(request, 'ingresses', ['CREATE'], group)) return
    const { metadata, spec } = request.object as Ingress
    if (!spec || spec.ingressClassName !== undefined) return
    if (metadata.annotations?.[classAnnotation] !== undefined) return
    const kind = { group, version: 'v1', plural: 'ingressclasses' }
    const name = storedDefaultClass(services, kind, [defaultKey])
    if (name) spec.ingressClassName = name
  },
}
