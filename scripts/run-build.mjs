// Runs one of the build tools among the packages. Plain JavaScript for Node.js 18 and later, no dependencies.
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { node24Environment, root } from './node24.mjs'

/**
 * Builds; false when that failed, which was then said.
 * @param {string} what what is built, in words
 * @param {string} tool the tool's file below node_modules
 * @param {string[]} args
 * @param {{ node: string, say: (text: string) => void }} by path of a Node.js 24
 */
export function runBuild(what, tool, args, { node, say }) {
  say(`Building ${what} …`)
  const file = path.join(root, 'node_modules', tool)
  const options = { cwd: root, stdio: ['ignore', 2, 2], env: node24Environment(node) }
  if (spawnSync(node, [file, ...args, '--logLevel', 'error'], options).status === 0) return true
  say(`Building ${what} failed; the reason stands above.`)
  return false
}
