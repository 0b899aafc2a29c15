import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { listCandidates, localSocket } from './candidates.ts'

let home: string
beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'home-'))
})
afterEach(() => rm(home, { recursive: true }))

async function writeContext(name: string, host: string): Promise<void> {
  const id = createHash('sha256').update(name).digest('hex')
  const folder = path.join(home, '.docker/contexts/meta', id)
  await mkdir(folder, { recursive: true })
  await writeFile(
    path.join(folder, 'meta.json'),
    JSON.stringify({ Name: name, Endpoints: { docker: { Host: host } } }),
  )
  const config = path.join(home, '.docker/config.json')
  await writeFile(config, JSON.stringify({ currentContext: name }))
}

const hosts = async (env: Record<string, string>, platform: NodeJS.Platform = 'linux') =>
  (await listCandidates({ platform, env, home })).map(({ source, host }) => `${source} ${host}`)

test('the usual sockets come in a fixed order', async () => {
  const list = await hosts({ XDG_RUNTIME_DIR: '/run/user/1000' })
  expect(list[0]).toBe('Docker unix:///var/run/docker.sock')
  expect(list.at(-1)).toBe('rootless Podman unix:///run/user/1000/podman/podman.sock')
})

test("the current Docker context comes first, and DOCKER_HOST before it, as in Docker's client", async () => {
  await writeContext('colima', `unix://${home}/.colima/default/docker.sock`)
  const [first, ...rest] = await hosts({})
  expect(first).toBe(`the Docker context "colima" unix://${home}/.colima/default/docker.sock`)
  expect(rest.some(line => line.includes('.colima'))).toBe(false)
  const [named] = await hosts({ DOCKER_HOST: 'ssh://build@host' })
  expect(named).toBe('DOCKER_HOST ssh://build@host')
})

test('a context called default is none', async () => {
  await writeContext('default', 'tcp://elsewhere:2376')
  expect((await hosts({}))[0]).toContain('/var/run/docker.sock')
})

test('Windows has pipes', async () => {
  const [first] = await hosts({}, 'win32')
  expect(first).toBe('Docker npipe:////./pipe/docker_engine')
})

test('only sockets and pipes are on this machine', () => {
  expect(localSocket('unix:///var/run/docker.sock')).toBe('/var/run/docker.sock')
  expect(localSocket('/var/run/docker.sock')).toBe('/var/run/docker.sock')
  expect(localSocket('npipe:////./pipe/docker_engine')).toBe('\\\\.\\pipe\\docker_engine')
  for (const remote of ['tcp://127.0.0.1:2375', 'ssh://host', 'https://host:2376']) {
    expect(localSocket(remote), remote).toBeUndefined()
  }
})
