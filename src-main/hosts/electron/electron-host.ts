import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { app, dialog, Menu, powerMonitor, session } from 'electron'
import { systemClock } from '#base/clock.ts'
import { errorMessage } from '#base/errors.ts'
import { createLogger, type Logger } from '#base/logger.ts'
import { dataDirectory } from '#platform/paths.ts'
import type { AppOptions } from '../supervisor/app-options.ts'
import { SupervisedClusters } from '../supervisor/supervised-clusters.ts'
import { CoreProcess } from './core/core-process.ts'
import { offeredProtocols } from './core/token-gate.ts'
import { DesktopSettingsFile } from './desktop-settings.ts'
import { forkUtility } from './fork-utility.ts'
import { guardApp, guardSession } from './guards.ts'
import { openLink } from './links.ts'
import { MainWindow } from './main-window.ts'
import { menuTemplate } from './menu.ts'
import { answerNativeCalls } from './native-calls.ts'
import { parseElectronOptions } from './options.ts'
import { pageOrigin } from './page-origin.ts'
import { registerPageScheme, servePages } from './page-protocol.ts'
import { type Places, placesOf } from './places.ts'
import { askToQuit } from './quit.ts'
import { ClusterTray } from './tray.ts'

/** Runs the app in Electron. Returns at once: whatever needs a ready app follows by itself. */
export function runElectronHost(args: readonly string[], builtFolder: string): void {
  const logger = createLogger({ write: line => process.stderr.write(`${line}\n`), now: Date.now })
  const links = (url: string) => {
    openLink(url).catch(error => logger.warn('a link could not be opened', { error }))
  }
  try {
    const options = parseElectronOptions(args)
    const surroundings = {
      platform: process.platform,
      env: process.env,
      home: app.getPath('home'),
    }
    const dataDir = path.resolve(options.dataDir ?? dataDirectory(surroundings))
    // The single-instance lock is one per data directory, because it lies in this folder.
    app.setPath('userData', path.join(dataDir, 'desktop'))
    registerPageScheme()
    guardApp(links)
    if (!app.requestSingleInstanceLock()) {
      app.quit()
      return
    }
    const places = placesOf(builtFolder, app.isPackaged ? process.resourcesPath : undefined)
    const host = new ElectronHost({ options, dataDir, places, logger, links })
    app.whenReady().then(() => host.start(), fail)
  } catch (error) {
    fail(error)
  }
}

function fail(error: unknown): void {
  dialog.showErrorBox('Slipway could not start', errorMessage(error))
  app.exit(1)
}

interface HostOptions {
  options: AppOptions
  dataDir: string
  places: Places
  logger: Logger
  links: (url: string) => void
}

class ElectronHost {
  readonly #options: HostOptions
  readonly #settings: DesktopSettingsFile
  readonly #window: MainWindow
  readonly #clusters: SupervisedClusters
  readonly #core: CoreProcess
  readonly #token = randomBytes(32).toString('base64url')
  #tray: ClusterTray | undefined
  /** Nobody is there to be asked: a signal, or the machine shuts down. */
  #isUnattended = false
  #quitting: 'no' | 'asked' | 'ending' | 'ended' = 'no'

  constructor(options: HostOptions) {
    const { dataDir, places, logger } = options
    const common = { fork: forkUtility, clock: systemClock, logger }
    this.#options = options
    this.#settings = new DesktopSettingsFile(path.join(dataDir, 'desktop', 'desktop.json'))
    this.#window = new MainWindow({ preload: places.preload, settings: this.#settings })
    this.#clusters = new SupervisedClusters({
      ...common,
      dataDir,
      entry: places.clusterEntry,
      commonArgs: [...options.options.commonArgs, '--agent-images', places.agentImages],
      onNotice: (level, message) => this.#core.notify(level, message),
    })
    this.#core = new CoreProcess({
      ...common,
      entry: places.coreEntry,
      settings: {
        version: app.getVersion(),
        dataDir,
        kubeconfig: options.options.kubeconfig,
        token: this.#token,
        origin: pageOrigin,
      },
      clusters: this.#clusters,
      onMoved: () => this.#window.reload(),
      onGivenUp: reason =>
        dialog.showErrorBox('Slipway stopped working', `${reason} Quit it and start it again.`),
    })
  }

  async start(): Promise<void> {
    const { options, places, links, logger } = this.#options
    guardSession(session.defaultSession)
    servePages(places.pages, () => this.#coreOrigin())
    answerNativeCalls({
      'core.address': async () => ({
        url: `${this.#coreOrigin()}/contract`,
        protocols: offeredProtocols(this.#token),
      }),
      'links.open': ({ url }) => openLink(url),
    })
    app.on('second-instance', () => this.#window.show())
    app.on('activate', () => this.#window.show())
    // Clusters go on with the tray when the last window is closed.
    app.on('window-all-closed', () => {})
    app.on('before-quit', event => this.#beforeQuit(event))
    const endNow = () => {
      this.#isUnattended = true
      app.quit()
    }
    powerMonitor.on('shutdown', endNow)
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, endNow)
    Menu.setApplicationMenu(
      Menu.buildFromTemplate(
        menuTemplate({
          isMac: process.platform === 'darwin',
          isPackaged: app.isPackaged,
          openDocumentation: () => links('https://kubernetes.io/docs/home/'),
        }),
      ),
    )
    try {
      await this.#clusters.load()
      this.#clusters.ensure(options.cluster, options.clusterArgs)
      await this.#core.start()
    } catch (error) {
      fail(error)
      return
    }
    this.#tray = this.#makeTray()
    this.#window.show()
    if (!this.#settings.get().startOnOpen) return
    await this.#clusters.start(options.cluster).catch(error => {
      logger.error('the local cluster did not start; the window says why', { error })
    })
  }

  /** What the page may connect to, and where the contract is. */
  #coreOrigin(): string | undefined {
    return this.#core.port ? `ws://127.0.0.1:${this.#core.port}` : undefined
  }

  #makeTray(): ClusterTray {
    const inBackground = (work: Promise<void>) => {
      // The cluster's own state shows what went wrong.
      work.catch(error => this.#options.logger.warn('asked in the tray, and failed', { error }))
    }
    return new ClusterTray({
      images: this.#options.places.trayImages,
      clusters: this.#clusters,
      settings: this.#settings,
      actions: {
        open: () => this.#window.show(),
        start: name => inBackground(this.#clusters.start(name)),
        stop: name => inBackground(this.#clusters.stop(name, { stopPods: false })),
        setStartOnOpen: startOnOpen => {
          inBackground(this.#settings.set({ startOnOpen }))
          this.#tray?.draw()
        },
        quit: () => app.quit(),
      },
    })
  }

  /** Holds the quitting until everything has ended in order, after asking once. */
  #beforeQuit(event: { preventDefault(): void }): void {
    if (this.#quitting === 'ended') return
    event.preventDefault()
    if (this.#quitting !== 'no') return
    this.#quitting = 'asked'
    this.#quit().catch(error => {
      this.#options.logger.error('quitting failed', { error })
      app.exit(1)
    })
  }

  async #quit(): Promise<void> {
    const choice = this.#isUnattended ? 'quit' : await askToQuit(this.#clusters.list())
    if (choice === 'stay') {
      this.#quitting = 'no'
      return
    }
    this.#quitting = 'ending'
    this.#tray?.[Symbol.dispose]()
    await this.#core[Symbol.asyncDispose]()
    if (choice === 'stop-pods') {
      const running = this.#clusters.list().filter(({ state }) => state === 'running')
      await Promise.all(running.map(({ name }) => this.#clusters.stop(name, { stopPods: true })))
    }
    await this.#clusters[Symbol.asyncDispose]()
    this.#quitting = 'ended'
    app.quit()
  }
}
