import { app, BrowserWindow, nativeTheme, screen } from 'electron'
import type { DesktopSettingsFile } from './desktop-settings.ts'
import { pageUrl } from './page-origin.ts'
import { fitPlace, leastSize } from './window-place.ts'
import { webPreferences } from './window-preferences.ts'

/** The app's one window: opened when wanted, brought to the front when it is there, its place kept. */
export class MainWindow {
  readonly #options: { preload: string; settings: DesktopSettingsFile }
  #window: BrowserWindow | undefined

  constructor(options: { preload: string; settings: DesktopSettingsFile }) {
    this.#options = options
  }

  show(): void {
    const window = this.#window
    if (!window) {
      this.#open()
      return
    }
    if (window.isMinimized()) window.restore()
    window.show()
    window.focus()
  }

  /** Loads the page again, as after a core that answers elsewhere now. */
  reload(): void {
    this.#window?.webContents.reload()
  }

  #open(): void {
    const { preload, settings } = this.#options
    const displays = screen.getAllDisplays().map(({ workArea }) => workArea)
    const { maximized, ...place } = fitPlace(settings.get().window, displays)
    const window = new BrowserWindow({
      ...place,
      minWidth: leastSize.width,
      minHeight: leastSize.height,
      title: 'Slipway',
      show: false,
      backgroundColor: nativeTheme.shouldUseDarkColors ? '#101213' : '#f3f4f5',
      webPreferences: webPreferences(preload, app.isPackaged),
    })
    this.#window = window
    if (maximized) window.maximize()
    window.once('ready-to-show', () => window.show())
    window.on('close', () => {
      const kept = { ...window.getNormalBounds(), maximized: window.isMaximized() }
      // A place that could not be written is only forgotten.
      settings.set({ window: kept }).catch(() => {})
    })
    window.once('closed', () => {
      this.#window = undefined
    })
    // A page that can't be loaded shows so by itself.
    window.loadURL(pageUrl).catch(() => {})
  }
}
