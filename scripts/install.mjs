// Installs what a checkout needs: npm's packages, and, as root on Debian and Ubuntu, packages of the distribution.
// Plain JavaScript for Node.js 18 and later, no dependencies.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { root } from './node24.mjs'

const lockFile = path.join(root, 'package-lock.json')
/** What npm says it installed; written last, so an installation that was cut short has none. */
const installedFile = path.join(root, 'node_modules', '.package-lock.json')

/** `npm ci` when packages are missing or older than the lock file; false when it failed. Install scripts are off (.npmrc). */
export function installNodePackages(say) {
  if (isInstalled()) return true
  say('Installing packages (npm ci) …')
  const npm = process.env.npm_execpath
  const [command, first] = npm ? [process.execPath, [npm]] : ['npm', []]
  const args = [...first, 'ci', '--no-audit', '--no-fund', '--loglevel=error']
  const { status } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] })
  return status === 0
}

/** Whether every package of the lock file is installed in its version; optional ones may be missing. */
function isInstalled() {
  if (!existsSync(installedFile)) return false
  const read = file => JSON.parse(readFileSync(file, 'utf8')).packages
  const installed = read(installedFile)
  return Object.entries(read(lockFile)).every(([folder, { version, optional }]) => {
    if (folder === '' || (optional && !installed[folder])) return true
    return installed[folder]?.version === version
  })
}

/** Whether this process may install packages of a Debian-like distribution. */
export function canInstallDebianPackages() {
  return process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')
}

/** Installs packages and starts none of their services; false when apt failed, which says why on stderr. */
export function installDebianPackages(names) {
  const policy = '/usr/sbin/policy-rc.d'
  const script = [
    'retries="-o Acquire::Retries=3"',
    `[ -e ${policy} ] || { printf '#!/bin/sh\\nexit 101\\n' >${policy}; chmod +x ${policy}; made=1; }`,
    `trap '[ -z "$made" ] || rm -f ${policy}' EXIT`,
    'apt-get $retries update -q && apt-get $retries install -y -q --no-install-recommends "$@"',
  ].join('\n')
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const args = ['-c', script, 'install', ...names]
  return spawnSync('sh', args, { stdio: ['ignore', 2, 2], env }).status === 0
}

/** Whether a program can be found, also where only root's PATH leads. */
export function hasProgram(name) {
  const folders = `${process.env.PATH ?? ''}:/usr/sbin:/sbin`.split(':')
  return folders.some(folder => existsSync(path.join(folder, name)))
}
