import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, describe, expect, test } from 'vitest'
import { openEtcdStore } from './etcd.ts'
import { StorageError } from './storage-errors.ts'
import { bytes, none, storeConformance } from './store-conformance.ts'

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' && address ? address.port : 0
}

const owned = new AsyncDisposableStack()
afterAll(() => owned.disposeAsync())

/** A private etcd, ended and removed after the tests of this file. */
async function startEtcd(): Promise<string> {
  const directory = mkdtempSync(path.join(tmpdir(), 'slipway-etcd-'))
  const [client, peer] = [await freePort(), await freePort()]
  const endpoint = `http://127.0.0.1:${client}`
  const etcd: ChildProcess = spawn(
    'etcd',
    [
      `--data-dir=${directory}`,
      `--listen-client-urls=${endpoint}`,
      `--advertise-client-urls=${endpoint}`,
      `--listen-peer-urls=http://127.0.0.1:${peer}`,
      `--initial-advertise-peer-urls=http://127.0.0.1:${peer}`,
      `--initial-cluster=default=http://127.0.0.1:${peer}`,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  owned.defer(async () => {
    const ended = once(etcd, 'exit')
    etcd.kill('SIGKILL')
    await ended
    rmSync(directory, { recursive: true, force: true })
  })
  if (!etcd.stderr) throw new Error('etcd has no stderr')
  for await (const line of createInterface({ input: etcd.stderr })) {
    if (line.includes('ready to serve client requests')) break
  }
  etcd.stderr.resume()
  return endpoint
}

const installed = spawnSync('etcd', ['--version']).status === 0
describe.skipIf(!installed)('with a real etcd', () => {
  let etcd: Promise<string> | undefined
  const endpoint = () => (etcd ??= startEtcd())

  storeConformance('etcd', async () => openEtcdStore({ endpoint: await endpoint() }))

  test('stores with different prefixes see nothing of each other', async () => {
    await using one = await openEtcdStore({ endpoint: await endpoint(), prefix: '/one/' })
    await using two = await openEtcdStore({ endpoint: await endpoint(), prefix: '/two/' })
    await one.put('key', bytes('x'), none)
    expect((await one.range({ prefix: '' })).items.map(item => item.key)).toEqual(['key'])
    expect((await two.range({ prefix: '' })).items).toEqual([])
  })
})

test('an etcd that is not there is a clear error', async () => {
  const endpoint = `http://127.0.0.1:${await freePort()}`
  const opening = openEtcdStore({ endpoint })
  await expect(opening).rejects.toThrow(StorageError)
  await expect(opening).rejects.toThrow(`etcd at ${endpoint} can't be reached`)
})
