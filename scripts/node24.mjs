// Finds a Node.js 24 to run the program with. Plain JavaScript for Node >= 18, no dependencies.
import { existsSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** The checkout's top folder. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')

const wanted = 24

/** Absolute path of a Node.js >= 24 binary: this process's own, or the one npm installed; undefined when there is none. */
export function findNode24() {
  if (Number(process.versions.node.split('.')[0]) >= wanted) return process.execPath
  const packages = [
    `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`,
  ]
  for (const name of packages) {
    const binary = path.join(
      root,
      'node_modules',
      name,
      'bin',
      process.platform === 'win32' ? 'node.exe' : 'node',
    )
    if (existsSync(binary)) return binary
  }
  return undefined
}

/**
 * The environment for a child: Node 24 comes first in PATH, so that everything below uses it too, and keeps the code
 * that it compiles, or every start would strip and compile the sources anew.
 */
export function node24Environment(node) {
  return {
    NODE_COMPILE_CACHE: path.join(root, 'node_modules', '.cache', 'slipway', 'compiled'),
    ...process.env,
    PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH ?? ''}`,
  }
}
