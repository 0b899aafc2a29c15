// Builds the desktop app. Plain JavaScript for Node.js 18 and later, no dependencies.
import path from 'node:path'
import { root } from './node24.mjs'
import { runBuild } from './run-build.mjs'
import { buildUnlessStamped, stampOf } from './source-stamp.mjs'

/** Where the window is built into, for the browser too: building that anew asks for this build again. */
const stampFile = path.join(root, 'out', 'renderer', '.desktop-stamp')
const sources = [
  'src-main',
  'src-renderer',
  'scripts/build',
  'electron.vite.config.ts',
  'vite.renderer.config.ts',
]

/**
 * Builds the desktop app into `out` when its sources changed since the last build; false when that failed, which was
 * then said.
 * @param {string} node path of a Node.js 24
 * @param {(text: string) => void} say
 */
export function buildDesktop(node, say) {
  return buildUnlessStamped(stampFile, stampOf(root, sources), () =>
    runBuild('the app', 'electron-vite/bin/electron-vite.js', ['build'], { node, say }),
  )
}
