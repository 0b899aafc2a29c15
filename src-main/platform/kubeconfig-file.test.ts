import { mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { systemClock } from '#base/clock.ts'
import { kubeconfigToWrite, mergeContext, removeContext } from './kubeconfig-file.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'kubeconfig-file-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const options = { clock: systemClock }
const entry = {
  name: 'slipway',
  server: 'https://127.0.0.1:6443',
  certificateAuthorityData: 'Y2E=',
  clientCertificateData: 'Y2VydA==',
  clientKeyData: 'a2V5',
}
const foreign = `# my clusters
apiVersion: v1
kind: Config
current-context: prod # careful
clusters:
- cluster: {server: https://prod}
  name: prod
contexts:
- context:
    cluster: prod
    user: prod
  name: prod
users: []
`

test('mergeContext makes a private file where there is none and makes it current', async () => {
  const file = path.join(folder, 'new', 'config')
  expect(await mergeContext(file, entry, options)).toBe('written')
  const text = await readFile(file, 'utf8')
  expect(text).toContain('current-context: slipway')
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(await mergeContext(file, entry, options)).toBe('unchanged')
})

test('mergeContext leaves other entries, comments and the current context alone, follows links, keeps a backup', async () => {
  const file = path.join(folder, 'config')
  const link = path.join(folder, 'link')
  await writeFile(file, foreign)
  await symlink(file, link)
  expect(await mergeContext(link, entry, options)).toBe('written')
  const merged = await readFile(file, 'utf8')
  for (const line of foreign.split('\n').filter(line => line && line !== 'users: []')) {
    expect(merged).toContain(line)
  }
  expect(merged).toContain('https://127.0.0.1:6443')
  expect(await readFile(`${file}.slipway-backup`, 'utf8')).toBe(foreign)
  expect((await stat(link)).isFile()).toBe(true)
  expect(await removeContext(file, 'slipway', options)).toBe('written')
  const removed = await readFile(file, 'utf8')
  expect(removed).not.toContain('slipway')
  expect(removed).toContain('current-context: prod # careful')
})

test('mergeContext never touches a foreign entry of the same name, and refuses what is no YAML', async () => {
  const file = path.join(folder, 'config')
  await writeFile(file, foreign.replaceAll('prod', 'slipway'))
  expect(await mergeContext(file, entry, options)).toBe('foreign')
  expect(await removeContext(file, 'slipway', options)).toBe('foreign')
  expect(await readFile(file, 'utf8')).toBe(foreign.replaceAll('prod', 'slipway'))
  await writeFile(file, 'clusters: [')
  await expect(mergeContext(file, entry, options)).rejects.toThrow('no valid YAML')
})

test('kubeconfigToWrite takes the first listed file that exists, else the last', async () => {
  const existing = path.join(folder, 'b')
  await writeFile(existing, '')
  const list = (...files: string[]) => ({ KUBECONFIG: files.join(path.delimiter) })
  expect(await kubeconfigToWrite(list(path.join(folder, 'a'), existing), folder)).toBe(existing)
  expect(await kubeconfigToWrite(list('/absent/a', '/absent/b'), folder)).toBe('/absent/b')
  expect(await kubeconfigToWrite({}, folder)).toBe(path.join(folder, '.kube', 'config'))
})
