import type { PodSpec, Volume, VolumeProjection } from '#kubernetes/api/core-v1.ts'
import { claimSizeWarnings } from '../amount-warnings.ts'

const deprecated: Record<string, string> = {
  photonPersistentDisk: 'photonPersistentDisk: deprecated in v1.11, non-functional in v1.16+',
  gitRepo: 'gitRepo: deprecated in v1.11, and disabled by default in v1.33+',
  scaleIO: 'scaleIO: deprecated in v1.16, non-functional in v1.22+',
  flocker: 'flocker: deprecated in v1.22, non-functional in v1.25+',
  storageos: 'storageOS: deprecated in v1.22, non-functional in v1.25+',
  quobyte: 'quobyte: deprecated in v1.22, non-functional in v1.25+',
  glusterfs: 'glusterfs: deprecated in v1.25, non-functional in v1.26+',
  cephfs: 'cephfs: deprecated in v1.28, non-functional in v1.31+',
  rbd: 'rbd: deprecated in v1.28, non-functional in v1.31+',
}

/** Warnings for what the volumes of a pod, or a persistent volume, at `path` come from. */
export const deprecatedSources = (source: object, path: string): string[] =>
  Object.keys(source).flatMap(name =>
    Object.hasOwn(deprecated, name) ? [`${path}.${deprecated[name]}`] : [],
  )

/** Warnings for the volumes of a pod whose spec is at `path`. */
export const volumeWarnings = ({ volumes = [] }: PodSpec, path: string): string[] => [
  ...volumes.flatMap((volume, index) => {
    const at = `${path}.volumes[${index}]`
    const claim = volume.ephemeral?.volumeClaimTemplate?.spec
    return [
      ...deprecatedSources(volume, at),
      ...claimSizeWarnings(claim?.resources, `${at}.ephemeral.volumeClaimTemplate.spec`),
    ]
  }),
  ...volumes.flatMap(overlapWarnings),
]

interface Files {
  /** As warnings name it: `ConfigMap "settings"`. */
  source: string
  paths: string[]
}

/** Files of a volume that are written to the same place, or one into a directory that the other is. */
function overlapWarnings({ name, configMap, secret, downwardAPI, projected }: Volume): string[] {
  const quoted = JSON.stringify(name)
  const alone = [
    filesOf('ConfigMap', configMap?.name, configMap?.items),
    filesOf('Secret', secret?.secretName, secret?.items),
    filesOf('DownwardAPI', undefined, downwardAPI?.items),
  ]
  const warnings = alone.flatMap(files =>
    files ? overlaps(files.paths, `volume ${quoted} (${files.source})`) : [],
  )
  const earlier: string[] = []
  for (const source of projected?.sources ?? []) {
    if (!Object.keys(source).length)
      warnings.push(`volume ${quoted} (Projected) has no sources provided`)
    const files = projectedFiles(source)
    if (!files) continue
    const where = `volume ${quoted} (Projected ${files.source})`
    const together = [...new Set(files.paths), ...earlier].sort()
    warnings.push(...overlaps(files.paths, where), ...overlaps(together, where))
    earlier.push(...new Set(files.paths))
  }
  return [...new Set(warnings)]
}

const projectedFiles = (source: VolumeProjection): Files | undefined => {
  const { configMap, secret, downwardAPI, serviceAccountToken } = source
  return (
    filesOf('ConfigMap', configMap?.name, configMap?.items) ??
    filesOf('Secret', secret?.name, secret?.items) ??
    filesOf('DownwardAPI', undefined, downwardAPI?.items) ??
    filesOf('ServiceAccountToken', undefined, serviceAccountToken && [serviceAccountToken])
  )
}

const filesOf = (
  kind: string,
  name: string | undefined,
  items: readonly { path: string }[] | undefined,
): Files | undefined =>
  items && {
    source: kind === 'ConfigMap' || kind === 'Secret' ? `${kind} ${JSON.stringify(name)}` : kind,
    paths: items.map(({ path }) => path),
  }

function overlaps(paths: readonly string[], where: string): string[] {
  const seen: string[] = []
  return paths.flatMap(given => {
    const path = given.replace(/[/]+$/, '')
    const other = path && seen.find(one => isWithin(one, path) || isWithin(path, one))
    seen.push(path)
    return other
      ? [`${where}: overlapping paths: ${JSON.stringify(path)} with ${JSON.stringify(other)}`]
      : []
  })
}

const isWithin = (path: string, directory: string): boolean =>
  path === directory || path.startsWith(`${directory}/`)
