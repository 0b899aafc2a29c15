// Builds the window that the hosts serve. Plain JavaScript for Node.js 18 and later, no dependencies.
import path from 'node:path'
import { root } from './node24.mjs'
import { runBuild } from './run-build.mjs'
import { buildUnlessStamped, stampOf } from './source-stamp.mjs'

const stampFile = path.join(root, 'out', 'renderer', '.stamp')
const sources = [
  'src-renderer',
  'src-main/contract',
  'src-main/base',
  'src-main/kubernetes',
  'vite.renderer.config.ts',
]

/**
 * Builds the window into `out/renderer` when its sources changed since the last build; false when that failed, which was
 * then said.
 * @param {string} node path of a Node.js 24
 * @param {(text: string) => void} say
 */
export function buildRenderer(node, say) {
  const args = ['build', '--config', 'vite.renderer.config.ts']
  return buildUnlessStamped(stampFile, stampOf(root, sources), () =>
    runBuild('the window', 'vite/bin/vite.js', args, { node, say }),
  )
}
