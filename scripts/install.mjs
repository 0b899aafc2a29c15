// Installs what a checkout needs: npm's packages, and, as root on Debian and Ubuntu, packages of the distribution.
// Plain JavaScript for Node.js 18 and later, no dependencies.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { root } from './node24.mjs'

const stampFile = path.join(root, 'node_modules', '.slipway-lock')
const lockFile = path.join(root, 'package-lock.json')

/** `npm ci` when packages are missing or older than the lock file; false when it failed. Install scripts are off (.npmrc). */
export function installNodePackages(say) {
  const lock = readFileSync(lockFile, 'utf8')
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === lock) return true
  say('Installing packages (npm ci) …')
  const npm = process.env.npm_execpath
  const [command, first] = npm ? [process.execPath, [npm]] : ['npm', []]
  const args = [...first, 'ci', '--no-audit', '--no-fund', '--loglevel=error']
  const { status } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] })
  if (status !== 0) return false
  writeFileSync(stampFile, lock)
  return true
}

/** Whether this process may install packages of a Debian-like distribution. */
export function canInstallDebianPackages() {
  return process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')
}

/** Installs packages and starts none of their services; false when apt failed, which says why on stderr. */
export function installDebianPackages(names) {
  const policy = '/usr/sbin/policy-rc.d'
  const script = [
    `[ -e ${policy} ] || { printf '#!/bin/sh\\nexit 101\\n' >${policy}; chmod +x ${policy}; made=1; }`,
    `trap '[ -z "$made" ] || rm -f ${policy}' EXIT`,
    'apt-get update -q && apt-get install -y -q --no-install-recommends "$@"',
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
