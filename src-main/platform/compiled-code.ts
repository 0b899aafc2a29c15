import { enableCompileCache, flushCompileCache } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import { cacheDirectory } from './paths.ts'

/**
 * Has Node.js keep the code that it compiled, and stripped of its types, between starts: this makes loading the program
 * four times faster. To be called before the program's modules are imported; threads and Node.js children take part.
 * Files that changed are compiled anew. `NODE_COMPILE_CACHE` says where, `NODE_DISABLE_COMPILE_CACHE` declines.
 */
export function keepCompiledCode(): void {
  const surroundings = { platform: process.platform, env: process.env, home: os.homedir() }
  const folder = path.join(cacheDirectory(surroundings), 'compiled')
  process.env['NODE_COMPILE_CACHE'] ??= folder
  enableCompileCache(process.env['NODE_COMPILE_CACHE'])
}

/** Writes what was compiled since the start, which otherwise only an orderly end does. */
export function saveCompiledCode(): void {
  flushCompileCache()
}
