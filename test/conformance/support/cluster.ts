import path from 'node:path'
import type { TestProject } from 'vitest/node'
import { TestHome } from '../../support/headless.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** File with the administrator's kubeconfig of the cluster under test. */
    conformanceKubeconfig: string
  }
}

/** Some tests wait until history is gone; no other looks back as far as this. */
const compactionSeconds = 20

/**
 * Gives all conformance tests one cluster: the one that SLIPWAY_CONFORMANCE_KUBECONFIG names, else a headless one of two
 * simulated nodes, which ends with them.
 */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const given = process.env['SLIPWAY_CONFORMANCE_KUBECONFIG']
  if (given) {
    project.provide('conformanceKubeconfig', path.resolve(given))
    return undefined
  }
  const home = await TestHome.make()
  const host = home.start(
    ...['--api-port', '0', '--nodes', '2', '--cluster', 'conformance'],
    ...['--compaction-interval', String(compactionSeconds)],
  )
  const { kubeconfig } = await host.ready()
  project.provide('conformanceKubeconfig', kubeconfig)
  return () => home[Symbol.asyncDispose]()
}
