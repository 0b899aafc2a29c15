import { EventEmitter } from 'node:events'
import { PassThrough } from 'node:stream'

type Handler = (...args: never[]) => unknown

/** A test double of the `electron` module that records what is asked of it. It proves what we ask, not what Electron does. */
export class FakeElectron {
  /** Everything called, in order. */
  readonly calls: string[] = []
  readonly windows: FakeWindow[] = []
  readonly children: FakeUtilityProcess[] = []
  readonly schemes: unknown[] = []
  readonly protocols = new Map<string, (request: Request) => Promise<Response>>()
  readonly ipcHandlers = new Map<string, (...args: unknown[]) => Promise<unknown>>()
  readonly permissions: Record<string, Handler> = {}
  readonly opened: string[] = []
  readonly questions: { message: string; detail?: string; buttons: string[] }[] = []
  readonly exposed: Record<string, Record<string, (...args: unknown[]) => unknown>> = {}
  readonly invoked: unknown[][] = []
  readonly trays: { state?: string; tip?: string; menu?: unknown }[] = []
  menu: unknown
  /** What the next question is answered with: the index of a button. */
  answer = 0
  isPackaged = true
  hasLock = true
  userData = ''

  readonly app = Object.assign(new EventEmitter(), {
    enableSandbox: () => this.note('enableSandbox'),
    requestSingleInstanceLock: () => {
      this.note('requestSingleInstanceLock')
      return this.hasLock
    },
    setPath: (name: string, value: string) => {
      this.note(`setPath ${name}`)
      this.userData = value
    },
    getPath: () => '/home/someone',
    getVersion: () => '1.2.3',
    whenReady: async () => this.note('whenReady'),
    quit: () => {
      this.note('quit')
      this.app.emit('before-quit', { preventDefault: () => this.note('quit held') })
    },
    exit: (code: number) => this.note(`exit ${code}`),
  })
  readonly session = {
    defaultSession: Object.fromEntries(
      ['PermissionRequest', 'PermissionCheck', 'DevicePermission'].map(name => [
        `set${name}Handler`,
        (handler: Handler) => {
          this.note(`set${name}Handler`)
          this.permissions[name] = handler
        },
      ]),
    ),
  }
  readonly protocol = {
    registerSchemesAsPrivileged: (schemes: unknown[]) => {
      this.note('registerSchemesAsPrivileged')
      this.schemes.push(...schemes)
    },
    handle: (scheme: string, handler: (request: Request) => Promise<Response>) => {
      this.note(`handle ${scheme}`)
      this.protocols.set(scheme, handler)
    },
  }
  readonly ipcMain = {
    handle: (channel: string, handler: (...args: unknown[]) => Promise<unknown>) =>
      this.ipcHandlers.set(channel, handler),
  }
  readonly ipcRenderer = {
    invoke: async (...args: unknown[]) => {
      this.invoked.push(args)
    },
  }
  readonly contextBridge = {
    exposeInMainWorld: (name: string, api: Record<string, (...args: unknown[]) => unknown>) => {
      this.exposed[name] = api
    },
  }
  readonly shell = { openExternal: async (url: string) => void this.opened.push(url) }
  readonly dialog = {
    showMessageBox: async (question: FakeElectron['questions'][number]) => {
      this.questions.push(question)
      return { response: this.answer }
    },
    showErrorBox: (_title: string, text: string) => this.note(`error: ${text}`),
  }
  readonly nativeTheme = { shouldUseDarkColors: false }
  readonly powerMonitor = new EventEmitter()
  readonly screen = {
    getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1040 } }],
  }
  readonly Menu = {
    buildFromTemplate: (template: unknown) => template,
    setApplicationMenu: (menu: unknown) => {
      this.menu = menu
    },
  }
  readonly nativeImage = { createFromPath: (file: string) => file }
  readonly utilityProcess = {
    fork: (entry: string, args: string[], options: { serviceName: string; stdio: string[] }) => {
      this.note(`fork ${options.serviceName}`)
      const child = new FakeUtilityProcess(entry, args, options)
      this.children.push(child)
      return child
    },
  }
  readonly BrowserWindow: new (
    options: unknown,
  ) => FakeWindow
  readonly Tray: new (
    image: string,
  ) => object

  constructor() {
    const fake = this
    Object.defineProperty(this.app, 'isPackaged', { get: () => this.isPackaged })
    this.BrowserWindow = class extends FakeWindow {
      constructor(options: unknown) {
        super(options)
        fake.windows.push(this)
        fake.app.emit('web-contents-created', {}, this.webContents)
      }
    }
    this.Tray = class {
      readonly shown: FakeElectron['trays'][number] = {}
      constructor(image: string) {
        fake.trays.push(this.shown)
        this.setImage(image)
      }
      setImage(image: string) {
        this.shown.state = image
      }
      setToolTip(tip: string) {
        this.shown.tip = tip
      }
      setContextMenu(menu: unknown) {
        this.shown.menu = menu
      }
      on() {}
      destroy() {
        fake.note('tray destroyed')
      }
    }
  }

  note(call: string): void {
    this.calls.push(call)
  }
}

export class FakeContents extends EventEmitter {
  readonly mainFrame = { url: 'app://bundle/index.html' }
  openWindow: ((details: { url: string }) => unknown) | undefined
  reloads = 0
  setWindowOpenHandler(handler: (details: { url: string }) => unknown): void {
    this.openWindow = handler
  }
  reload(): void {
    this.reloads++
  }
}

export class FakeWindow extends EventEmitter {
  readonly webContents = new FakeContents()
  readonly options: Record<string, unknown>
  url = ''
  shows = 0
  constructor(options: unknown) {
    super()
    this.options = options as Record<string, unknown>
  }
  async loadURL(url: string): Promise<void> {
    this.url = url
  }
  isMinimized(): boolean {
    return false
  }
  isMaximized(): boolean {
    return false
  }
  getNormalBounds(): object {
    return { x: 10, y: 20, width: 1000, height: 700 }
  }
  show(): void {
    this.shows++
  }
  focus(): void {}
  restore(): void {}
  maximize(): void {}
}

export class FakeUtilityProcess extends EventEmitter {
  readonly entry: string
  readonly args: string[]
  readonly options: { serviceName: string; stdio: string[] }
  readonly stderr = new PassThrough()
  readonly pid = undefined
  readonly messages: Record<string, unknown>[] = []
  constructor(entry: string, args: string[], options: { serviceName: string; stdio: string[] }) {
    super()
    this.entry = entry
    this.args = args
    this.options = options
  }
  /** What the parent says; a `stop` ends it, as it ends a real one. */
  postMessage(message: Record<string, unknown>): void {
    this.messages.push(message)
    if (message['type'] === 'stop') queueMicrotask(() => this.emit('exit', 0))
    if (message['type'] === 'start')
      queueMicrotask(() => this.emit('message', { type: 'listening', port: 4321 }))
  }
}
