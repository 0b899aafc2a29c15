import { statfs } from 'node:fs/promises'
import type { Clock } from '#base/clock.ts'
import { AbortError, errorMessage } from '#base/errors.ts'
import type { MachineFacts } from '../container-runtime.ts'
import type { EngineHttp } from './engine-http.ts'
import type { EngineInfo, EngineVersion } from './engine-types.ts'

const wantedApi = 1.41
const answerMs = 5000

/** What an engine says of itself and of its machine. */
export class EngineFacts {
  readonly isPodman: boolean
  readonly version: { name: string; version: string }
  readonly #http: EngineHttp
  readonly #options: { socketPath: string; clock: Clock }

  constructor(
    http: EngineHttp,
    { Version, Components }: EngineVersion,
    options: { socketPath: string; clock: Clock },
  ) {
    this.#http = http
    this.#options = options
    this.isPodman = Components?.some(({ Name }) => /podman/i.test(Name)) ?? false
    this.version = { name: this.isPodman ? 'podman' : 'docker', version: Version }
  }

  /** Whether it answers, soon. */
  async status(): Promise<{ ready: boolean; message: string }> {
    const { clock, socketPath } = this.#options
    const abort = new AbortController()
    using _timer = clock.after(answerMs, () =>
      abort.abort(new AbortError(`no answer within ${answerMs / 1000} seconds`)),
    )
    try {
      const request = { method: 'GET', path: '/_ping', signal: abort.signal } as const
      ;(await this.#http.stream(request)).resume()
      return { ready: true, message: '' }
    } catch (error) {
      const why = abort.signal.aborted ? errorMessage(abort.signal.reason) : errorMessage(error)
      return { ready: false, message: `${socketPath}: ${why}` }
    }
  }

  async machine(): Promise<MachineFacts> {
    const info = await this.#http.json<EngineInfo>({ method: 'GET', path: '/info' })
    const disk = await statfs(info.DockerRootDir ?? '/').catch(() => undefined)
    return {
      cpus: info.NCPU,
      memoryBytes: info.MemTotal,
      diskBytes: disk ? disk.blocks * disk.bsize : 100 * 2 ** 30,
      maxPods: 110,
      architecture: goArchitecture(info.Architecture),
      kernelVersion: info.KernelVersion,
      osImage: info.OperatingSystem,
    }
  }
}

/** The version of the API to speak: the one we know, as far as the engine has it. */
export function apiVersion({ ApiVersion, MinAPIVersion }: EngineVersion): string {
  const most = Number.parseFloat(ApiVersion)
  const least = Number.parseFloat(MinAPIVersion ?? '1.24')
  return Math.max(least, Math.min(wantedApi, most)).toFixed(2)
}

function goArchitecture(name: string): string {
  if (name === 'x86_64') return 'amd64'
  return name === 'aarch64' ? 'arm64' : name
}
