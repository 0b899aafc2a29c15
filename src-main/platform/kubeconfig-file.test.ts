import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { parse } from 'yaml'
import { systemClock } from '#base/clock.ts'
import { kubeconfigToWrite, mergeContext, removeContext } from './kubeconfig-file.ts'

let folder: string
let file: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'slipway-kubeconfig-'))
  file = path.join(folder, 'config')
})
afterEach(() => rm(folder, { recursive: true }))

const ours = {
  name: 'slipway',
  owner: '/data/clusters/local',
  server: 'https://127.0.0.1:6443',
  certificateAuthorityData: 'Q0E='.repeat(60),
  clientCertificateData: 'Y2VydA==',
  clientKeyData: 'a2V5',
}
const options = { clock: systemClock }
const merge = (entry = ours) => mergeContext(file, entry, options)
const foreign = `# my clusters, do not touch
apiVersion: v1
kind: Config
current-context: work # the one I use
clusters:
- cluster:
    server: https://work.example:6443 # behind the VPN
  name: work
contexts:
- context: {cluster: work, user: me}
  name: work
users:
- name: me
  user:
    token: "0123"
preferences: {}
`

test('a new kubeconfig is made, for its owner only, and its context is the current one', async () => {
  file = path.join(folder, 'new', 'config')
  expect(await merge()).toBe('written')
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  const config = parse(await readFile(file, 'utf8'))
  expect(config).toMatchObject({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'slipway',
    clusters: [
      {
        name: 'slipway',
        cluster: {
          server: ours.server,
          'certificate-authority-data': ours.certificateAuthorityData,
        },
      },
    ],
    users: [
      {
        name: 'slipway',
        user: { 'client-certificate-data': 'Y2VydA==', 'client-key-data': 'a2V5' },
      },
    ],
    contexts: [{ name: 'slipway', context: { cluster: 'slipway', user: 'slipway' } }],
  })
  expect(await readdir(path.dirname(file))).toEqual(['config'])
})

test('comments, order, quotes and the current context of others stay as they are', async () => {
  await writeFile(file, foreign, { mode: 0o640 })
  expect(await merge()).toBe('written')
  const text = await readFile(file, 'utf8')
  const lines = new Set(text.split('\n'))
  for (const line of foreign.split('\n')) {
    if (line !== '- context: {cluster: work, user: me}') expect([...lines]).toContain(line)
  }
  expect(parse(text)).toMatchObject({
    'current-context': 'work',
    contexts: [{ name: 'work', context: { cluster: 'work', user: 'me' } }, { name: 'slipway' }],
  })
  expect(await readFile(`${file}.slipway-backup`, 'utf8')).toBe(foreign)
  expect((await stat(file)).mode & 0o777).toBe(0o640)
})

test('merging again changes nothing; a new port is updated in place', async () => {
  await writeFile(file, foreign)
  await merge()
  const first = await readFile(file, 'utf8')
  expect(await merge()).toBe('unchanged')
  const moved = { ...ours, server: 'https://127.0.0.1:7443' }
  expect(await merge(moved)).toBe('written')
  expect(await readFile(file, 'utf8')).toBe(first.replace('127.0.0.1:6443', '127.0.0.1:7443'))
})

test('an entry of the same name that is not ours is never overwritten', async () => {
  const text = foreign.replaceAll('work', 'slipway')
  await writeFile(file, text)
  expect(await merge()).toBe('foreign')
  expect(await merge({ ...ours, owner: '/other/clusters/local' })).toBe('foreign')
  expect(await readFile(file, 'utf8')).toBe(text)
  expect(await removeContext(file, ours, options)).toBe('foreign')
  expect(await readdir(folder)).toEqual(['config'])
})

test('another of our clusters with the same name is not overwritten while it exists', async () => {
  const other = path.join(folder, 'other-data', 'clusters', 'local')
  await mkdir(other, { recursive: true })
  await merge({ ...ours, owner: other })
  expect(await merge()).toBe('foreign')
  expect(await removeContext(file, ours, options)).toBe('foreign')
  await rm(other, { recursive: true })
  expect(await merge()).toBe('written')
  expect(await removeContext(file, ours, options)).toBe('written')
})

test('a user of the same name that is not ours is kept too', async () => {
  await writeFile(file, foreign.replace(/\bme\b/g, 'slipway'))
  expect(await merge()).toBe('foreign')
})

test('what a person added to our entry stays', async () => {
  await merge()
  const text = await readFile(file, 'utf8')
  await writeFile(file, text.replace(/^( +)user: slipway$/m, '$&\n$1namespace: shop'))
  expect(await merge()).toBe('unchanged')
  expect(await merge({ ...ours, server: 'https://127.0.0.1:7443' })).toBe('written')
  expect(parse(await readFile(file, 'utf8')).contexts[0].context.namespace).toBe('shop')
})

test('removing takes out what merging put in', async () => {
  await writeFile(file, foreign)
  await merge()
  expect(await removeContext(file, ours, options)).toBe('written')
  expect(parse(await readFile(file, 'utf8'))).toEqual(parse(foreign))
  expect(await removeContext(file, ours, options)).toBe('unchanged')
})

test('removing the current context leaves none', async () => {
  await merge()
  await removeContext(file, ours, options)
  const config = parse(await readFile(file, 'utf8'))
  expect(config).toMatchObject({ clusters: [], users: [], contexts: [], 'current-context': '' })
})

test('a file that is not YAML is left alone, with line and column said', async () => {
  await writeFile(file, 'clusters: [\n  - x: {')
  await expect(merge()).rejects.toThrow(/config is no valid YAML, .*line 2, column/)
  expect(await readFile(file, 'utf8')).toBe('clusters: [\n  - x: {')
  await writeFile(file, '- a list')
  await expect(merge()).rejects.toThrow('is no kubeconfig')
})

test('empty lists as kubectl writes them are filled', async () => {
  await writeFile(
    file,
    'apiVersion: v1\nclusters: null\ncontexts: []\ncurrent-context: ""\nkind: Config\nusers: null\n',
  )
  expect(await merge()).toBe('written')
  expect(parse(await readFile(file, 'utf8'))).toMatchObject({
    'current-context': 'slipway',
    users: [{ name: 'slipway' }],
  })
})

test('a symbolic link stays one', async () => {
  const real = path.join(folder, 'real')
  await writeFile(real, foreign)
  await symlink(real, file)
  await merge()
  expect(parse(await readFile(real, 'utf8')).contexts).toHaveLength(2)
  expect(await readFile(file, 'utf8')).toBe(await readFile(real, 'utf8'))
})

test('kubeconfigToWrite writes where kubectl does', async () => {
  const [a, b] = [path.join(folder, 'a'), path.join(folder, 'b')]
  const env = { KUBECONFIG: [a, b].join(path.delimiter) }
  expect(await kubeconfigToWrite(env, '/home/me')).toBe(b)
  await writeFile(a, '')
  expect(await kubeconfigToWrite(env, '/home/me')).toBe(a)
  expect(await kubeconfigToWrite({}, '/home/me')).toBe('/home/me/.kube/config')
  await mkdir(b)
})
