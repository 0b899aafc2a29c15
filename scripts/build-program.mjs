// Builds the hosts that run on Node.js. Plain JavaScript for Node.js 18 and later, no dependencies.
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs'
import path from 'node:path'
import { root } from './node24.mjs'
import { runBuild } from './run-build.mjs'
import { stampOf } from './source-stamp.mjs'

const sources = ['src-main', 'vite.program.config.ts', 'scripts/build']
/** Older ones are kept because what was started from them loads parts of itself later. */
const keptBuilds = 5

/**
 * The file to start a host with: the built one, made anew when a source changed since, else (building failed, which was
 * then said) its source.
 * @param {'web' | 'headless'} host
 * @param {string} node path of a Node.js 24
 * @param {(text: string) => void} say
 */
export function programFile(host, node, say) {
  const folder = buildProgram(node, say)
  return folder
    ? path.join(folder, host, 'main.js')
    : path.join(root, 'src-main', 'hosts', host, 'main.ts')
}

/** Every state of the sources has a folder of its own, so that a build never changes a running program. */
function buildProgram(node, say) {
  const builds = path.join(root, 'out', 'program')
  const folder = path.join(builds, stampOf(root, sources).slice(0, 16))
  if (existsSync(folder)) {
    whereAllowed(() => utimesSync(folder, new Date(), new Date()))
    return folder
  }
  if (!canWrite(builds)) {
    say(`${builds} can't be written: the program is run from its sources, which starts slower.`)
    return undefined
  }
  const made = `${folder}.${process.pid}`
  const args = ['build', '--config', 'vite.program.config.ts', '--outDir', made]
  try {
    if (!runBuild('the program', 'vite/bin/vite.js', args, { node, say })) {
      say('Its sources are run instead, which starts slower.')
      return undefined
    }
    moveInto(folder, made)
  } finally {
    rmSync(made, { recursive: true, force: true })
  }
  whereAllowed(() => removeOld(builds))
  return folder
}

function canWrite(folder) {
  try {
    mkdirSync(folder, { recursive: true })
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** Another start may have built the same meanwhile. */
function moveInto(folder, made) {
  try {
    renameSync(made, folder)
  } catch (error) {
    if (!existsSync(folder)) throw error
  }
}

function removeOld(builds) {
  const usedAt = name => statSync(path.join(builds, name)).mtimeMs
  const byUse = readdirSync(builds)
    .filter(name => !name.includes('.'))
    .sort((a, b) => usedAt(b) - usedAt(a))
  for (const name of byUse.slice(keptBuilds))
    rmSync(path.join(builds, name), { recursive: true, force: true })
}

/** What another user built is run as it is, and left alone. */
function whereAllowed(action) {
  try {
    action()
  } catch (error) {
    if (error.code !== 'EPERM' && error.code !== 'EACCES') throw error
  }
}
