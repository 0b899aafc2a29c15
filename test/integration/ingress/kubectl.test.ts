import { afterAll, beforeAll, expect, test } from 'vitest'
import { kubectl, splitCommand } from '../../support/kubectl.ts'
import { startCluster, type TestCluster } from '../../support/start-cluster.ts'

let cluster: TestCluster

beforeAll(async () => {
  cluster = await startCluster()
})
afterAll(() => cluster?.[Symbol.asyncDispose]())

async function run(command: string, input?: string): Promise<string> {
  const args = splitCommand(command)
  const { code, stdout, stderr } = await kubectl(cluster.kubeconfig, args, input ? { input } : {})
  if (code) throw new Error(`kubectl ${command}: ${stderr || stdout}`)
  return stdout + stderr
}

test('create ingress writes rules of every form; get prints them as upstream does', async () => {
  expect(
    await run(
      'create ingress shop --rule=shop.localhost/*=web:80,tls=shop --rule=shop.localhost/api=api:http --default-backend=web:80',
    ),
  ).toBe('ingress.networking.k8s.io/shop created\n')
  const [header, row] = (await run('get ingress')).trim().split('\n')
  expect(header?.split(/\s{2,}/)).toEqual(['NAME', 'CLASS', 'HOSTS', 'ADDRESS', 'PORTS', 'AGE'])
  expect(row).toMatch(/^shop {3}slipway {3}shop\.localhost {10,}80, 443 {3}\d+s$/)
})

test('describe shows class, backends and TLS', async () => {
  const text = await run('describe ingress shop')
  expect(text).toMatch(/Ingress Class: +slipway/)
  expect(text).toMatch(/Default backend: +web:80/)
  expect(text).toMatch(/shop terminates shop\.localhost/)
  expect(text).toMatch(/shop\.localhost +\n +\/ +web:80.*\n +\/api +api:http/)
})

test('the default class is ours', async () => {
  expect(await run('get ingressclass')).toMatch(/slipway +slipway\.dev\/ingress +<none>/)
  expect(await run('describe ingressclass slipway')).toMatch(
    /ingressclass\.kubernetes\.io\/is-default-class: true/,
  )
})

const manifest = (name: string, rest: string) => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: ${name}, ${rest} }
spec: { defaultBackend: { service: { name: web, port: { number: 80 } } } }
`

test('the default class is given to what names none; the old annotation counts as naming', async () => {
  await run(
    'apply -f -',
    `apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: { name: newer, annotations: { ingressclass.kubernetes.io/is-default-class: "true" } }
spec: { controller: example.com/other }
`,
  )
  await run(
    'annotate --overwrite ingressclass slipway ingressclass.kubernetes.io/is-default-class=false',
  )
  const classOf = (name: string) => run(`get ingress ${name} -o jsonpath={.spec.ingressClassName}`)
  await run('apply -f -', manifest('plain', 'labels: {}'))
  expect(await classOf('plain')).toBe('newer')
  const annotated = manifest('annotated', 'annotations: { kubernetes.io/ingress.class: nginx }')
  expect(await run('apply -f -', annotated)).toContain(
    `Warning: annotation "kubernetes.io/ingress.class" is deprecated, please use 'spec.ingressClassName' instead`,
  )
  expect(await classOf('annotated')).toBe('')
})

test('what is wrong is refused in upstream’s words', async () => {
  await expect(run('create ingress bad --rule=shop.localhost/a//b=web:80')).rejects.toThrow(
    `Ingress.networking.k8s.io "bad" is invalid: spec.rules[0].http.paths[0].path: Invalid value: "/a//b": must not contain '//'`,
  )
})
