import { existsSync } from 'node:fs'
import process from 'node:process'
import type { LaunchOptions } from '@playwright/test'

const system = '/usr/bin/chromium'

/** How Chromium is started for tests and pictures: the system's own where there is one, without background traffic. */
export const browserLaunch: LaunchOptions = {
  ...(existsSync(system) && { executablePath: system }),
  args: [
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  ],
}
