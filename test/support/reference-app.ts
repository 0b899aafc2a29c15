import { createHash } from 'node:crypto'
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { unpackPackages } from '#platform/agent-image/debian-packages.ts'
import { runChecked } from '#platform/processes.ts'
import type { TestEngine } from './dockerd.ts'
import { madeOnce } from './made-once.ts'

const fixture = path.resolve('test/fixtures/reference-app')
const cache = path.resolve('.cache/reference-app')

/** The chart, of which helm also makes plain manifests. */
export const referenceChart = path.join(fixture, 'chart')

const packages = ['busybox', 'nginx-light', 'postgresql', 'python3-psycopg2', 'redis-server']

/** What no part of the application reads, and most of what the packages hold. */
const leftOut = [
  'usr/share/doc',
  'usr/share/i18n',
  'usr/share/info',
  'usr/share/locale',
  'usr/share/man',
  'usr/share/perl*',
  'usr/lib/locale',
  'usr/lib/postgresql/*/lib/bitcode',
  'usr/lib/postgresql/*/lib/llvmjit*',
  'usr/lib/*/libLLVM*',
  'usr/lib/*/libperl*',
  'usr/lib/*/libz3*',
  'usr/lib/*/perl*',
]

const tools = 'cat echo env id ls mkdir mv nc printf ps rm sh sleep tail test touch wget'.split(' ')

const files: Record<string, string> = {
  'etc/passwd':
    'root:x:0:0:root:/:/bin/sh\nwww-data:x:33:33::/:/bin/false\nnobody:x:65534:65534::/:/bin/false\npostgres:x:70:70::/:/bin/sh\n',
  'etc/group': 'root:x:0:\nwww-data:x:33:\nnogroup:x:65534:\npostgres:x:70:\n',
  'etc/nsswitch.conf': 'hosts: files dns\n',
}
const folders = ['data', 'dev', 'proc', 'run', 'sys', 'tmp', 'var/log/nginx', 'var/lib/nginx']

/** The images of the reference application, by the tag that its API has; the others are the same in each version. */
const images = ['postgres:1', 'redis:1', 'web:1', 'worker:1', 'api:1', 'api:2']

/** Builds the application's images on an engine, out of Debian packages and the fixture's Dockerfiles. */
export async function loadReferenceImages({ docker }: Pick<TestEngine, 'docker'>): Promise<void> {
  await docker(
    'import',
    '-c',
    'ENV PATH=/usr/sbin:/usr/bin:/sbin:/bin',
    await baseArchive(),
    'shop/base:1',
  )
  const context = path.join(fixture, 'images')
  for (const image of images) {
    const file = path.join(context, image.replace(/:.*/, ''), 'Dockerfile')
    await docker('build', '-q', '-t', `shop/${image}`, '-f', file, context)
  }
}

/** The tar of the file system that all images share; made once and kept. */
async function baseArchive(): Promise<string> {
  const hash = createHash('sha256')
    .update(JSON.stringify([packages, leftOut, tools, files, folders]))
    .digest('hex')
    .slice(0, 12)
  return madeOnce(path.join(cache, `base-${hash}.tar`), async workspace => {
    const target = path.join(workspace, 'root')
    const architecture = process.arch === 'arm64' ? 'arm64' : 'amd64'
    await unpackPackages(packages, { architecture, workspace, target })
    await addOwnFiles(target)
    const fresh = path.join(workspace, 'base.tar')
    const excludes = leftOut.map(name => `--exclude=./${name}`)
    await runChecked('tar', [
      '-C',
      target,
      '--owner=0',
      '--group=0',
      ...excludes,
      '-cf',
      fresh,
      '.',
    ])
    return fresh
  })
}

async function addOwnFiles(root: string): Promise<void> {
  for (const folder of [...folders, 'etc', 'bin']) {
    await mkdir(path.join(root, folder), { recursive: true, mode: 0o755 })
  }
  await runChecked('chmod', ['1777', path.join(root, 'tmp')])
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(root, name), text)
  const present = new Set<string>()
  for (const folder of ['bin', 'usr/bin']) {
    for (const name of await readdir(path.join(root, folder))) present.add(name)
  }
  for (const tool of tools.filter(name => !present.has(name))) {
    await symlink('busybox', path.join(root, 'bin', tool))
  }
}
