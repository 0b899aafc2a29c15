import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { resources } from '../conformance/facts/facts-table.ts'
import { FuzzClient } from './fuzz-client.ts'
import type { HostMessage } from './fuzz-host.ts'
import { Random } from './random.ts'
import { type FuzzKind, pickScenario, readKinds } from './scenarios.ts'

const isFull = process.env['SLIPWAY_TEST_FULL'] === '1'
const { FUZZ_SEED, FUZZ_ONLY } = process.env
const seed = FUZZ_SEED === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(FUZZ_SEED)
const warmUp = isFull ? 20_000 : 8_000
const requests = isFull ? 200_000 : 20_000
const inFlight = 12

let host: ChildProcess
let client: FuzzClient
let kinds: FuzzKind[]
const faults: string[] = []

beforeAll(async () => {
  console.info(`FUZZ_SEED=${seed}`)
  host = fork(path.join(import.meta.dirname, 'fuzz-host.ts'), {
    execArgv: ['--expose-gc', '--disable-warning=ExperimentalWarning'],
  })
  host.on('message', (message: HostMessage) => {
    if (message.kind === 'fault') faults.push(message.text)
  })
  host.on('exit', code => faults.push(`the server ended with ${code}`))
  const ready = await answerOf('ready')
  client = new FuzzClient(ready)
  await client.ask('POST', '/api/v1/namespaces/default/serviceaccounts', {
    body: { metadata: { name: 'default' } },
  })
  kinds = await readKinds(client, resources)
})
afterAll(async () => {
  client?.[Symbol.dispose]()
  host?.removeAllListeners('exit')
  if (host?.connected) host.disconnect()
  if (host && host.exitCode === null) await once(host, 'exit')
})

async function answerOf<K extends HostMessage['kind']>(
  kind: K,
): Promise<Extract<HostMessage, { kind: K }>> {
  return new Promise((resolve, reject) => {
    const hear = (message: HostMessage) => {
      if (message.kind !== kind) return
      host.off('message', hear)
      resolve(message as Extract<HostMessage, { kind: K }>)
    }
    host.on('message', hear)
    host.once('exit', code => reject(new Error(`the server ended with ${code}: ${faults}`)))
  })
}

async function measure() {
  const answer = answerOf('measure')
  host.send('measure')
  return { ...(await answer), watches: await openWatches() }
}

/** The server's own count. */
async function openWatches(): Promise<number> {
  const { bytes } = await client.ask('GET', '/metrics')
  const counts = `${bytes}`.matchAll(/^apiserver_longrunning_requests\{.*\} (\d+)$/gm)
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0)
}

let next = 0
/** Plays scenarios until so many requests were sent, several at a time. */
async function play(until: number): Promise<void> {
  const worker = async () => {
    while (client.sent < until && faults.length + client.faults.length < 20) {
      const index = next++
      await playOne(index)
    }
  }
  await Promise.all(Array.from({ length: inFlight }, worker))
}

async function playOne(index: number): Promise<void> {
  const random = Random.of(seed, index)
  const asker = client.labelled(`FUZZ_ONLY=${index}`)
  await pickScenario(random)({ client: asker, random, name: `fuzz-${index}`, kinds })
}

test(
  `answers ${requests} random requests without failing, leaking or losing count`,
  async () => {
    if (FUZZ_ONLY !== undefined) await playOne(Number(FUZZ_ONLY))
    else {
      await play(warmUp)
      const before = await measure()
      await play(requests)
      const after = await measure()
      console.info(
        `${client.sent} requests; heap ${megabytes(before.heapUsed)} → ${megabytes(after.heapUsed)} MB, sockets ${before.sockets} → ${after.sockets}, watches ${before.watches} → ${after.watches}`,
      )
      expect([...faults, ...client.faults]).toEqual([])
      expect(after.heapUsed / before.heapUsed).toBeLessThanOrEqual(1.1)
      expect(after.sockets).toBe(before.sockets)
      expect(after.watches).toBe(before.watches)
    }
    expect([...faults, ...client.faults]).toEqual([])
  },
  isFull ? 1_800_000 : 400_000,
)

const megabytes = (bytes: number) => (bytes / 2 ** 20).toFixed(1)
