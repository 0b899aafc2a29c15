// Pictures of every screen in both themes and sizes: node scripts/gallery.ts [FOLDER] [NAME,NAME…]
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { type Browser, chromium } from '@playwright/test'
import { browserLaunch } from '../test/support/browser.ts'
import { FakeHost } from '../test/support/fake-host/fake-host.ts'
import { type Screen, screens } from '../test/support/screens.ts'
import { shrinkPng } from '../test/support/shrink-png.ts'

const [folder = path.join(import.meta.dirname, '../docs/screenshots'), names = ''] =
  process.argv.slice(2)
const sizes = [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
]

async function picture(browser: Browser, screen: Screen): Promise<void> {
  await using host = await new FakeHost().start()
  screen.before?.(host)
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' })
  page.on('pageerror', error => console.error(screen.name, error.message))
  // A style that didn't arrive makes no error of the page, but a wrong picture.
  const missing: string[] = []
  page.on('requestfailed', request => missing.push(request.url()))
  await page.goto(`${host.url}#${screen.at}`)
  await page.getByRole('contentinfo').waitFor()
  await page.waitForTimeout(400)
  await screen.after?.(page, host)
  for (const size of sizes) {
    await page.setViewportSize(size)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await page.waitForTimeout(350)
      const file = `${screen.name}-${size.width}-${colorScheme}.png`
      writeFileSync(path.join(folder, file), shrinkPng(await page.screenshot()))
    }
  }
  await page.close()
  if (missing.length) throw new Error(`did not load: ${missing.join(', ')}`)
}

mkdirSync(folder, { recursive: true })
const browser = await chromium.launch(browserLaunch)
for (const screen of screens) {
  if (names && !names.split(',').includes(screen.name)) continue
  await picture(browser, screen).catch(error => {
    console.error(`${screen.name}: ${error}`)
    process.exitCode = 1
  })
}
await browser.close()
