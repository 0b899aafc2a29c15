import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { request } from 'node:http'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { expect } from 'vitest'
import { eventually } from '../../../support/eventually.ts'
import { toolPath } from '../../../support/kubectl.ts'
import { conformance } from '../../support/conformance.ts'
import type { ConformanceContext } from '../../support/context.ts'

const image = 'registry.k8s.io/e2e-test-images/httpd:2.4.38-4'

conformance(
  '[sig-cli] Kubectl client Kubectl api-versions should check if v1 is in available api versions [Conformance]',
  async ({ kubectl, step }) => {
    await step('kubectl api-versions names v1', async () => {
      const { code, stdout } = await kubectl('api-versions')
      expect(code).toBe(0)
      expect(stdout.split('\n')).toContain('v1')
    })
  },
)

conformance(
  '[sig-cli] Kubectl client Kubectl version should check is all data is printed [Conformance]',
  async ({ kubectl, step }) => {
    await step('kubectl version tells its own version and the server’s', async () => {
      const { stdout } = await kubectl('version')
      expect(stdout).toMatch(/^Client Version: v\d+\.\d+\.\d+/m)
      expect(stdout).toMatch(/^Server Version: v\d+\.\d+\.\d+/m)
    })
    await step('and all that is known of the server’s build', async () => {
      const { stdout } = await kubectl('version --output json')
      const { serverVersion } = JSON.parse(stdout)
      expect(serverVersion).toMatchObject({
        major: expect.stringMatching(/^\d+$/),
        minor: expect.stringMatching(/^\d+\+?$/),
        gitVersion: expect.stringMatching(/^v\d+\.\d+\.\d+/),
        gitCommit: expect.any(String),
        platform: expect.stringMatching(/^\w+\/\w+$/),
      })
    })
  },
)

conformance(
  '[sig-cli] Kubectl client Kubectl cluster-info should check if Kubernetes control plane services is included in cluster-info [Conformance]',
  async ({ kubectl, step, config }) => {
    await step('kubectl cluster-info says where the control plane is', async () => {
      const { stdout } = await kubectl('cluster-info')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: kubectl colours the address
      const plain = stdout.replace(/\u001b\[[0-9;]*m/g, '')
      const server = config.getCurrentCluster()?.server
      expect(plain).toContain(`Kubernetes control plane is running at ${server}`)
    })
  },
)

conformance(
  '[sig-cli] Kubectl client Kubectl run pod should create a pod from an image when restart is Never [Conformance]',
  async ({ core, namespace, kubectl, step }) => {
    await step('kubectl run with restart Never', async () => {
      const { code, stdout } = await kubectl(`run e2e-test-pod --restart=Never --image=${image}`)
      expect(code).toBe(0)
      expect(stdout).toBe('pod/e2e-test-pod created\n')
    })
    await step(
      'there is a Pod of one container with the image, which is not restarted',
      async () => {
        const { spec } = await core.readNamespacedPod({ namespace, name: 'e2e-test-pod' })
        expect(spec?.containers.map(container => container.image)).toEqual([image])
        expect(spec?.restartPolicy).toBe('Never')
      },
    )
  },
)

conformance(
  '[sig-cli] Kubectl client Kubectl server-side dry-run should check if kubectl can dry-run update Pods [Conformance]',
  async ({ core, namespace, kubectl, step }) => {
    const imageOf = async () =>
      (await core.readNamespacedPod({ namespace, name: 'dry-run' })).spec?.containers[0]?.image
    await step('kubectl run', async () => {
      expect((await kubectl(`run dry-run --image=${image}`)).code).toBe(0)
      expect(await imageOf()).toBe(image)
    })
    await step(
      'kubectl patch the image, as a dry run on the server: the new image shows',
      async () => {
        const patch = { spec: { containers: [{ name: 'dry-run', image: 'busybox:1.36' }] } }
        const { stdout } = await kubectl(
          `patch pod dry-run --patch '${JSON.stringify(patch)}' --dry-run=server --output json`,
        )
        expect(JSON.parse(stdout).spec.containers[0].image).toBe('busybox:1.36')
      },
    )
    await step('the Pod has its old image', async () => expect(await imageOf()).toBe(image))
  },
)

conformance(
  '[sig-cli] Kubectl client Kubectl diff should check if kubectl diff finds a difference for Deployments [Conformance]',
  async ({ kubectl, step }) => {
    const deployment = (image: string) =>
      JSON.stringify({
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'differs', labels: { app: 'differs' } },
        spec: {
          replicas: 1,
          selector: { matchLabels: { app: 'differs' } },
          template: {
            metadata: { labels: { app: 'differs' } },
            spec: { containers: [{ name: 'main', image }] },
          },
        },
      })
    await step('kubectl create a Deployment', async () => {
      expect((await kubectl('create -f -', { input: deployment(image) })).code).toBe(0)
    })
    await step('kubectl diff with the same: no difference, code 0', async () => {
      const same = await kubectl('diff -f -', { input: deployment(image) })
      expect(same).toMatchObject({ code: 0, stdout: '' })
    })
    await step('kubectl diff with another image: both images show, code 1', async () => {
      const other = await kubectl('diff -f -', { input: deployment('busybox:1.36') })
      expect(other.code).toBe(1)
      expect(other.stdout).toMatch(new RegExp(`^-.*image: ${image}$`, 'm'))
      expect(other.stdout).toMatch(/^\+.*image: busybox:1\.36$/m)
    })
  },
)

/** Starts `kubectl proxy`, and answers the line that says where it serves. */
async function startProxy(
  { kubeconfig, defer }: ConformanceContext,
  ...args: string[]
): Promise<string> {
  const child = spawn(await toolPath('kubectl'), ['proxy', ...args], {
    env: { ...process.env, KUBECONFIG: kubeconfig },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  defer(async () => {
    child.kill()
    if (child.exitCode === null && !child.signalCode) await once(child, 'exit')
  })
  const [line] = await once(createInterface(child.stdout), 'line')
  return String(line)
}

/** Gets `/api` from a proxy. */
function getApi(where: { port: number } | { socketPath: string }): Promise<unknown> {
  return new Promise((resolve, reject) => {
    request({ ...where, host: '127.0.0.1', path: '/api/' }, async response => {
      const chunks: Buffer[] = []
      for await (const chunk of response) chunks.push(chunk)
      resolve(JSON.parse(Buffer.concat(chunks).toString()))
    })
      .on('error', reject)
      .end()
  })
}

conformance(
  '[sig-cli] Kubectl client Proxy server should support proxy with --port 0 [Conformance]',
  async context => {
    const line = await context.step('kubectl proxy on a free port says which it took', () =>
      startProxy(context, '--port=0', '--disable-filter'),
    )
    await context.step('a request to it lists the versions of the API', async () => {
      const [, port = ''] = /^Starting to serve on 127\.0\.0\.1:(\d+)$/.exec(line) ?? []
      expect(await getApi({ port: Number(port) })).toMatchObject({ versions: ['v1'] })
    })
  },
)

conformance(
  '[sig-cli] Kubectl client Proxy server should support --unix-socket=/path [Conformance]',
  async context => {
    const socketPath = path.join(path.dirname(context.kubeconfig), `${context.namespace}.sock`)
    await context.step('kubectl proxy on a socket', () =>
      startProxy(context, `--unix-socket=${socketPath}`),
    )
    await context.step('a request to it lists the versions of the API', async () => {
      const answer = await eventually(() => getApi({ socketPath }))
      expect(answer).toMatchObject({ versions: ['v1'] })
    })
  },
)
