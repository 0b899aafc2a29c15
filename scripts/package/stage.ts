import { spawnSync } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { zstdCompress } from 'node:zlib'
import { ensureAgentImage } from '#platform/agent-image.ts'

const top = path.resolve(import.meta.dirname, '../..')

/**
 * Builds the desktop app into a folder that holds what is packaged and nothing else: the bundles, the tray's icons, a
 * package.json without dependencies, and beside them the agent images that are to be shipped.
 */
export async function stageDesktop(
  folder: string,
  options: { agentImages: readonly ('x64' | 'arm64')[] },
): Promise<void> {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  build(path.join(folder, 'out'))
  const manifest = JSON.parse(await readFile(path.join(top, 'package.json'), 'utf8'))
  const { name, version, description, license, author, homepage, type, main } = manifest
  const kept = { name, version, description, license, author, homepage, type, main, private: true }
  await writeFile(path.join(folder, 'package.json'), `${JSON.stringify(kept, null, 2)}\n`)
  await cp(path.join(top, 'assets'), path.join(folder, 'assets'), { recursive: true })
  await copyRecipe(path.join(folder, 'agent-image'))
  for (const arch of options.agentImages) {
    await stageAgentImage(path.join(folder, 'agent-image'), arch)
  }
}

/** Puts the agent image for an architecture, packed, and its recipe into a folder. */
export async function stageAgentImage(folder: string, arch: 'x64' | 'arm64'): Promise<void> {
  await copyRecipe(folder)
  const cacheDir = await mkdtemp(path.join(os.tmpdir(), 'agent-image-'))
  try {
    const { tarPath } = await ensureAgentImage({ cacheDir, arch })
    const packed = await promisify(zstdCompress)(await readFile(tarPath))
    await writeFile(
      path.join(folder, `agent-${arch === 'x64' ? 'amd64' : 'arm64'}.tar.zst`),
      packed,
    )
  } finally {
    await rm(cacheDir, { recursive: true, force: true })
  }
}

async function copyRecipe(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const file of ['recipe.json', 'pause', 'packages.md']) {
    await cp(path.join(top, 'assets/agent-image', file), path.join(folder, file))
  }
}

function build(outDir: string): void {
  const cli = path.join(top, 'node_modules/electron-vite/bin/electron-vite.js')
  const args = [cli, 'build', '--logLevel', 'error', '--outDir', outDir]
  const { status } = spawnSync(process.execPath, args, { cwd: top, stdio: ['ignore', 2, 2] })
  if (status !== 0) throw new Error('building the app failed; the reason stands above')
}
