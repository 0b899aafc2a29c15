import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { zstdDecompress } from 'node:zlib'
import { type DebianArchitecture, unpackPackages } from './agent-image/debian-packages.ts'
import { packImage } from './agent-image/image-archive.ts'
import { buildRootFilesystem, type Recipe } from './agent-image/root-filesystem.ts'
import { writeFileAtomic } from './atomic-file.ts'
import { programFolder } from './program-folder.ts'

export interface AgentImageOptions {
  /** Where the finished archive is kept, one per recipe and architecture. */
  cacheDir: string
  /** Of the engine's machine, in Node's words (`process.arch`); not always this machine's. */
  arch: string
  /** The folder of `assets/agent-image`. */
  recipeDir?: string
  /** A packaged app's folder of ready images, `agent-<architecture>.tar.zst`; one that isn't there is built. */
  shippedDir?: string
  signal?: AbortSignal
}

export interface AgentImage {
  /** The tag the archive carries; it names the recipe, so a new recipe is a new image. */
  reference: string
  /** An uncompressed archive that Docker, Podman and containerd load. */
  tarPath: string
}

const architectures: Record<string, DebianArchitecture> = {
  x64: 'amd64',
  amd64: 'amd64',
  x86_64: 'amd64',
  arm64: 'arm64',
  aarch64: 'arm64',
}

/**
 * The image that holds a pod's network, programs the packet filter and forwards ports; built on first use.
 * Throws when it is neither shipped nor cached and this system has no apt to build it with.
 */
export async function ensureAgentImage(options: AgentImageOptions): Promise<AgentImage> {
  const architecture = architectures[options.arch]
  if (!architecture) throw new Error(`there is no agent image for ${options.arch} machines`)
  const recipeDir = options.recipeDir ?? path.join(programFolder(), 'assets/agent-image')
  const [recipeText, pause] = await Promise.all([
    readFile(path.join(recipeDir, 'recipe.json'), 'utf8'),
    readFile(path.join(recipeDir, 'pause')),
  ])
  const hash = createHash('sha256').update(recipeText).update(pause).digest('hex').slice(0, 12)
  const reference = `localhost/slipway-agent:${hash}`
  const tarPath = path.join(options.cacheDir, `agent-${hash}-${architecture}.tar`)
  if (await isThere(tarPath)) return { reference, tarPath }
  const archive =
    (await readShipped(options.shippedDir, architecture)) ??
    (await build(JSON.parse(recipeText) as Recipe, { ...options, architecture, reference, pause }))
  await writeFileAtomic(tarPath, archive)
  return { reference, tarPath }
}

async function build(
  recipe: Recipe,
  options: AgentImageOptions & {
    architecture: DebianArchitecture
    reference: string
    pause: Uint8Array
  },
): Promise<Uint8Array> {
  const { architecture, reference, pause, cacheDir, signal } = options
  await mkdir(cacheDir, { recursive: true })
  const workspace = await mkdtemp(path.join(cacheDir, 'building-'))
  try {
    const target = path.join(workspace, 'root')
    await unpackPackages(recipe.packages, {
      architecture,
      workspace,
      target,
      ...(signal ? { signal } : {}),
    })
    const entries = await buildRootFilesystem(recipe, { packages: target, pause })
    return await packImage(entries, {
      reference,
      architecture,
      entrypoint: ['/pause'],
      path: '/bin:/sbin',
    })
  } catch (error) {
    signal?.throwIfAborted()
    throw new Error(
      `building the agent image from ${recipe.packages.join(' and ')} failed: ${(error as Error).message}`,
      { cause: error },
    )
  } finally {
    await rm(workspace, { recursive: true, force: true })
  }
}

async function readShipped(
  folder: string | undefined,
  architecture: string,
): Promise<Uint8Array | undefined> {
  const file = folder && path.join(folder, `agent-${architecture}.tar.zst`)
  if (!file || !(await isThere(file))) return undefined
  return promisify(zstdDecompress)(await readFile(file))
}

async function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    ({ size }) => size > 0,
    () => false,
  )
}
