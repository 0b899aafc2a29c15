import { ElectronApp, lacksElectron } from '../support/electron-app.ts'
import { TestHome } from '../support/headless.ts'
import { expect, test } from './fixture.ts'

test('the app opens in Electron and shows its local cluster', async () => {
  test.skip(lacksElectron !== undefined, lacksElectron)
  await using app = await ElectronApp.start(await TestHome.make(), '--kubeconfig', 'none')
  expect(app.window.url()).toMatch(/^app:\/\/bundle\//)
  expect(await app.window.evaluate('typeof require + typeof process')).toBe('undefinedundefined')
})
