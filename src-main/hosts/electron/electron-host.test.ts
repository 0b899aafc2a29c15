import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { bootSource } from '#platform/window-boot.ts'
import { eventually } from '../../../test/support/eventually.ts'
import {
  FakeContents,
  FakeElectron,
  type FakeUtilityProcess,
  type FakeWindow,
} from '../../../test/support/fake-electron.ts'

const fake = vi.hoisted(() => ({ now: undefined as FakeElectron | undefined }))
vi.mock('electron', () => {
  const names =
    'app session protocol ipcMain ipcRenderer contextBridge shell dialog nativeTheme powerMonitor screen Menu nativeImage utilityProcess BrowserWindow Tray'
  const current = (name: string) => (fake.now as unknown as Record<string, object>)[name]
  return Object.fromEntries(
    names.split(' ').map(name => [
      name,
      new Proxy(class {}, {
        get: (_, key) => Reflect.get(current(name) ?? {}, key),
        construct: (_, args) => new (current(name) as new (...args: unknown[]) => object)(...args),
      }),
    ]),
  )
})

const { runElectronHost } = await import('./electron-host.ts')
const { openLink } = await import('./links.ts')

let dataDir: string
let electron: FakeElectron
let window: FakeWindow
let contents: FakeContents
let core: FakeUtilityProcess
const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

async function open(args: string[] = []): Promise<void> {
  runElectronHost(
    ['--data-dir', dataDir, '--kubeconfig', 'none', ...args],
    path.join(dataDir, 'out/main'),
  )
  await eventually(() => expect(electron.children.length).toBe(2))
}

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(os.tmpdir(), 'electron-host-'))
  await mkdir(path.join(dataDir, 'out/renderer'), { recursive: true })
  await writeFile(path.join(dataDir, 'out/renderer/index.html'), '<title>Slipway</title>')
})
afterAll(() => rm(dataDir, { recursive: true, force: true }))
beforeEach(async () => {
  electron = new FakeElectron()
  fake.now = electron
  const listeners = signals.map(signal => process.listeners(signal))
  await open()
  signals.forEach((signal, index) => {
    for (const listener of process.listeners(signal)) {
      if (!listeners[index]?.includes(listener)) process.off(signal, listener)
    }
  })
  window = electron.windows[0] as FakeWindow
  contents = window.webContents
  core = electron.children[0] as FakeUtilityProcess
})

const elsewhere = [
  'https://evil.example/',
  'http://127.0.0.1:8080/',
  'file:///etc/passwd',
  'app://bundle.evil.example/',
  'app://evil/index.html',
  'app://bundle@evil/',
  'app://someone:pw@bundle/',
  'javascript:alert(1)',
  'data:text/html,x',
  'not a url',
]

describe('the twenty rules of Electron', () => {
  test('1: only our own pages are loaded, none from http', () => {
    expect(window.url).toBe('app://bundle/index.html')
    expect(electron.windows).toHaveLength(1)
  })

  test('2, 3, 4, 6, 8, 9, 10: pages run isolated, sandboxed and with web security; nothing else is switched on', () => {
    expect(window.options['webPreferences']).toEqual({
      preload: path.join(dataDir, 'out/preload/preload.cjs'),
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      contextIsolation: true,
      sandbox: true,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      devTools: false,
    })
  })

  test('4: every renderer is sandboxed, which is set before the app is ready', () => {
    const { calls } = electron
    expect(calls.indexOf('enableSandbox')).toBeGreaterThanOrEqual(0)
    expect(calls.indexOf('enableSandbox')).toBeLessThan(calls.indexOf('whenReady'))
  })

  test.each([
    ['clipboard-sanitized-write', 'app://bundle/', true],
    ['loopback-network', 'app://bundle/', true],
    ['local-network-access', 'app://bundle/', true],
    ['clipboard-sanitized-write', 'https://evil.example/', false],
    ['loopback-network', 'app://evil/', false],
    ['clipboard-read', 'app://bundle/', false],
    ['notifications', 'app://bundle/', false],
    ['media', 'app://bundle/', false],
    ['geolocation', 'app://bundle/', false],
    ['openExternal', 'app://bundle/', false],
    ['fileSystem', 'app://bundle/', false],
    ['hid', 'app://bundle/', false],
    ['unknown', 'app://bundle/', false],
  ])('5: permission %s for %s is %s', (permission, origin, expected) => {
    const { PermissionRequest, PermissionCheck, DevicePermission } = electron.permissions as Record<
      string,
      (...args: unknown[]) => unknown
    >
    let granted: unknown
    const grant = (value: unknown) => {
      granted = value
    }
    PermissionRequest?.(contents, permission, grant, { requestingUrl: origin, isMainFrame: true })
    expect(granted).toBe(expected)
    PermissionRequest?.(contents, permission, grant, { requestingUrl: origin, isMainFrame: false })
    expect(granted).toBe(false)
    expect(PermissionCheck?.(contents, permission, origin, {})).toBe(expected)
    expect(DevicePermission?.({ deviceType: permission, origin })).toBe(false)
  })

  test('7: pages carry a content security policy that admits themselves and their core alone', async () => {
    const response = await electron.protocols.get('app')?.(new Request('app://bundle/index.html'))
    expect(await response?.text()).toBe('<title>Slipway</title>')
    expect(response?.headers.get('content-security-policy')).toBe(
      `default-src 'none'; script-src 'self' ${bootSource}; ` +
        "style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; " +
        "connect-src 'self' ws://127.0.0.1:4321; worker-src 'self'; base-uri 'none'; form-action 'none'; " +
        "frame-ancestors 'none'; object-src 'none'",
    )
    expect(response?.headers.get('x-content-type-options')).toBe('nosniff')
  })

  test('11, 12: no webview is attached', () => {
    const event = { preventDefault: vi.fn() }
    contents.emit('will-attach-webview', event, {}, {})
    expect(event.preventDefault).toHaveBeenCalledOnce()
  })

  test.each(['will-navigate', 'will-frame-navigate', 'will-redirect'])(
    '13: %s leads nowhere but to our own pages, in every content',
    name => {
      const other = new FakeContents()
      electron.app.emit('web-contents-created', {}, other)
      for (const target of [contents, other]) {
        for (const url of elsewhere) {
          const event = { url, preventDefault: vi.fn() }
          target.emit(name, event)
          expect(event.preventDefault, url).toHaveBeenCalledOnce()
        }
        const own = { url: 'app://bundle/index.html#/pods', preventDefault: vi.fn() }
        target.emit(name, own)
        expect(own.preventDefault).not.toHaveBeenCalled()
      }
    },
  )

  test('14: no window is opened by a page; a link to known documentation or to this machine goes to the browser', async () => {
    for (const url of [...elsewhere, 'https://kubernetes.io/docs/']) {
      expect(contents.openWindow?.({ url })).toEqual({ action: 'deny' })
    }
    await eventually(() =>
      expect(electron.opened).toEqual(['http://127.0.0.1:8080/', 'https://kubernetes.io/docs/']),
    )
    expect(electron.windows).toHaveLength(1)
  })

  test.each([
    ['https://kubernetes.io/docs/', 'opens'],
    ['https://docs.docker.com/engine/', 'opens'],
    ['http://localhost:8080/', 'opens'],
    ['https://shop.localhost/', 'opens'],
    ['http://127.0.0.1:31515/', 'opens'],
    ['http://me:secret@localhost:8080/', 'refuses'],
    ['http://localhost.evil.example/', 'refuses'],
    ['http://192.168.1.10:8080/', 'refuses'],
    ['https://evil.example/', 'asks'],
    ['https://kubernetes.io.evil.example/', 'asks'],
    ['https://notkubernetes.io/', 'asks'],
    ['https://kubernetes.io@evil.example/', 'refuses'],
    ['https://kubernetes.io:8443/', 'refuses'],
    ['http://kubernetes.io/', 'refuses'],
    ['file:///etc/passwd', 'refuses'],
    ['smb://server/share', 'refuses'],
    ['ms-msdt:/id', 'refuses'],
    ['javascript:alert(1)', 'refuses'],
    ['', 'refuses'],
  ])('15: a link to %s %s', async (url, what) => {
    electron.answer = 0
    expect(await openLink(url)).toEqual({ opened: what === 'opens' })
    expect(electron.questions).toHaveLength(what === 'asks' ? 1 : 0)
    electron.answer = 1
    expect(await openLink(url)).toEqual({ opened: what !== 'refuses' })
    expect(electron.opened.length).toBe({ opens: 2, asks: 1, refuses: 0 }[what])
  })

  test('17: only the main frame of our own page is answered', async () => {
    const native = electron.ipcHandlers.get('native')
    const ask = (senderFrame: unknown, name: unknown = 'core.address', input: unknown = {}) =>
      native?.({ senderFrame, sender: contents }, name, input)
    expect([...electron.ipcHandlers.keys()]).toEqual(['native'])
    const address = await ask(contents.mainFrame)
    const { settings } = core.messages[0] as { settings: { token: string } }
    expect(address).toEqual({
      url: 'ws://127.0.0.1:4321/contract',
      protocols: ['slipway', `token.${settings.token}`],
    })
    const no = 'only the window itself'
    await expect(ask(null)).rejects.toThrow(no)
    await expect(ask({ url: 'app://bundle/index.html' }), 'an iframe').rejects.toThrow(no)
    for (const url of elsewhere) {
      contents.mainFrame.url = url
      await expect(ask(contents.mainFrame), url).rejects.toThrow(no)
    }
    contents.mainFrame.url = 'app://bundle/index.html'
    for (const name of ['toString', '__proto__', 'other', 7, null]) {
      await expect(ask(contents.mainFrame, name)).rejects.toThrow('no such native call')
    }
    await expect(ask(contents.mainFrame, 'links.open', { url: 7 })).rejects.toThrow('links.open')
    await expect(ask(contents.mainFrame, 'links.open', null)).rejects.toThrow('links.open')
    expect(electron.opened).toEqual([])
  })

  test('18: pages come by a scheme of our own, from below one folder only', async () => {
    const { calls } = electron
    expect(calls.indexOf('registerSchemesAsPrivileged')).toBeLessThan(calls.indexOf('whenReady'))
    expect(electron.schemes).toEqual([
      {
        scheme: 'app',
        privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true },
      },
    ])
    expect([...electron.protocols.keys()]).toEqual(['app'])
    const status = async (url: string, method = 'GET') =>
      (await electron.protocols.get('app')?.(new Request(url, { method })))?.status
    expect(await status('app://bundle/')).toBe(200)
    for (const url of [
      'app://bundle/../../etc/passwd',
      'app://bundle/%2e%2e/%2e%2e/etc/passwd',
      'app://bundle/..%2f..%2fdesktop/desktop.json',
      'app://bundle/%00',
      'app://bundle/%ff',
      'app://evil/index.html',
      'app://evil.bundle/',
    ]) {
      expect(await status(url), url).toBe(404)
    }
    expect(await status('app://bundle/', 'POST')).toBe(405)
  })

  test('no certificate that fails is accepted, none of the person is shown, nobody signs in to a proxy', () => {
    for (const [name, args] of [
      ['certificate-error', [contents, 'https://x', 'ERR', {}]],
      ['select-client-certificate', [contents, 'https://x', [{}]]],
      ['login', [contents, {}, {}]],
    ] as const) {
      const event = { preventDefault: vi.fn() }
      const callback = vi.fn()
      electron.app.emit(name, event, ...args, callback)
      expect(event.preventDefault, name).toHaveBeenCalledOnce()
      expect(callback.mock.calls, name).toEqual(name === 'certificate-error' ? [[false]] : [[]])
    }
  })

  test('a packaged app has no way to reload its page or look inside it', () => {
    const menu = JSON.stringify(electron.menu)
    expect(menu).not.toMatch(/reload|devtools/i)
    expect(menu).toContain('quit')
  })
})

describe('the desktop host', () => {
  test('the core gets its token by message, never by argument or environment', () => {
    const { settings } = core.messages[0] as { settings: Record<string, unknown> }
    expect(settings).toMatchObject({ dataDir, origin: 'app://bundle', port: 0, version: '1.2.3' })
    expect(String(settings['token'])).toMatch(/^[\w-]{43}$/)
    expect(core.args).toEqual([])
    expect(Object.keys(core.options).toSorted()).toEqual(['execArgv', 'serviceName', 'stdio'])
  })

  test('a second start shows the window of the first, one per data directory', async () => {
    expect(electron.userData).toBe(path.join(dataDir, 'desktop'))
    const { calls } = electron
    expect(calls.indexOf('setPath userData')).toBeLessThan(
      calls.indexOf('requestSingleInstanceLock'),
    )
    const before = window.shows
    electron.app.emit('second-instance')
    expect(window.shows).toBe(before + 1)
    const second = new FakeElectron()
    second.hasLock = false
    fake.now = second
    runElectronHost(['--data-dir', dataDir], path.join(dataDir, 'out/main'))
    expect(second.calls).toContain('quit')
    expect(second.calls).not.toContain('whenReady')
  })

  test('the cluster starts in a process of its own, and the tray and the core are told what it does', async () => {
    const cluster = electron.children[1] as FakeUtilityProcess
    expect(cluster.entry).toBe(path.join(dataDir, 'out/main/cluster.js'))
    expect(cluster.args).toEqual(
      expect.arrayContaining(['--data-dir', dataDir, '--cluster', 'local', '--kubeconfig', 'none']),
    )
    expect(electron.trays[0]?.tip).toBe('Slipway · local starting')
    cluster.emit('message', { type: 'ready', line: { apiServer: 'https://127.0.0.1:6443' } })
    expect(electron.trays[0]?.tip).toBe('Slipway · local running')
    expect(electron.trays[0]?.state).toMatch(/running(Template)?\.png$/)
    expect(core.messages.at(-1)).toMatchObject({
      type: 'clusters',
      clusters: [{ name: 'local', state: 'running' }],
    })
  })

  test('what the core asks of clusters is done, and its failure answered', async () => {
    const ask = (id: number, request: object) =>
      core.emit('message', { type: 'request', id, request })
    ask(1, { do: 'start', name: 'absent' })
    ask(2, { do: 'create', cluster: { name: 'No Name', runtime: 'auto' } })
    await eventually(() =>
      expect(core.messages.filter(({ type }) => type === 'answer')).toEqual([
        { type: 'answer', id: 1, error: 'there is no local cluster named absent' },
        { type: 'answer', id: 2, error: expect.stringContaining('"No Name" is no name') },
      ]),
    )
  })

  test('a core that crashes is started again on its port, and the page stays', async () => {
    core.emit('exit', 11)
    await eventually(() => expect(electron.children.length).toBe(3))
    expect(electron.children[2]?.messages[0]).toMatchObject({
      type: 'start',
      settings: { port: 4321 },
    })
    expect(contents.reloads).toBe(0)
  })

  test('quitting asks, says that containers go on, and ends every process before the app', async () => {
    const cluster = electron.children[1] as FakeUtilityProcess
    cluster.emit('message', { type: 'ready', line: {} })
    electron.answer = 2
    electron.app.quit()
    await eventually(() => expect(electron.questions).toHaveLength(1))
    expect(electron.questions[0]).toMatchObject({
      message: 'Quit Slipway?',
      detail:
        'Containers of local go on. DNS, localhost ports and restarts rest until the next start.',
    })
    expect(cluster.messages).toEqual([])
    electron.answer = 0
    electron.app.quit()
    await eventually(() => expect(electron.calls.at(-1)).toBe('quit'))
    expect(cluster.messages).toEqual([{ type: 'stop', stopPods: false }])
    expect(core.messages.at(-1)).toEqual({ type: 'stop' })
    expect(electron.calls).toContain('tray destroyed')
    expect(electron.calls.filter(call => call === 'quit held')).toHaveLength(2)
  })

  test('a machine that shuts down is not asked', async () => {
    const cluster = electron.children[1] as FakeUtilityProcess
    cluster.emit('message', { type: 'ready', line: {} })
    electron.powerMonitor.emit('shutdown')
    await eventually(() => expect(electron.calls.at(-1)).toBe('quit'))
    expect(electron.questions).toEqual([])
  })

  test('the place of the window is kept', async () => {
    window.emit('close')
    const { DesktopSettingsFile } = await import('./desktop-settings.ts')
    await eventually(() =>
      expect(
        new DesktopSettingsFile(path.join(dataDir, 'desktop/desktop.json')).get().window,
      ).toEqual({ x: 10, y: 20, width: 1000, height: 700, maximized: false }),
    )
  })
})
