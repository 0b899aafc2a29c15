// node scripts/package/icons.ts: draws the app's icons and the tray's marks from their SVGs, which are the source.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { type Browser, chromium } from '@playwright/test'
import { browserLaunch } from '../../test/support/browser.ts'
import { packIcns, packIco } from './icon-files.ts'

const assets = path.resolve(import.meta.dirname, '../../assets')
const trayStates = ['running', 'stopped', 'failed']
/** Colours that read on light and dark panels alike. macOS colours its template images itself. */
const trayColours: Record<string, string> = {
  running: '#2f9e63',
  stopped: '#868e97',
  failed: '#e5575b',
}

async function draw(browser: Browser, svg: string, size: number): Promise<Buffer> {
  const page = await browser.newPage({ viewport: { width: size, height: size } })
  const source = `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`
  await page.setContent(
    `<style>html,body{margin:0;background:transparent}img{display:block}</style><img src="${source}" width="${size}">`,
  )
  await page.locator('img').evaluate('image => image.decode()')
  const png = await page.screenshot({ omitBackground: true })
  await page.close()
  return png
}

async function drawApp(browser: Browser): Promise<void> {
  const svg = await readFile(path.join(assets, 'icon/slipway.svg'), 'utf8')
  const pictures = new Map<number, Buffer>()
  for (const size of [16, 24, 32, 48, 64, 128, 256, 512, 1024]) {
    pictures.set(size, await draw(browser, svg, size))
  }
  for (const size of [16, 32, 48, 64, 128, 256, 512]) {
    const file = path.join(assets, 'icon/linux', `${size}x${size}.png`)
    await mkdir(path.dirname(file), { recursive: true })
    await writeFile(file, pictures.get(size) ?? '')
  }
  await writeFile(path.join(assets, 'icon/icon.ico'), packIco(pictures))
  await writeFile(path.join(assets, 'icon/icon.icns'), packIcns(pictures))
}

async function drawTray(browser: Browser): Promise<void> {
  const folder = path.join(assets, 'tray')
  await mkdir(folder, { recursive: true })
  for (const state of trayStates) {
    const svg = await readFile(path.join(assets, `icon/tray-${state}.svg`), 'utf8')
    for (const [suffix, colour] of [
      ['', trayColours[state] ?? ''],
      ['Template', '#000'],
    ] as const) {
      const coloured = svg.replaceAll('currentColor', colour)
      for (const [scale, size] of [
        ['', 16],
        ['@2x', 32],
      ] as const) {
        const name = `${state}${suffix}${scale}.png`
        await writeFile(path.join(folder, name), await draw(browser, coloured, size))
      }
    }
  }
}

const browser = await chromium.launch(browserLaunch)
await drawApp(browser)
await drawTray(browser)
await browser.close()
