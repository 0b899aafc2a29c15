import path from 'node:path'
import { _electron, type ElectronApplication, type Page } from '@playwright/test'
import { findElectron } from '../../scripts/electron.mjs'
import type { TestHome } from './headless.ts'
import { appArguments, RunningApp } from './running-app.ts'

const binary = findElectron({ env: process.env, platform: process.platform })

/** Why the app cannot be run in Electron here; undefined where it can. */
export const lacksElectron: string | undefined = !binary
  ? 'no Electron binary is installed'
  : process.getuid?.() === 0
    ? 'Electron does not run as root'
    : undefined

/** The app as it is installed: in Electron, with its window. */
export class ElectronApp extends RunningApp {
  readonly electron: ElectronApplication
  readonly window: Page

  private constructor(home: TestHome, electron: ElectronApplication, window: Page) {
    super(home)
    this.electron = electron
    this.window = window
  }

  /** Starts it on the simulated runtime unless `args` say otherwise; resolves when its window shows. */
  static async start(home: TestHome, ...args: string[]): Promise<ElectronApp> {
    const electron = await _electron.launch({
      executablePath: binary ?? '',
      args: [path.resolve('.'), ...appArguments(home, args)],
    })
    const window = await electron.firstWindow()
    await window.getByRole('contentinfo').waitFor()
    return new ElectronApp(home, electron, window)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.electron.process().kill('SIGTERM')
    await this.electron.close().catch(() => {})
    await this.home[Symbol.asyncDispose]()
  }
}
