import type { KubernetesObject } from '#kubernetes/objects.ts'
import type { ObjectWriter } from '../handlers/object-writer.ts'
import type { Services } from '../services.ts'
import { ensure, serverUser } from './bootstrap-objects.ts'
import type { PolicyBinding, PolicyRole } from './policy-types.ts'

const group = 'rbac.authorization.k8s.io'
const apiVersion = `${group}/v1`
const autoupdate = 'rbac.authorization.kubernetes.io/autoupdate'
const marks = {
  annotations: { [autoupdate]: 'true' },
  labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults' },
}

/**
 * Creates the bootstrap roles and bindings and puts back rules and subjects that are missing, as upstream does at
 * every start, but for those whose `autoupdate` annotation says `false`. Nothing that was added is taken away.
 */
export async function reconcilePolicy(services: Services, writer: ObjectWriter): Promise<void> {
  const { bindings, roles } = await import('./generated/rbac-policy.ts')
  await Promise.all([
    ...roles.map(role => reconcile(services, writer, roleObject(role), 'rules')),
    ...bindings.map(binding => reconcile(services, writer, bindingObject(binding), 'subjects')),
  ])
}

function roleObject(role: PolicyRole): KubernetesObject {
  const { name, namespace, rules, aggregationRule, labels } = role
  return {
    apiVersion,
    kind: namespace ? 'Role' : 'ClusterRole',
    metadata: {
      name,
      ...(namespace ? { namespace } : {}),
      annotations: marks.annotations,
      labels: { ...marks.labels, ...labels },
    },
    ...(aggregationRule ? { aggregationRule } : {}),
    rules: aggregationRule ? null : rules,
  } as KubernetesObject
}

function bindingObject(binding: PolicyBinding): KubernetesObject {
  const { name, namespace, role } = binding
  const [kind = '', ...rest] = role.split('/')
  const subjects = binding.subjects.map(subject =>
    subject.kind === 'ServiceAccount' ? subject : { apiGroup: group, ...subject },
  )
  return {
    apiVersion,
    kind: namespace ? 'RoleBinding' : 'ClusterRoleBinding',
    metadata: { name, ...(namespace ? { namespace } : {}), ...marks },
    roleRef: { apiGroup: group, kind, name: rest.join('/') },
    ...(subjects.length ? { subjects } : {}),
  } as KubernetesObject
}

type ListField = 'rules' | 'subjects'
type WithList = KubernetesObject & Partial<Record<ListField, unknown[] | null>>

async function reconcile(
  services: Services,
  writer: ObjectWriter,
  wanted: WithList,
  field: ListField,
): Promise<void> {
  const { name = '', namespace = '' } = wanted.metadata
  const definition = services.catalog.byKind({ group, version: 'v1', kind: wanted.kind ?? '' })
  if (!definition) throw new Error(`${wanted.kind} is not served`)
  const current = writer.find(definition, namespace, name)
  if (!current) return ensure(services, writer, wanted)
  const has = current.object as Readonly<WithList>
  if (has.metadata.annotations?.[autoupdate] === 'false') return
  const known = new Set((has[field] ?? []).map(entry => canonical(entry)))
  const missing = (wanted[field] ?? []).filter(entry => !known.has(canonical(entry)))
  if (!missing.length) return
  const write = { definition, namespace, name, subresource: '', dryRun: false }
  await writer.update(
    { ...write, user: serverUser, warnings: new Set() },
    {
      change: old => {
        const next = structuredClone(old) as WithList
        next[field] = [...(next[field] ?? []), ...missing]
        return next
      },
    },
  )
}

/** JSON with sorted keys, to compare by. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}
