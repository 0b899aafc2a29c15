// Builds the window that the hosts serve. Plain JavaScript for Node.js 18 and later, no dependencies.
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { node24Environment, root } from './node24.mjs'
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
  return buildUnlessStamped(stampFile, stampOf(root, sources), () => {
    say('Building the window …')
    const vite = path.join(root, 'node_modules', 'vite', 'bin', 'vite.js')
    const args = [vite, 'build', '--config', 'vite.renderer.config.ts', '--logLevel', 'error']
    const options = { cwd: root, stdio: ['ignore', 2, 2], env: node24Environment(node) }
    if (spawnSync(node, args, options).status === 0) return true
    say('Building the window failed; the reason stands above.')
    return false
  })
}
