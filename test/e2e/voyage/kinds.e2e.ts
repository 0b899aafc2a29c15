import { drawer, expect, go, overview, placeOf, row, test } from './fixture.ts'
import { deployment } from './manifests.ts'

test('a new kind appears in the sidebar by itself, with its columns, and scales', async ({
  app,
  open,
  namespace,
  page,
}) => {
  // The namespaces of the test before are remembered.
  await open(`${placeOf('pods')}?ns=${namespace}`)
  await expect(page.getByRole('button', { name: `Namespaces ${namespace}` })).toBeVisible()
  await go(page, overview)
  await page.getByRole('row', { name: 'Custom resources' }).click()
  await expect(page.getByRole('row', { name: 'Definitions' })).toBeVisible()
  try {
    await app.apply(`apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: ponds.voyage.example }
spec:
  group: voyage.example
  scope: Namespaced
  names: { plural: ponds, singular: pond, kind: Pond }
  versions:
    - name: v1
      served: true
      storage: true
      subresources:
        scale: { specReplicasPath: .spec.frogs, statusReplicasPath: .status.frogs }
        status: {}
      additionalPrinterColumns:
        - { name: Frogs, type: integer, jsonPath: .spec.frogs }
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec: { type: object, properties: { frogs: { type: integer }, water: { type: string } } }
            status: { type: object, properties: { frogs: { type: integer } } }
`)
    await page.getByRole('row', { name: 'voyage.example' }).click()
    await page.getByRole('row', { name: 'Ponds' }).click()
    await app.apply(`apiVersion: voyage.example/v1
kind: Pond
metadata: { name: north, namespace: ${namespace} }
spec: { frogs: 3, water: clear }
`)
    const pond = row(page, 'Ponds', 'north')
    await expect(page.getByRole('columnheader', { name: 'Frogs' })).toBeVisible()
    await expect(pond).toContainText('3')
    await pond.click()
    const details = drawer(page, 'Pond north')
    await expect(details.getByText('clear', { exact: true })).toBeVisible()
    await details.getByRole('button', { name: 'Scale…' }).click()
    const scale = page.getByRole('dialog', { name: 'Scale Pond north' })
    await expect(scale).toContainText('3 replicas now')
    await scale.getByRole('textbox', { name: 'Replicas' }).fill('5')
    await scale.getByRole('button', { name: 'Scale' }).click()
    await expect(pond).toContainText('5')
  } finally {
    await app.kubectl(['delete', 'crd', 'ponds.voyage.example', '--ignore-not-found'])
  }
  await expect(page.getByRole('row', { name: 'voyage.example' })).toHaveCount(0)
})

test('every kind that the cluster lists can be opened, and known ones say what matters', async ({
  app,
  open,
  namespace,
}) => {
  test.setTimeout(120_000)
  await app.apply(`${deployment(namespace, 'cart', 1)}---
apiVersion: v1
kind: Service
metadata: { name: cart, namespace: ${namespace} }
spec: { selector: { app: cart }, ports: [ { port: 80 } ] }
---
apiVersion: batch/v1
kind: Job
metadata: { name: once, namespace: ${namespace} }
spec: { template: { spec: { restartPolicy: Never, containers: [ { name: main, image: busybox } ] } } }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: readers, namespace: ${namespace} }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view }
subjects: [ { kind: ServiceAccount, name: default, namespace: ${namespace} } ]
`)
  await app.kubectl(['-n', namespace, 'wait', 'job/once', '--for=condition=Complete'])
  await app.kubectl(['-n', namespace, 'rollout', 'status', 'deployment/cart', '--timeout=30s'])
  const page = await open(placeOf('jobs', { namespace, name: 'once' }))
  await expect(drawer(page, 'Job once').getByText('1 of 1, 1 at a time')).toBeVisible()
  await go(page, placeOf('rolebindings', { namespace, name: 'readers' }))
  const binding = drawer(page, 'RoleBinding readers')
  await expect(binding.getByText(`ServiceAccount ${namespace}/default`)).toBeVisible()
  await binding.getByRole('link', { name: 'view' }).click()
  const role = drawer(page, 'ClusterRole view')
  await expect(role.getByRole('heading', { name: 'Rules' })).toBeVisible()
  await expect(role.getByText(/^get, list, watch$/).first()).toBeVisible()
  await role.getByRole('link', { name: 'readers, to ServiceAccount default' }).click()
  await expect(binding).toBeVisible()

  const kinds = (await app.kubectl(['api-resources', '--verbs=list', '--no-headers'])).trim()
  for (const line of kinds.split('\n')) {
    const [, resource = '', apiVersion = ''] =
      /^(\S+).*\s(\S*v\d\S*)\s+(?:true|false)\s/.exec(line) ?? []
    if (/^metrics|^events/.test(apiVersion)) continue
    const version = apiVersion.includes('/') ? apiVersion : `core/${apiVersion}`
    await go(page, `/c/local%3Alocal/list/${version}/${resource}`)
    const list = page.locator('[data-region=list]')
    await expect(list.getByRole('grid').or(list.getByRole('heading', { level: 2 }))).toBeVisible()
    await expect(list.getByRole('alert')).toHaveCount(0)
  }
})
