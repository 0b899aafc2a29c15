import path from 'node:path'
import { Menu, nativeImage, Tray } from 'electron'
import type { LocalClusters } from '#app/clusters/local-clusters.ts'
import type { DesktopSettingsFile } from './desktop-settings.ts'
import { type TrayActions, trayState, trayTemplate, trayTip } from './tray-menu.ts'

/** The tray's icon and menu, drawn anew whenever a local cluster changes. */
export class ClusterTray implements Disposable {
  readonly #options: TrayOptions
  readonly #tray: Tray
  readonly #listening: Disposable
  #shown = ''

  constructor(options: TrayOptions) {
    this.#options = options
    this.#tray = new Tray(this.#image('stopped'))
    if (process.platform === 'win32') this.#tray.on('click', () => options.actions.open())
    this.#listening = options.clusters.onChange(() => this.draw())
    this.draw()
  }

  /** Shows the clusters as they are; does nothing when that is shown already. */
  draw(): void {
    const { clusters, settings, actions } = this.#options
    const states = clusters.list()
    const { startOnOpen } = settings.get()
    const shown = JSON.stringify([states.map(c => [c.name, c.state, c.error]), startOnOpen])
    if (shown === this.#shown) return
    this.#shown = shown
    this.#tray.setImage(this.#image(trayState(states)))
    this.#tray.setToolTip(trayTip(states))
    this.#tray.setContextMenu(Menu.buildFromTemplate(trayTemplate(states, startOnOpen, actions)))
  }

  [Symbol.dispose](): void {
    this.#listening[Symbol.dispose]()
    this.#tray.destroy()
  }

  /** macOS colours template images itself; elsewhere the mark brings its own colour. */
  #image(state: ReturnType<typeof trayState>): Electron.NativeImage {
    const suffix = process.platform === 'darwin' ? 'Template' : ''
    return nativeImage.createFromPath(path.join(this.#options.images, `${state}${suffix}.png`))
  }
}

interface TrayOptions {
  /** The folder of the icons. */
  images: string
  clusters: LocalClusters
  settings: DesktopSettingsFile
  actions: TrayActions
}
