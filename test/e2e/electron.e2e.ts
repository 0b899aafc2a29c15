import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { _electron } from '@playwright/test'
import { findElectron } from '../../scripts/electron.mjs'
import { expect, test } from './fixture.ts'

const binary = findElectron({ env: process.env, platform: process.platform })
const isRoot = process.getuid?.() === 0

test('the app opens in Electron and shows its local cluster', async () => {
  test.skip(!binary, 'no Electron binary is installed')
  test.skip(isRoot, 'Electron does not run as root')
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'electron-e2e-'))
  const simulated = ['--runtime', 'simulated', '--kubeconfig', 'none', '--api-port', '0']
  const app = await _electron.launch({
    executablePath: binary ?? '',
    args: [path.resolve('.'), '--data-dir', dataDir, ...simulated],
  })
  try {
    const window = await app.firstWindow()
    await window.getByRole('contentinfo').waitFor()
    expect(window.url()).toMatch(/^app:\/\/bundle\//)
    expect(await window.evaluate('typeof require + typeof process')).toBe('undefinedundefined')
  } finally {
    app.process().kill('SIGTERM')
    await app.close().catch(() => {})
    await rm(dataDir, { recursive: true, force: true })
  }
})
