import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { chooseElectron, findElectron } from './electron.mjs'

test('findElectron wants the version of the package, or what ELECTRON_OVERRIDE_DIST_PATH names', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'find-electron-'))
  try {
    const find = (env = {}) => findElectron({ env, platform: 'linux', folder })
    await mkdir(path.join(folder, 'dist'))
    await writeFile(path.join(folder, 'package.json'), '{"version":"45.4.1"}')
    expect(find()).toBeUndefined()
    await writeFile(path.join(folder, 'dist/electron'), '')
    await writeFile(path.join(folder, 'dist/version'), 'v44.0.0')
    expect(find()).toBeUndefined()
    await writeFile(path.join(folder, 'dist/version'), '45.4.1')
    expect(find()).toBe(path.join(folder, 'dist/electron'))
    const dist = path.join(folder, 'dist')
    expect(find({ ELECTRON_OVERRIDE_DIST_PATH: dist })).toBe(path.join(dist, 'electron'))
    expect(find({ ELECTRON_OVERRIDE_DIST_PATH: folder })).toBeUndefined()
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

test.each([
  [{ isWebAsked: true }, { reason: 'the web host was asked for' }, 0],
  [{ isRoot: true }, { reason: 'it does not run as root' }, 0],
  [{ hasDisplay: false }, { reason: 'there is no display' }, 0],
  [{ there: '/e' }, { binary: '/e' }, 0],
  [{ env: { CI: '1' } }, { reason: 'its binary is not installed, and CI downloads none' }, 0],
  [{ env: { ELECTRON_OVERRIDE_DIST_PATH: '/d' } }, { reason: 'no binary lies in /d' }, 0],
  [{}, { reason: 'its binary is not installed and could not be downloaded' }, 1],
])('chooseElectron with %o answers %o', (given, expected, installs) => {
  const { there, ...rest } = { there: undefined as string | undefined, ...given }
  let tried = 0
  const install = () => {
    tried++
    return false
  }
  const usual = { isRoot: false, isWebAsked: false, hasDisplay: true, env: {} }
  expect(chooseElectron({ ...usual, ...rest, find: () => there, install })).toEqual(expected)
  expect(tried).toBe(installs)
})
