// Tells whether what was built is what the sources say. Plain JavaScript for Node.js 18 and later, no dependencies.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/**
 * A hash of the content of files and folders, tests left out, and of the versions of the packages.
 * @param {string} top the checkout; `sources` lie below it
 * @param {string[]} sources
 */
export function stampOf(top, sources) {
  const hash = createHash('sha256').update(readFileSync(path.join(top, 'package-lock.json')))
  for (const source of sources)
    hashTree(path.join(top, source), file => path.relative(top, file), hash)
  return hash.digest('hex')
}

function hashTree(file, nameOf, hash) {
  if (!statSync(file).isDirectory()) {
    const content = readFileSync(file)
    hash.update(`${nameOf(file)} ${content.length}\n`).update(content)
    return
  }
  for (const name of readdirSync(file).sort()) {
    if (!/\.test\.tsx?$/.test(name)) hashTree(path.join(file, name), nameOf, hash)
  }
}

/**
 * Builds unless the file says that the same was built before; false when building failed. The file has to lie where
 * building anew, by whomever, removes it.
 * @param {string} file
 * @param {string} stamp
 * @param {() => boolean} build
 */
export function buildUnlessStamped(file, stamp, build) {
  if (existsSync(file) && readFileSync(file, 'utf8') === stamp) return true
  if (!build()) return false
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, stamp)
  return true
}
