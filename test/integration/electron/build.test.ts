import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { builtinModules, createRequire } from 'node:module'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import WebSocket from 'ws'
import { decodeFrame, encodeFrame } from '#contract/codec.ts'
import type { FromCore, ToCore } from '#hosts/electron/core/messages.ts'
import { type Child, forkNode } from '#hosts/supervisor/child.ts'
import { contentSecurityPolicy } from '#platform/window-pages.ts'
import { stageForTest } from '../../support/build-desktop.ts'
import { FakeElectron } from '../../support/fake-electron.ts'
import { TestHome } from '../../support/headless.ts'
import { kubectl } from '../../support/kubectl.ts'

let stage: Awaited<ReturnType<typeof stageForTest>>
beforeAll(async () => {
  stage = await stageForTest()
})
afterAll(() => stage?.[Symbol.asyncDispose]())
const built = (...names: string[]) => path.join(stage.folder, 'out', ...names)

/** The specifiers of a module's imports, static and dynamic. */
const importsOf = (code: string) =>
  [
    ...code.matchAll(
      /(?:^|[;}\s])(?:import|export)[^;'"`()]*?from\s*["'`]([^"'`]+)["'`]|\b(?:import|require)\s*\(\s*["'`]([^"'`]+)["'`]\s*\)|(?:^|;)import\s*["']([^"']+)["']/g,
    ),
  ].map(([, a, b, c]) => a ?? b ?? c ?? '')

describe('the built desktop app', () => {
  test('brings everything it imports but Electron and Node', async () => {
    const names = (await readdir(built('main'), { recursive: true })).filter(n => n.endsWith('.js'))
    const foreign = new Set<string>()
    for (const name of names) {
      for (const specifier of importsOf(await readFile(built('main', name), 'utf8'))) {
        const isOwn = specifier.startsWith('.') || specifier.startsWith('node:')
        if (!isOwn && !builtinModules.includes(specifier)) foreign.add(specifier)
      }
    }
    expect([...foreign]).toEqual(['electron'])
  })

  test('keeps the entries of child processes out of the main process', async () => {
    const reached = new Set<string>()
    const visit = async (file: string) => {
      if (reached.has(file)) return
      reached.add(file)
      for (const specifier of importsOf(await readFile(file, 'utf8'))) {
        if (specifier.startsWith('.')) await visit(path.resolve(path.dirname(file), specifier))
      }
    }
    await visit(built('main', 'index.js'))
    expect(reached).not.toContain(built('main', 'core.js'))
    expect(reached).not.toContain(built('main', 'cluster.js'))
    const code = await Promise.all([...reached].map(file => readFile(file, 'utf8')))
    expect(code.join('').length, 'characters that the main process loads').toBeLessThan(100_000)
  })

  test('20: the preload is CommonJS, requires Electron alone, and gives the page two functions', async () => {
    const code = await readFile(built('preload', 'preload.cjs'), 'utf8')
    expect(await readdir(built('preload'))).toEqual(['preload.cjs'])
    const required: string[] = []
    const electron = new FakeElectron()
    const require = (name: string) => {
      required.push(name)
      return electron
    }
    new Function('require', 'module', 'exports', 'process', code)(require, {}, {}, undefined)
    expect(required).toEqual(['electron'])
    expect(Object.keys(electron.exposed)).toEqual(['host'])
    const host = electron.exposed['host'] ?? {}
    expect(Object.keys(host).toSorted()).toEqual(['address', 'openLink'])
    await host['address']?.('more')
    await host['openLink']?.({ toString: () => 'https://x.example' }, 'more')
    expect(electron.invoked).toEqual([
      ['native', 'core.address', {}],
      ['native', 'links.open', { url: 'https://x.example' }],
    ])
  })

  test('the window is built from one page, whose one inline script its content policy admits by its hash', async () => {
    const page = await readFile(built('renderer', 'index.html'), 'utf8')
    expect(page).toMatch(/<script type="module"[^>]* src="\.\/assets\/[^"]+"><\/script>/)
    const inline = [...page.matchAll(/<script(?![^>]* src=)[^>]*>(.*?)<\/script>/gs)]
    const hashes = inline.map(([, text = '']) => createHash('sha256').update(text).digest('base64'))
    expect(hashes).toHaveLength(1)
    expect(contentSecurityPolicy()).toMatch(/script-src 'self' 'sha256-[^' ]+';/)
    expect(contentSecurityPolicy()).toContain(`'sha256-${hashes[0]}'`)
    expect(page).not.toMatch(/https?:/)
  })
})

const origin = 'app://bundle'
const token = 'a-token-of-forty-three-characters-0123456789'

function startCore(
  home: TestHome,
  port = 0,
): { core: Child<FromCore, ToCore>; listening: Promise<number> } {
  const core = forkNode<FromCore, ToCore>(built('main', 'core.js'), [], 'core')
  const listening = new Promise<number>((resolve, reject) => {
    core.onMessage(message => {
      if (message.type === 'listening') resolve(message.port)
      if (message.type === 'failed') reject(new Error(message.message))
    })
    void core.exited.then(({ code }) => reject(new Error(`ended with ${code}`)))
  })
  listening.catch(() => {})
  core.send({
    type: 'start',
    settings: { version: '1', dataDir: home.file('data'), kubeconfig: 'none', port, token, origin },
    clusters: [{ name: 'local', state: 'stopped', steps: [] }],
  })
  return { core, listening }
}

function connect(port: number, protocols: string[], headers: Record<string, string>) {
  return new Promise<WebSocket>((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/contract`, protocols, { headers })
    socket.on('open', () => resolve(socket))
    socket.on('error', reject)
  })
}

describe('the built processes, below Node in place of Electron', () => {
  test('the core serves the contract to its own page with the token, and to nobody else', async () => {
    await using home = await TestHome.make()
    const { core, listening } = startCore(home)
    const port = await listening
    const right = ['slipway', `token.${token}`]
    for (const [protocols, headers] of [
      [['slipway'], { origin }],
      [['slipway', 'token.guess'], { origin }],
      [right, {}],
      [right, { origin: 'https://evil.example' }],
      [right, { origin: `http://127.0.0.1:${port}` }],
      [right, { origin, host: `evil.example:${port}` }],
    ] as [string[], Record<string, string>][]) {
      const named = JSON.stringify([protocols, headers])
      await expect(connect(port, protocols, headers), named).rejects.toThrow('403')
    }
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(404)
    const socket = await connect(port, right, { origin })
    expect(socket.protocol).toBe('slipway')
    const answer = new Promise<Buffer>(resolve => {
      socket.once('message', data => resolve(data as Buffer))
    })
    socket.send(encodeFrame({ t: 'call', id: 1, m: 'app.info', p: {} }))
    expect(decodeFrame(await answer)).toMatchObject({ t: 'ok', r: { host: 'electron' } })
    const asked = new Promise<FromCore>(resolve => {
      core.onMessage(message => message.type === 'request' && resolve(message))
    })
    const refused = new Promise<Buffer>(resolve => {
      socket.once('message', data => resolve(data as Buffer))
    })
    socket.send(encodeFrame({ t: 'call', id: 2, m: 'clusters.startLocal', p: { name: 'local' } }))
    expect(await asked).toEqual({ type: 'request', id: 0, request: { do: 'start', name: 'local' } })
    core.send({ type: 'answer', id: 0, error: 'there is no engine' })
    expect(decodeFrame(await refused)).toMatchObject({ t: 'err', message: 'there is no engine' })
    core.send({ type: 'stop' })
    expect((await core.exited).code).toBe(0)
  })

  test('a second core on the same data directory says who has it', async () => {
    await using home = await TestHome.make()
    const first = startCore(home)
    await first.listening
    const second = startCore(home)
    await expect(second.listening).rejects.toThrow(/runs on .* already \(pid \d+\)/)
    expect((await second.core.exited).code).toBe(1)
    first.core.send({ type: 'stop' })
    await first.core.exited
  })

  test('the cluster serves real kubectl from its bundle, with workers and descriptions', async () => {
    await using home = await TestHome.make()
    const args = ['--data-dir', home.file('data'), '--runtime', 'simulated', '--kubeconfig', 'none']
    const cluster = forkNode(built('main', 'cluster.js'), [...args, '--api-port', '0'], 'cluster')
    const kubeconfig = await new Promise<string>((resolve, reject) => {
      cluster.onMessage(message => {
        if (message.type === 'ready') resolve(message.line.kubeconfig)
        if (message.type === 'failed') reject(new Error(message.message))
      })
      void cluster.exited.then(({ code }) => reject(new Error(`ended with ${code}`)))
    })
    expect((await kubectl(kubeconfig, ['get', '--raw', '/readyz'])).stdout).toBe('ok')
    expect((await kubectl(kubeconfig, ['get', 'nodes', '-o', 'name'])).stdout).toMatch(/^node\//)
    cluster.send({ type: 'stop', stopPods: false })
    expect((await cluster.exited).code).toBe(0)
  })
})

test('the probe for an Electron binary never loads the package, which would download one', async () => {
  const code = await readFile('scripts/start.mjs', 'utf8')
  expect(importsOf(code)).not.toContain('electron')
  expect(Object.keys(createRequire(import.meta.url).cache ?? {}).join()).not.toContain(
    '/electron/index.js',
  )
})
