import { mirrorAnnotation } from '#control-plane/resources/shared/pod-spec/validate-pod-annotations.ts'
import type { Container, Pod, ServiceAccount } from '#kubernetes/api/core-v1.ts'
import { cloneJson } from '#kubernetes/json.ts'
import { randomSuffix } from '#kubernetes/names.ts'
import { storeKey } from '../catalog.ts'
import { forbidden } from '../failures.ts'
import {
  type AdmissionRequest,
  type AdmissionServices,
  type AdmissionStep,
  isAbout,
} from './admission-step.ts'
import { waitForObject } from './wait-for-object.ts'

const mountPath = '/var/run/secrets/kubernetes.io/serviceaccount'
const tokenLifeSeconds = 3607
const defaultMode = 0o644
/** How long a new namespace's default account may take to appear; about what upstream's retries come to. */
const defaultAccountWaitMs = 1500

/** Gives pods a service account, its pull secrets, and the volume with its token. */
export const serviceAccount: AdmissionStep = {
  name: 'ServiceAccount',
  async mutate(request, services) {
    if (!isAbout(request, 'pods', ['CREATE'])) return
    const pod = request.object as Pod
    if (pod.metadata.annotations?.[mirrorAnnotation]) return
    const { spec } = pod
    const name = spec.serviceAccountName || 'default'
    spec.serviceAccountName = name
    spec.serviceAccount = name
    const account = await findAccount(request, services, name)
    if (!spec.imagePullSecrets?.length && account.imagePullSecrets?.length) {
      spec.imagePullSecrets = cloneJson(account.imagePullSecrets) as { name: string }[]
    }
    const wantsToken = spec.automountServiceAccountToken ?? account.automountServiceAccountToken
    if (wantsToken !== false) mountToken(pod)
  },
}

async function findAccount(
  request: AdmissionRequest,
  { catalog, caches }: AdmissionServices,
  name: string,
): Promise<ServiceAccount> {
  const accounts = catalog.get('', 'v1', 'serviceaccounts')
  const key = storeKey(accounts, request.namespace, name)
  const cache = caches.of(accounts)
  const found =
    cache.get(key) ??
    (name === 'default' ? await waitForObject(cache, key, defaultAccountWaitMs) : undefined)
  if (found) return found.object as unknown as ServiceAccount
  throw forbidden(
    request.definition,
    request.name,
    `error looking up service account ${request.namespace}/${name}: serviceaccount ${JSON.stringify(name)} not found`,
  )
}

function mountToken({ spec }: Pod): void {
  const containers: Container[] = [...(spec.initContainers ?? []), ...(spec.containers ?? [])]
  const lacking = containers.filter(
    container => !container.volumeMounts?.some(mount => mount.mountPath === mountPath),
  )
  if (!lacking.length) return
  const existing = spec.volumes?.find(volume => volume.name.startsWith('kube-api-access-'))
  const name = existing?.name ?? `kube-api-access-${randomSuffix(5)}`
  for (const container of lacking) {
    container.volumeMounts = [
      ...(container.volumeMounts ?? []),
      { name, readOnly: true, mountPath },
    ]
  }
  if (!existing) spec.volumes = [...(spec.volumes ?? []), { name, projected: tokenProjection() }]
}

const tokenProjection = () => ({
  sources: [
    { serviceAccountToken: { expirationSeconds: tokenLifeSeconds, path: 'token' } },
    { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
    {
      downwardAPI: {
        items: [
          { path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } },
        ],
      },
    },
  ],
  defaultMode,
})
