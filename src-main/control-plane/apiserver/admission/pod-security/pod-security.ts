import type { Container, Pod, PodSpec, PodTemplateSpec } from '#kubernetes/api/core-v1.ts'
import type { ObjectMeta } from '#kubernetes/api/meta-v1.ts'
import { goQuoted } from '#kubernetes/go-text.ts'
import { invalid } from '#kubernetes/status-error.ts'
import { storeKey } from '../../catalog.ts'
import { forbidden } from '../../failures.ts'
import type { AdmissionRequest, AdmissionServices, AdmissionStep } from '../admission-step.ts'
import { objectsIn } from '../objects-in.ts'
import { detailsText, evaluatePod, reasonsText } from './evaluate-pod.ts'
import { isStricter, policyText, readPolicy, type SecurityPolicy } from './security-policy.ts'

/** Subresources of pods that say nothing of how the pod runs. */
const withoutSay = new Set([
  'attach',
  'binding',
  'eviction',
  'exec',
  'log',
  'portforward',
  'proxy',
  'status',
])
/** By `plural.group`: kinds that make pods of a template, who are only warned. */
const templateOf: Readonly<Record<string, (object: object) => PodTemplateSpec | undefined>> = {
  podtemplates: object => (object as { template?: PodTemplateSpec }).template,
  replicationcontrollers: specTemplate,
  'daemonsets.apps': specTemplate,
  'deployments.apps': specTemplate,
  'replicasets.apps': specTemplate,
  'statefulsets.apps': specTemplate,
  'jobs.batch': specTemplate,
  'cronjobs.batch': object =>
    specTemplate((object as { spec?: { jobTemplate?: object } }).spec?.jobTemplate ?? {}),
}

/**
 * Holds pods to the level of the Pod Security Standards that the labels of their namespace name: what `enforce` forbids
 * is refused, of what `warn` forbids the client is told. There is no audit log that `audit` could write to.
 */
export const podSecurity: AdmissionStep = {
  name: 'PodSecurity',
  validate(request, services) {
    if (request.operation !== 'CREATE' && request.operation !== 'UPDATE') return
    const { definition, subresource } = request
    const name = definition.group ? `${definition.plural}.${definition.group}` : definition.plural
    if (name === 'namespaces' && !subresource) validateNamespace(request, services)
    else if (name === 'pods') validatePod(request, services)
    else if (!subresource) warnOfTemplate(request, services, templateOf[name])
  },
}

function validatePod(request: AdmissionRequest, services: AdmissionServices): void {
  const { object, old, subresource, definition, name } = request
  if (withoutSay.has(subresource)) return
  const pod = object as Pod
  if (old && !isSignificant(pod, old as Pod)) return
  const policy = policyOf(request, services)
  const violations = evaluatePod(policy.enforce, pod.metadata, pod.spec)
  if (violations.length)
    throw forbidden(
      definition,
      name,
      `violates PodSecurity ${goQuoted(policyText(policy.enforce))}: ${detailsText(violations)}`,
    )
  warn(request, policy, pod.metadata, pod.spec)
}

function warnOfTemplate(
  request: AdmissionRequest,
  services: AdmissionServices,
  find: ((object: object) => PodTemplateSpec | undefined) | undefined,
): void {
  const template = find && request.object && find(request.object)
  if (!template?.spec) return
  warn(request, policyOf(request, services), template.metadata ?? {}, template.spec)
}

function warn(
  { warnings }: AdmissionRequest,
  policy: SecurityPolicy,
  metadata: ObjectMeta,
  spec: PodSpec,
): void {
  const violations = evaluatePod(policy.warn, metadata, spec)
  if (violations.length)
    warnings.add(
      `would violate PodSecurity ${goQuoted(policyText(policy.warn))}: ${detailsText(violations)}`,
    )
}

/** Refuses labels that can't be read, and tells of pods that are there and would be refused from now on. */
function validateNamespace(request: AdmissionRequest, services: AdmissionServices): void {
  const { object, old, definition, name, warnings } = request
  const next = readPolicy(object?.metadata.labels)
  const before = old && readPolicy(old.metadata.labels)
  const isNew = JSON.stringify(next.errors) !== JSON.stringify(before?.errors ?? [])
  if (next.errors.length && isNew) throw invalid(definition, name, next.errors)
  if (!before || next.errors.length) return
  const [now, then] = [next.policy.enforce, before.policy.enforce]
  const isSame = now.minor === then.minor && !isStricter(now.level, then.level)
  if (isSame || now.level === 'privileged') return
  const found = new Map<string, string[]>()
  const pods: Pod[] = objectsIn(services.caches, services.catalog.get('', 'v1', 'pods'), name)
  for (const { metadata, spec } of pods) {
    const reasons = reasonsText(evaluatePod(now, metadata, spec))
    if (reasons) found.set(reasons, [...(found.get(reasons) ?? []), metadata.name ?? ''])
  }
  if (!found.size) return
  warnings.add(
    `existing pods in namespace ${goQuoted(name)} violate the new PodSecurity enforce level ${goQuoted(policyText(now))}`,
  )
  const texts = [...found].map(([reasons, names]) => `${podsText(names.sort())}: ${reasons}`)
  for (const text of texts.sort()) warnings.add(text)
}

function podsText([first = '', ...others]: readonly string[]): string {
  if (!others.length) return first
  return `${first} (and ${others.length} other ${others.length === 1 ? 'pod' : 'pods'})`
}

/** By the labels that say them, which are frozen. */
const policies = new WeakMap<object, SecurityPolicy>()
const noLabels = {}

function policyOf(
  { namespace }: AdmissionRequest,
  { catalog, caches }: AdmissionServices,
): SecurityPolicy {
  const namespaces = catalog.get('', 'v1', 'namespaces')
  const item = caches.of(namespaces).get(storeKey(namespaces, '', namespace))
  const labels = item?.metadata.labels ?? noLabels
  let policy = policies.get(labels)
  if (!policy) {
    policy = readPolicy(labels).policy
    policies.set(labels, policy)
  }
  return policy
}

/** Whether an update of a pod changes what it runs; all else of a pod that may change is harmless. */
function isSignificant({ spec }: Pod, { spec: old }: Pod): boolean {
  const isOther = (now: readonly Container[] = [], before: readonly Container[] = []) =>
    now.length !== before.length || now.some(({ image }, index) => image !== before[index]?.image)
  return (
    isOther(spec.containers, old.containers) ||
    isOther(spec.initContainers, old.initContainers) ||
    isOther(spec.ephemeralContainers as Container[], old.ephemeralContainers as Container[])
  )
}

function specTemplate(object: object): PodTemplateSpec | undefined {
  return (object as { spec?: { template?: PodTemplateSpec } }).spec?.template
}
