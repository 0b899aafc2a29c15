import type { Page } from '@playwright/test'
import { createPlace, drawer, expect, go, placeOf, test } from './fixture.ts'
import { deployment } from './manifests.ts'

const editor = (page: Page) => page.locator('.cm-content')
const outcome = (page: Page) => page.getByRole('complementary', { name: 'Outcome' })

/** Types at the end of the line that holds a text. */
async function typeAfter(page: Page, line: string, typed: string): Promise<void> {
  await editor(page).locator('.cm-line').filter({ hasText: line }).first().click()
  await page.keyboard.press('End')
  await page.keyboard.type(typed)
}

/** Replaces what stands in the line that holds a text; its indentation stays. */
async function typeOver(page: Page, line: string, typed: string): Promise<void> {
  await typeAfter(page, line, '')
  await page.keyboard.press('Shift+Home')
  await page.keyboard.press('Delete')
  if (typed) await page.keyboard.type(typed)
}

test('the YAML of an object is shown, edited, tried and applied', async ({
  app,
  open,
  namespace,
}) => {
  await app.apply(deployment(namespace, 'cart', 1))
  const object = { namespace, name: 'cart' }
  const page = await open(`${placeOf('deployments', object)}?tab=yaml`)
  const details = drawer(page, 'Deployment cart')
  await expect(editor(page)).toContainText('image: nginx:1.14.2')
  await expect(editor(page)).not.toContainText('managedFields')
  await details.getByRole('tabpanel').getByRole('button', { name: 'Edit' }).click()
  await expect(page.getByRole('heading', { name: 'Edit cart' })).toBeVisible()
  await expect(outcome(page)).toContainText('Nothing is changed')

  await typeAfter(page, 'replicas: 1', '\nminReadySeconds: soon')
  await page.getByRole('button', { name: 'Dry run' }).click()
  await expect(outcome(page)).toContainText('minReadySeconds')
  await expect(outcome(page)).toContainText('Your text is kept')
  await expect(outcome(page)).toContainText(/line \d+/)

  await typeOver(page, 'minReadySeconds', 'minReadySeconds: 2')
  await page.getByRole('button', { name: 'Dry run' }).click()
  await expect(outcome(page)).toContainText('The server accepts the change')
  const wanted = ['-n', namespace, 'get', 'deployment', 'cart', '-o']
  expect(await app.kubectl([...wanted, 'jsonpath={.spec.minReadySeconds}'])).toBe('')

  await page.getByRole('button', { name: 'Apply to local' }).click()
  await expect(page.getByText('Deployment cart configured')).toBeVisible()
  expect(await app.kubectl([...wanted, 'jsonpath={.spec.minReadySeconds}'])).toBe('2')
})

test('what the server refuses is shown at its line, the text kept', async ({
  app,
  open,
  namespace,
}) => {
  await app.apply(deployment(namespace, 'cart', 1))
  const page = await open(placeOf('deployments', { namespace, name: 'cart' }, 'edit'))
  await typeAfter(page, 'replicas: 1', '\nreplica: 2')
  await page.getByRole('button', { name: 'Dry run' }).click()
  await expect(outcome(page)).toContainText('unknown field "spec.replica"')
  await expect(editor(page).locator('.cm-lintRange-error')).toContainText('replica')

  await typeOver(page, 'replica: 2', '')
  await typeOver(page, 'replicas: 1', 'replicas: -1')
  await page.getByRole('button', { name: 'Dry run' }).click()
  await expect(outcome(page)).toContainText('422 Invalid')
  await expect(outcome(page)).toContainText('must be greater than or equal to 0')
  await expect(editor(page)).toContainText('replicas: -1')
  await expect(editor(page).locator('.cm-lintRange-error')).toContainText('replicas')
})

test('a conflict keeps the text and offers both ways out', async ({ app, open, namespace }) => {
  await app.apply(deployment(namespace, 'cart', 1))
  const page = await open(placeOf('deployments', { namespace, name: 'cart' }, 'edit'))
  await typeAfter(page, 'replicas: 1', '\nminReadySeconds: 1')
  const label = (value: string) =>
    app.kubectl(['-n', namespace, 'label', 'deployment', 'cart', `by=${value}`, '--overwrite'])
  const read = (path: string) =>
    app.kubectl(['-n', namespace, 'get', 'deployment', 'cart', '-o', `jsonpath={${path}}`])
  await label('kubectl')
  await page.getByRole('button', { name: 'Apply to local' }).click()
  const conflict = page.getByRole('alert').filter({ hasText: 'Conflict' })
  await expect(conflict).toContainText('the object has been modified')
  await expect(conflict).toContainText('Your text is kept')
  await expect(editor(page)).toContainText('minReadySeconds: 1')
  expect(await read('.spec.minReadySeconds')).toBe('')

  await conflict.getByRole('button', { name: 'Compare with the object as it is now' }).click()
  await expect(conflict).toHaveCount(0)
  await expect(editor(page)).toContainText('minReadySeconds: 1')
  await label('kubectl-again')
  await page.getByRole('button', { name: 'Apply to local' }).click()
  await conflict.getByRole('button', { name: 'Write over it' }).click()
  await expect(page.getByText('Deployment cart configured')).toBeVisible()
  expect(await read('.spec.minReadySeconds')).toBe('1')
})

test('a text that was being edited outlives going elsewhere', async ({ app, open, namespace }) => {
  await app.apply(deployment(namespace, 'cart', 1))
  const place = placeOf('deployments', { namespace, name: 'cart' }, 'edit')
  const page = await open(place)
  await typeAfter(page, 'replicas: 1', '23')
  await go(page, placeOf('pods'))
  await expect(page.getByRole('heading', { name: 'Pods', level: 1 })).toBeVisible()
  await go(page, place)
  await expect(editor(page)).toContainText('replicas: 123')
  await page.getByRole('button', { name: 'Discard' }).click()
  await expect(editor(page)).toContainText('replicas: 1')
})

test('several documents are created at once, or none when one is wrong', async ({
  app,
  open,
  namespace,
}) => {
  const page = await open(createPlace)
  const map = (name: string, more = '') =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n${more}`
  const write = async (text: string) => {
    await editor(page).click()
    await page.keyboard.press('Control+a')
    await page.keyboard.insertText(text)
  }
  await editor(page).waitFor()
  await page.getByRole('textbox', { name: 'Namespace' }).fill(namespace)
  await write(`${map('one')}---\n${map('Two')}---\n${map('three', 'dta: {}\n')}`)
  await page.getByRole('button', { name: 'Apply to local' }).click()
  await expect(outcome(page)).toContainText('3 documents')
  await expect(outcome(page)).toContainText(`ConfigMap ${namespace}/one would be created`)
  await expect(outcome(page)).toContainText('Invalid value: "Two"')
  await expect(outcome(page)).toContainText('.dta: field not declared in schema')
  await expect(outcome(page)).toContainText('(line 15, column 1)')
  const maps = async () =>
    (await app.kubectl(['-n', namespace, 'get', 'cm', '-o', 'name'])).trim().split('\n').sort()
  expect(await maps()).toEqual(['configmap/kube-root-ca.crt'])

  await write(`${map('one')}---\nkind: [\n`)
  await page.getByRole('button', { name: 'Dry run' }).click()
  await expect(outcome(page)).toContainText(/line 7, column \d+/)
  await expect(outcome(page)).not.toContainText('0 :')

  await write(`${map('one')}---\n${map('two', 'data: { a: "1" }\n')}---\n${map('three')}`)
  await page.getByRole('button', { name: 'Apply to local' }).click()
  await expect(page.getByText('Applied to local')).toBeVisible()
  expect(await maps()).toEqual([
    'configmap/kube-root-ca.crt',
    'configmap/one',
    'configmap/three',
    'configmap/two',
  ])
})
