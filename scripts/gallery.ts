// Pictures of every screen: node scripts/gallery.ts [FOLDER] [NAMES,…] [THEMES,…] [SIZES,…]
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { chromium } from '@playwright/test'
import { browserLaunch } from '../test/support/browser.ts'
import { FakeHost } from '../test/support/fake-host/fake-host.ts'
import { screens } from '../test/support/screens.ts'

const [
  folder = path.join(import.meta.dirname, '../docs/screenshots'),
  names = '',
  themes = 'light,dark',
  sizes = '1280x800',
] = process.argv.slice(2)
mkdirSync(folder, { recursive: true })
const wanted = names ? names.split(',') : screens.map(({ name }) => name)
const browser = await chromium.launch(browserLaunch)
for (const screen of screens.filter(({ name }) => wanted.includes(name))) {
  for (const theme of themes.split(',')) {
    for (const size of sizes.split(',')) {
      const [width = 1280, height = 800] = size.split('x').map(Number)
      await using host = await new FakeHost().start()
      screen.before?.(host)
      const page = await browser.newPage({
        viewport: { width, height },
        colorScheme: theme === 'dark' ? 'dark' : 'light',
        locale: 'en-GB',
      })
      page.on('pageerror', error => console.error(screen.name, error.message))
      page.on(
        'console',
        message => message.type() === 'error' && console.error(screen.name, message.text()),
      )
      try {
        await page.goto(`${host.url}#${screen.at}`)
        await page.locator('footer').first().waitFor()
        await page.waitForTimeout(400)
        await screen.after?.(page, host)
        await page.waitForTimeout(500)
      } catch (error) {
        console.error(screen.name, String(error).split('\n')[0])
      }
      await page.screenshot({ path: path.join(folder, `${screen.name}-${theme}-${size}.png`) })
      await page.close()
    }
  }
}
await browser.close()
