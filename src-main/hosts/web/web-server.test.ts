import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { get, type IncomingMessage } from 'node:http'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import WebSocket from 'ws'
import { silentLogger } from '#base/logger.ts'
import { decodeFrame, encodeFrame } from '#contract/codec.ts'
import type { Handlers } from '#contract/contract.ts'
import { startWebServer, type WebServer } from './web-server.ts'

let folder: string
let server: WebServer
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'web-server-'))
  await writeFile(path.join(folder, 'index.html'), '<title>Slipway</title>')
  await writeFile(path.join(os.tmpdir(), 'outside.txt'), 'outside')
  await symlink(path.join(os.tmpdir(), 'outside.txt'), path.join(folder, 'link.txt'))
  const handlers = {
    'settings.read': async () => ({ theme: 'dark' }),
  } as Partial<Handlers> as Handlers
  server = await startWebServer({ port: 0, folder, handlers, logger: silentLogger })
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
  await rm(path.join(os.tmpdir(), 'outside.txt'), { force: true })
})

/** A request whose path is sent as it stands, unlike fetch, which would tidy it. */
function ask(
  requestPath: string,
  headers: Record<string, string> = {},
): Promise<IncomingMessage & { text: string }> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port: server.port, path: requestPath, headers }, response => {
      let text = ''
      response.on('data', chunk => {
        text += chunk
      })
      response.on('end', () => resolve(Object.assign(response, { text })))
    }).on('error', reject)
  })
}

async function signIn(): Promise<string> {
  const launch = new URL(server.launchUrl())
  const response = await ask(`${launch.pathname}${launch.search}`)
  expect(response.statusCode).toBe(303)
  const [cookie = ''] = response.headers['set-cookie'] ?? []
  expect(cookie).toMatch(/HttpOnly; SameSite=Strict/)
  return cookie.split(';')[0] ?? ''
}

test('a launch link works once and becomes a cookie', async () => {
  const launch = new URL(server.launchUrl())
  const link = `${launch.pathname}${launch.search}`
  expect((await ask(link)).statusCode).toBe(303)
  expect((await ask(link)).statusCode).toBe(401)
  expect((await ask('/')).statusCode).toBe(401)
  const page = await ask('/', { cookie: await signIn() })
  expect(page.text).toContain('Slipway')
  expect(page.headers['content-security-policy']).toContain("default-src 'none'")
})

test('a second start gets a launch link with the control token only', async () => {
  expect((await ask('/launch-link')).statusCode).toBe(401)
  expect((await ask('/launch-link', { 'x-slipway-control': 'guess' })).statusCode).toBe(401)
  const link = await ask('/launch-link', { 'x-slipway-control': server.control.token })
  const launch = new URL(link.text.trim())
  expect((await ask(`${launch.pathname}${launch.search}`)).statusCode).toBe(303)
})

test('another Host header is refused, as in DNS rebinding', async () => {
  const cookie = await signIn()
  expect((await ask('/', { cookie, host: `evil.example:${server.port}` })).statusCode).toBe(421)
})

test.each(['/../../etc/passwd', '/%2e%2e/%2e%2e/etc/passwd', '/link.txt', '/absent.js', '/%00'])(
  'a path that leads outside the window is absent: %s',
  async outside => {
    expect((await ask(outside, { cookie: await signIn() })).statusCode).toBe(404)
  },
)

function connect(headers: Record<string, string>): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/contract`, { headers })
    socket.on('open', () => resolve(socket))
    socket.on('error', reject)
  })
}

test('the contract is served only to the page itself', async () => {
  const cookie = await signIn()
  const origin = `http://127.0.0.1:${server.port}`
  await expect(connect({ origin })).rejects.toThrow('403')
  await expect(connect({ origin: 'http://evil.example', cookie })).rejects.toThrow('403')
  await expect(connect({ cookie })).rejects.toThrow('403')
  const socket = await connect({ origin, cookie })
  const answer = new Promise<Buffer>(resolve =>
    socket.once('message', data => resolve(data as Buffer)),
  )
  socket.send(encodeFrame({ t: 'call', id: 1, m: 'settings.read', p: {} }))
  expect(decodeFrame(await answer)).toEqual({ t: 'ok', id: 1, r: { theme: 'dark' } })
  const closed = new Promise<number>(resolve => socket.once('close', code => resolve(code)))
  socket.send(new Uint8Array([1, 2, 3]))
  expect(await closed).toBe(1008)
})
