import { createHash } from 'node:crypto'
import type { ImageEntry } from './root-filesystem.ts'

const mediaType = (name: string) => `application/vnd.oci.image.${name}`

/**
 * One image as an uncompressed tar that is a Docker archive and an OCI layout at once, so that every engine loads it.
 * The same entries give the same bytes.
 */
export async function packImage(
  entries: ImageEntry[],
  options: { reference: string; architecture: string; entrypoint: string[]; path: string },
): Promise<Uint8Array> {
  const { packTar } = await import('modern-tar')
  const layer = await packTar(entries.map(toTarEntry))
  const layerDigest = sha256(layer)
  const config = json({
    architecture: options.architecture,
    os: 'linux',
    created: epoch,
    config: {
      Env: [`PATH=${options.path}`],
      Entrypoint: options.entrypoint,
      StopSignal: 'SIGTERM',
    },
    rootfs: { type: 'layers', diff_ids: [`sha256:${layerDigest}`] },
    history: [{ created: epoch, created_by: 'slipway' }],
  })
  const manifest = json({
    schemaVersion: 2,
    mediaType: mediaType('manifest.v1+json'),
    config: descriptor('config.v1+json', config),
    layers: [descriptor('layer.v1.tar', layer)],
  })
  const index = json({
    schemaVersion: 2,
    mediaType: mediaType('index.v1+json'),
    manifests: [
      {
        ...descriptor('manifest.v1+json', manifest),
        platform: { os: 'linux', architecture: options.architecture },
        annotations: {
          'io.containerd.image.name': options.reference,
          'org.opencontainers.image.ref.name': options.reference.split(':').pop(),
        },
      },
    ],
  })
  const blob = (content: Uint8Array) => `blobs/sha256/${sha256(content)}`
  const dockerManifest = json([
    { Config: blob(config), RepoTags: [options.reference], Layers: [blob(layer)] },
  ])
  const files: [string, Uint8Array][] = [
    ['oci-layout', json({ imageLayoutVersion: '1.0.0' })],
    ['index.json', index],
    ['manifest.json', dockerManifest],
    ...[layer, config, manifest].map((content): [string, Uint8Array] => [blob(content), content]),
  ]
  return packTar(
    files.map(([path, content]) => toTarEntry({ path, type: 'file', mode: 0o644, content })),
  )
}

const epoch = '1970-01-01T00:00:00Z'
const json = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value))
const sha256 = (content: Uint8Array) => createHash('sha256').update(content).digest('hex')

function descriptor(type: string, content: Uint8Array) {
  return {
    mediaType: mediaType(type),
    digest: `sha256:${sha256(content)}`,
    size: content.length,
  }
}

function toTarEntry(entry: ImageEntry) {
  const owner = { uid: 0, gid: 0, mtime: new Date(0) }
  switch (entry.type) {
    case 'directory':
      return {
        header: {
          ...owner,
          name: `${entry.path}/`,
          type: 'directory' as const,
          mode: entry.path === 'tmp' ? 0o1777 : 0o755,
          size: 0,
        },
      }
    case 'symlink':
      return {
        header: {
          ...owner,
          name: entry.path,
          type: 'symlink' as const,
          linkname: entry.target,
          mode: 0o777,
          size: 0,
        },
      }
    case 'file':
      return {
        header: {
          ...owner,
          name: entry.path,
          type: 'file' as const,
          mode: entry.mode,
          size: entry.content.length,
        },
        body: entry.content,
      }
  }
}
