import type {
  ConfigMap,
  ConfigMapVolumeSource,
  DownwardAPIVolumeFile,
  KeyToPath,
  ProjectedVolumeSource,
  Secret,
  SecretVolumeSource,
  ServiceAccountTokenProjection,
  Volume,
} from '#kubernetes/api/core-v1.ts'
import type { VolumeFile } from '../../runtimes/container-runtime.ts'
import {
  type PodFieldFacts,
  podFieldValue,
  resourceFieldValue,
} from '../environment/field-references.ts'
import type { ObjectSource } from '../object-source.ts'
import type { BoundPod } from '../pod-facts.ts'

/** What the files of a volume are made from. */
export interface VolumeFilesContext {
  pod: BoundPod
  objects: ObjectSource
  facts: PodFieldFacts
  /** A token of the pod's service account for a projection. */
  token(projection: ServiceAccountTokenProjection): Promise<string>
}

const defaultMode = 0o644

/** Whether the kubelet writes this volume's files. */
export const hasFiles = ({ configMap, secret, downwardAPI, projected }: Volume): boolean =>
  Boolean(configMap ?? secret ?? downwardAPI ?? projected)

/** The files of a configMap, secret, downwardAPI or projected volume. Throws in the kubelet's words when a source is missing. */
export async function volumeFiles(
  volume: Volume,
  context: VolumeFilesContext,
): Promise<VolumeFile[]> {
  const { configMap, secret, downwardAPI, projected } = volume
  if (configMap) return configMapFiles(configMap, configMap.defaultMode ?? defaultMode, context)
  if (secret) {
    const { secretName, ...rest } = secret
    return secretFiles({ ...rest, name: secretName }, secret.defaultMode ?? defaultMode, context)
  }
  if (downwardAPI)
    return downwardFiles(downwardAPI.items ?? [], downwardAPI.defaultMode ?? defaultMode, context)
  return projected ? projectedFiles(projected, context) : []
}

async function projectedFiles(
  { sources, defaultMode: mode = defaultMode }: ProjectedVolumeSource,
  context: VolumeFilesContext,
): Promise<VolumeFile[]> {
  const files: VolumeFile[] = []
  for (const { configMap, secret, downwardAPI, serviceAccountToken } of sources ?? []) {
    if (configMap) files.push(...(await configMapFiles(configMap, mode, context)))
    if (secret) files.push(...(await secretFiles(secret, mode, context)))
    if (downwardAPI) files.push(...downwardFiles(downwardAPI.items ?? [], mode, context))
    if (serviceAccountToken) {
      const content = Buffer.from(await context.token(serviceAccountToken))
      files.push({ path: serviceAccountToken.path, content, mode })
    }
  }
  return files
}

async function configMapFiles(
  { name = '', items, optional }: Pick<ConfigMapVolumeSource, 'name' | 'items' | 'optional'>,
  mode: number,
  { pod, objects }: VolumeFilesContext,
): Promise<VolumeFile[]> {
  const namespace = pod.metadata.namespace ?? ''
  const configMap = await objects.configMap(namespace, name)
  if (!configMap && !optional) throw new Error(`configmap ${JSON.stringify(name)} not found`)
  const lacks = `configmap references non-existent config key`
  return chosenFiles(configMapContent(configMap), items, mode, Boolean(optional), lacks)
}

async function secretFiles(
  source: Pick<SecretVolumeSource, 'items' | 'optional'> & { name?: string | undefined },
  mode: number,
  { pod, objects }: VolumeFilesContext,
): Promise<VolumeFile[]> {
  const { name = '', items, optional } = source
  const secret = await objects.secret(pod.metadata.namespace ?? '', name)
  if (!secret && !optional) throw new Error(`secret ${JSON.stringify(name)} not found`)
  const lacks = `references non-existent secret key`
  return chosenFiles(secretContent(secret), items, mode, Boolean(optional), lacks)
}

function downwardFiles(
  items: DownwardAPIVolumeFile[],
  mode: number,
  { pod, facts }: VolumeFilesContext,
): VolumeFile[] {
  return items.map(({ path, fieldRef, resourceFieldRef, mode: own }) => {
    const text = fieldRef
      ? podFieldValue(pod, fieldRef.fieldPath, facts)
      : resourceFieldRef
        ? resourceFieldValue(pod, undefined, resourceFieldRef, facts)
        : ''
    return { path, content: Buffer.from(text), mode: own ?? mode }
  })
}

function chosenFiles(
  content: Map<string, Uint8Array>,
  items: KeyToPath[] | undefined,
  mode: number,
  optional: boolean,
  lacks: string,
): VolumeFile[] {
  if (!items?.length) return [...content].map(([path, bytes]) => ({ path, content: bytes, mode }))
  return items.flatMap(({ key, path, mode: own }) => {
    const bytes = content.get(key)
    if (bytes) return [{ path, content: bytes, mode: own ?? mode }]
    if (optional) return []
    throw new Error(`${lacks}: ${key}`)
  })
}

function configMapContent(configMap: ConfigMap | undefined): Map<string, Uint8Array> {
  const content = new Map<string, Uint8Array>()
  for (const [key, text] of Object.entries(configMap?.data ?? {}))
    content.set(key, Buffer.from(text))
  for (const [key, base64] of Object.entries(configMap?.binaryData ?? {}))
    content.set(key, Buffer.from(base64, 'base64'))
  return content
}

function secretContent(secret: Secret | undefined): Map<string, Uint8Array> {
  return new Map(
    Object.entries(secret?.data ?? {}).map(([key, base64]) => [key, Buffer.from(base64, 'base64')]),
  )
}
