import path from 'node:path'
import { build } from 'vite'

const configFile = path.join(import.meta.dirname, '../../vite.renderer.config.ts')

/** Builds the window once before the browser's tests, so that they judge what the sources say. */
// biome-ignore lint/style/noDefaultExport: Playwright asks for it
export default async function buildRenderer(): Promise<void> {
  await build({ configFile, logLevel: 'warn' })
}
