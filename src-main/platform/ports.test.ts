import { once } from 'node:events'
import net from 'node:net'
import { expect, test } from 'vitest'
import { findFreePort, findPortHolder, isPortFree } from './ports.ts'

test('a taken port is not free, and its holder is named', async () => {
  const server = net.createServer()
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as net.AddressInfo
  expect(await isPortFree(port)).toBe(false)
  if (process.platform === 'linux') {
    expect(await findPortHolder(port)).toEqual({ pid: process.pid, program: expect.any(String) })
  }
  await new Promise(resolve => server.close(resolve))
  expect(await isPortFree(port)).toBe(true)
  expect(await findPortHolder(port)).toBeUndefined()
})

test('a free port can be listened on', async () => {
  expect(await isPortFree(await findFreePort())).toBe(true)
})
