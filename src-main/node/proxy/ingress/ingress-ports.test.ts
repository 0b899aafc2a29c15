import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findFreePort } from '#platform/ports.ts'
import { LoopbackListener } from '../loopback-listener.ts'
import { IngressPorts, type Scheme } from './ingress-ports.ts'

let directory: string
let usual: Record<Scheme, [number, number]>
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'ports-'))
  usual = {
    http: [await findFreePort(), await findFreePort()],
    https: [await findFreePort(), await findFreePort()],
  }
})
afterEach(() => rm(directory, { recursive: true }))

const ignore = () => {}
const ports = (given = {}, folder = directory) => new IngressPorts(folder, given, usual)
async function open(from: IngressPorts, scheme: Scheme = 'http') {
  const { listener, reason } = await from.open(scheme, ignore)
  const { port } = listener
  return { port, reason, [Symbol.asyncDispose]: () => listener[Symbol.asyncDispose]() }
}

test('the usual port is taken where it is free, and kept', async () => {
  await using first = await open(ports())
  await using second = await open(ports(), 'https')
  expect(first).toMatchObject({ port: usual.http[0], reason: undefined })
  expect(second).toMatchObject({ port: usual.https[0], reason: undefined })
})

test('a second cluster takes the second port and then a free one, each kept from then on', async () => {
  const other = path.join(directory, 'other')
  const third = path.join(directory, 'third')
  const found: number[] = []
  {
    await using first = await open(ports())
    await using second = await open(ports({}, other))
    await using last = await open(ports({}, third))
    expect(second.port).toBe(usual.http[1])
    expect(second.reason).toBe(
      `port ${usual.http[0]} is taken by ${path.basename(process.execPath)} (process ${process.pid})`,
    )
    found.push(first.port, second.port, last.port)
    expect(new Set(found).size).toBe(3)
  }
  await using last = await open(ports({}, third))
  await using second = await open(ports({}, other))
  expect([second.port, last.port]).toEqual(found.slice(1))
})

test('a given port is had or nothing is; the error names who has it', async () => {
  const http = await findFreePort()
  await using holder = await LoopbackListener.open(http, ignore)
  await expect(open(ports({ http }))).rejects.toThrow(
    `port ${holder.port} for ingresses is taken by`,
  )
})
