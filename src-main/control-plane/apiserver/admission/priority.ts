import type { Pod } from '#kubernetes/api/core-v1.ts'
import type { PriorityClass } from '#kubernetes/api/scheduling-v1.ts'
import { storeKey } from '../catalog.ts'
import { forbidden } from '../failures.ts'
import {
  type AdmissionRequest,
  type AdmissionServices,
  type AdmissionStep,
  isAbout,
} from './admission-step.ts'

const defaultPolicy = 'PreemptLowerPriority'

/** Works out a pod's priority from its class, or from the class marked as default. */
export const priority: AdmissionStep = {
  name: 'Priority',
  mutate(request, services) {
    if (!isAbout(request, 'pods', ['CREATE'])) return
    const pod = request.object as Pod
    const found = classOf(pod, request, services)
    if (found && !pod.spec.priorityClassName) pod.spec.priorityClassName = found.metadata.name ?? ''
    setPriority(pod, request, found?.value ?? 0, found?.preemptionPolicy ?? defaultPolicy)
  },
  validate(request, services) {
    if (!isAbout(request, 'priorityclasses', ['CREATE', 'UPDATE'], 'scheduling.k8s.io')) return
    const object = request.object as PriorityClass | undefined
    if (!object?.globalDefault) return
    const other = classes(services).find(one => one.globalDefault)
    if (!other || other.metadata.name === object.metadata.name) return
    throw forbidden(
      request.definition,
      request.name,
      `PriorityClass ${other.metadata.name} is already marked as default. Only one default can exist`,
    )
  },
}

function classOf(
  pod: Pod,
  request: AdmissionRequest,
  services: AdmissionServices,
): PriorityClass | undefined {
  const name = pod.spec.priorityClassName
  if (!name) return lowestDefault(services)
  const definition = services.catalog.get('scheduling.k8s.io', 'v1', 'priorityclasses')
  const item = services.caches.of(definition).get(storeKey(definition, '', name))
  if (item) return item.object as unknown as PriorityClass
  throw forbidden(request.definition, request.name, `no PriorityClass with name ${name} was found`)
}

const classes = ({ catalog, caches }: AdmissionServices): PriorityClass[] =>
  [...caches.of(catalog.get('scheduling.k8s.io', 'v1', 'priorityclasses')).values()].map(
    item => item.object as unknown as PriorityClass,
  )

const lowestDefault = (services: AdmissionServices): PriorityClass | undefined =>
  classes(services)
    .filter(one => one.globalDefault)
    .sort((a, b) => a.value - b.value)[0]

function setPriority(
  { spec }: Pod,
  request: AdmissionRequest,
  value: number,
  policy: string,
): void {
  if (spec.priority !== undefined && spec.priority !== value) {
    throw forbidden(
      request.definition,
      request.name,
      `the integer value of priority (${spec.priority}) must not be provided in pod spec; priority admission controller computed ${value} from the given PriorityClass name`,
    )
  }
  spec.priority = value
  const isPolicy = policy as NonNullable<typeof spec.preemptionPolicy>
  if (spec.preemptionPolicy !== undefined && spec.preemptionPolicy !== policy) {
    throw forbidden(
      request.definition,
      request.name,
      `the string value of PreemptionPolicy (${spec.preemptionPolicy}) must not be provided in pod spec; priority admission controller computed ${policy} from the given PriorityClass name`,
    )
  }
  spec.preemptionPolicy = isPolicy
}
