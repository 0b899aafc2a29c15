// Finds Electron's binary, and says why it is not used. Plain JavaScript, no dependencies.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { root } from './node24.mjs'

const installLimitMs = 120_000

/**
 * Where Electron's binary lies, looked for in the file system alone: loading the package would start a download.
 * @param {{ env: Record<string, string | undefined>, platform: string, folder?: string }} surroundings
 * @returns {string | undefined}
 */
export function findElectron({ env, platform, folder = path.join(root, 'node_modules/electron') }) {
  const name =
    { win32: 'electron.exe', darwin: 'Electron.app/Contents/MacOS/Electron' }[platform] ??
    'electron'
  const chosen = env.ELECTRON_OVERRIDE_DIST_PATH
  if (chosen) return existsSync(path.join(chosen, name)) ? path.join(chosen, name) : undefined
  const file = path.join(folder, 'dist', name)
  const read = wanted => {
    try {
      return readFileSync(path.join(folder, wanted), 'utf8')
    } catch {
      return ''
    }
  }
  const version = read('package.json') && JSON.parse(read('package.json')).version
  const isCurrent = read('dist/version').trim().replace(/^v/, '') === version
  return isCurrent && existsSync(file) ? file : undefined
}

/**
 * The binary to start, or the reason why the browser is used instead. Downloads it once where that is wanted.
 * @param {{ isRoot: boolean, isWebAsked: boolean, hasDisplay: boolean, find: () => string | undefined, install: () => boolean, env: Record<string, string | undefined> }} options
 * @returns {{ binary: string } | { reason: string }}
 */
export function chooseElectron({ isRoot, isWebAsked, hasDisplay, find, install, env }) {
  if (isWebAsked) return { reason: 'the web host was asked for' }
  if (isRoot) return { reason: 'it does not run as root' }
  if (!hasDisplay) return { reason: 'there is no display' }
  const there = find()
  if (there) return { binary: there }
  if (env.ELECTRON_OVERRIDE_DIST_PATH) {
    return { reason: `no binary lies in ${env.ELECTRON_OVERRIDE_DIST_PATH}` }
  }
  if (env.CI) return { reason: 'its binary is not installed, and CI downloads none' }
  const installed = install() ? find() : undefined
  return installed
    ? { binary: installed }
    : { reason: 'its binary is not installed and could not be downloaded' }
}

/** Lets Electron's own script download the binary; false when that failed or took too long. */
export function installElectron(node, env) {
  const script = path.join(root, 'node_modules/electron/install.js')
  const options = { cwd: root, stdio: ['ignore', 2, 2], timeout: installLimitMs, env }
  return existsSync(script) && spawnSync(node, [script], options).status === 0
}
