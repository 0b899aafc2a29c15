import { readFile } from 'node:fs/promises'
import type { TestHome } from './headless.ts'
import { kubectlOutput } from './kubectl.ts'

/** An app on a home of its own, with real kubectl beside it. */
export abstract class RunningApp implements AsyncDisposable {
  readonly home: TestHome

  constructor(home: TestHome) {
    this.home = home
  }

  /** Runs kubectl on a local cluster and answers what it printed; throws what it said when it failed. */
  kubectl(args: string[], { input = '', cluster = 'local' } = {}): Promise<string> {
    const file = this.home.file('data', 'clusters', cluster, 'kubeconfig')
    return kubectlOutput(file, args, { input, timeoutMs: 60_000 })
  }

  /** `kubectl apply` of a manifest. */
  apply(manifest: string, options: { cluster?: string } = {}): Promise<string> {
    return this.kubectl(['apply', '-f', '-'], { ...options, input: manifest })
  }

  /** The process that runs a local cluster. */
  async clusterPid(cluster = 'local'): Promise<number> {
    const file = this.home.file('data', 'clusters', cluster, 'running.json')
    return (JSON.parse(await readFile(file, 'utf8')) as { pid: number }).pid
  }

  /** Ends it in order and removes its home. */
  abstract [Symbol.asyncDispose](): Promise<void>
}

/** What an app is started with unless a test says otherwise, followed by what it says. */
export function appArguments(home: TestHome, args: readonly string[]): string[] {
  const defaults = {
    '--data-dir': home.file('data'),
    '--runtime': 'simulated',
    '--api-port': '0',
  }
  const missing = Object.entries(defaults).filter(([option]) => !args.includes(option))
  return [...missing.flat(), ...args]
}
