// package-lock.json has to name every optional package, also those of other platforms: `npm ci` refuses a lock file that
// doesn't, and npm leaves out what the registry it asked does not hold.
//   node scripts/lockfile.mjs     adds what is missing
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { root } from './node24.mjs'

const operatingSystems = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32']

/**
 * What the lock file's packages may want and it does not name: entries by their folder.
 * @param {Record<string, { version?: string, dev?: boolean, optionalDependencies?: Record<string, string> }>} packages
 * @returns {Record<string, object>}
 */
export function findMissing(packages) {
  const missing = {}
  for (const [folder, { dev, optionalDependencies = {} }] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      if (placesOf(folder, name).some(place => packages[place])) continue
      missing[`node_modules/${name}`] = {
        version,
        ...platformOf(name),
        ...(dev ? { dev } : {}),
        optional: true,
      }
    }
  }
  return missing
}

/** Where Node.js looks for a package that one in `folder` imports, nearest first. */
function placesOf(folder, name) {
  const parents = folder.split('/node_modules/')
  const nested = parents.map((_, depth) => parents.slice(0, depth + 1).join('/node_modules/'))
  return [
    ...nested.filter(Boolean).map(place => `${place}/node_modules/${name}`),
    `node_modules/${name}`,
  ]
}

/** The platform that such a package names itself after: `…-linux-arm64-musl`. */
function platformOf(name) {
  const words = name.split(/[-/]/)
  const at = words.findLastIndex(word => operatingSystems.includes(word))
  if (at < 0) return {}
  const [os, cpu, abi = ''] = words.slice(at)
  const libc = { gnu: 'glibc', musl: 'musl' }[/^(gnu|musl)/.exec(abi)?.[1] ?? '']
  return {
    ...(cpu ? { cpu: [cpu] } : {}),
    ...(libc && os === 'linux' ? { libc: [libc] } : {}),
    os: [os],
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = path.join(root, 'package-lock.json')
  const lock = JSON.parse(readFileSync(file, 'utf8'))
  const packages = { ...lock.packages, ...findMissing(lock.packages) }
  const { '': own, ...others } = packages
  const sorted = Object.entries(others).sort(([a], [b]) => a.localeCompare(b, 'en'))
  writeFileSync(
    file,
    `${JSON.stringify({ ...lock, packages: { '': own, ...Object.fromEntries(sorted) } }, null, 2)}\n`,
  )
}
