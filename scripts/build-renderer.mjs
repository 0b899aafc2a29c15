// Builds the window that the hosts serve. Plain JavaScript for Node.js 18 and later, no dependencies.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { node24Environment, root } from './node24.mjs'

const stampFile = path.join(root, 'out', 'renderer', '.stamp')
const sources = ['src-renderer', 'src-main/contract', 'src-main/base', 'src-main/kubernetes']

/**
 * Builds the window into `out/renderer` when its sources changed since the last build; false when that failed, which was
 * then said.
 * @param {string} node path of a Node.js 24
 * @param {(text: string) => void} say
 */
export function buildRenderer(node, say) {
  const hash = createHash('sha256').update(readFileSync(path.join(root, 'package-lock.json')))
  for (const folder of sources) hashFolder(path.join(root, folder), hash)
  const stamp = hash.digest('hex')
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return true
  say('Building the window …')
  const vite = path.join(root, 'node_modules', 'vite', 'bin', 'vite.js')
  const args = [vite, 'build', '--config', 'vite.renderer.config.ts', '--logLevel', 'error']
  const options = { cwd: root, stdio: ['ignore', 2, 2], env: node24Environment(node) }
  if (spawnSync(node, args, options).status !== 0) {
    say('Building the window failed; the reason stands above.')
    return false
  }
  mkdirSync(path.dirname(stampFile), { recursive: true })
  writeFileSync(stampFile, stamp)
  return true
}

function hashFolder(folder, hash) {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) =>
    a.name < b.name ? -1 : 1,
  )
  for (const entry of entries) {
    const file = path.join(folder, entry.name)
    if (entry.isDirectory()) hashFolder(file, hash)
    else
      hash
        .update(`${path.relative(root, file)} ${statSync(file).size}\n`)
        .update(readFileSync(file))
  }
}
