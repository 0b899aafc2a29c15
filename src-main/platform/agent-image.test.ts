import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { zstdCompress } from 'node:zlib'
import { unpackTar } from 'modern-tar'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readElf } from './agent-image/elf.ts'
import { packImage } from './agent-image/image-archive.ts'
import type { ImageEntry } from './agent-image/root-filesystem.ts'
import { ensureAgentImage } from './agent-image.ts'
import { runChecked } from './processes.ts'

let cacheDir: string
beforeEach(async () => {
  cacheDir = await mkdtemp(path.join(tmpdir(), 'agent-image-'))
})
afterEach(() => rm(cacheDir, { recursive: true }))

const hasApt = existsSync('/usr/bin/apt-get') && existsSync('/usr/bin/dpkg-deb')
const hasReadelf = existsSync('/usr/bin/readelf')

test.skipIf(!hasApt)(
  'the image is built from Debian packages, and found again without them',
  async () => {
    const { reference, tarPath } = await ensureAgentImage({ cacheDir, arch: process.arch })
    const files = new Map((await unpackTar(await readFile(tarPath))).map(e => [e.header.name, e]))
    const text = (name: string) => JSON.parse(String(Buffer.from(files.get(name)?.data ?? [])))
    const [docker] = text('manifest.json')
    expect(docker.RepoTags).toEqual([reference])
    const layer = await unpackTar(files.get(docker.Layers[0])?.data ?? new Uint8Array())
    const entries = new Map(layer.map(({ header }) => [header.name, header]))
    expect(entries.get('pause')?.mode).toBe(0o755)
    expect(entries.get('bin/nc')).toMatchObject({ type: 'symlink', linkname: 'busybox' })
    expect(entries.get('sbin/nft')).toMatchObject({ type: 'file', uid: 0, mode: 0o755 })
    expect(entries.has('usr/share/doc/busybox/copyright')).toBe(true)
    const { mtimeMs } = await stat(tarPath)
    expect(await ensureAgentImage({ cacheDir, arch: process.arch })).toEqual({ reference, tarPath })
    expect((await stat(tarPath)).mtimeMs).toBe(mtimeMs)
  },
  120_000,
)

test('a shipped image is unpacked for the engine', async () => {
  const packed = await promisify(zstdCompress)(Buffer.from('a tar'))
  await writeFile(path.join(cacheDir, 'agent-arm64.tar.zst'), packed)
  const { tarPath } = await ensureAgentImage({ cacheDir, arch: 'arm64', shippedDir: cacheDir })
  expect(await readFile(tarPath, 'utf8')).toBe('a tar')
})

test('an engine of an unknown architecture is refused by name', async () => {
  await expect(ensureAgentImage({ cacheDir, arch: 'riscv64' })).rejects.toThrow(/riscv64/)
})

test.skipIf(!hasReadelf)('the libraries of a program are those that readelf names', async () => {
  const listed = await runChecked('readelf', ['-d', '/bin/ls'])
  const names = [...listed.matchAll(/NEEDED.*\[(.*)\]/g)].map(match => match[1])
  expect(names.length).toBeGreaterThan(0)
  expect(readElf(await readFile('/bin/ls')).libraries).toEqual(names)
})

test('the same files make the same archive, which GNU tar reads', async () => {
  const entries: ImageEntry[] = [
    { path: 'bin', type: 'directory' },
    { path: 'bin/sh', type: 'symlink', target: 'busybox' },
    { path: 'pause', type: 'file', mode: 0o755, content: Buffer.from('#!') },
  ]
  const pack = () =>
    packImage(entries, {
      reference: 'localhost/a:1',
      architecture: 'arm64',
      entrypoint: ['/pause'],
      path: '/bin',
    })
  const archive = await pack()
  expect(Buffer.from(await pack()).equals(archive)).toBe(true)
  await writeFile(path.join(cacheDir, 'a.tar'), archive)
  expect(await runChecked('tar', ['-tf', path.join(cacheDir, 'a.tar')])).toContain('oci-layout')
})
