import { errorMessage } from '#base/errors.ts'
import type { ConfigMap, Secret } from '#kubernetes/api/core-v1.ts'
import { cloneJson } from '#kubernetes/json.ts'
import { dayOf, lastUsedLabel, tokenTracking } from '#kubernetes/legacy-tokens.ts'
import { isNotFound } from '#kubernetes/status-error.ts'
import { ensure, serverUser } from '../bootstrap/bootstrap-objects.ts'
import type { ObjectWriter } from '../handlers/object-writer.ts'
import type { Services } from '../services.ts'

const dayMs = 24 * 60 * 60_000

/** Notes on Secrets on which day the token that they hold was used last, one write a day. */
export class SecretTokenUse implements AsyncDisposable {
  readonly #services: Services
  readonly #writer: ObjectWriter
  /** By UID of the Secret. */
  readonly #writing = new Map<string, Promise<void>>()

  constructor(services: Services, writer: ObjectWriter) {
    this.#services = services
    this.#writer = writer
  }

  /** Says since when use is noted, unless that is said already. */
  async start(): Promise<void> {
    const since: ConfigMap = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: tokenTracking,
      data: { since: dayOf(this.#services.clock.now()) },
    }
    await ensure(this.#services, this.#writer, since)
  }

  /** Does not wait for the write: whoever shows the token is let in, whether or not it can be noted. */
  used({ metadata }: Secret): void {
    const now = this.#services.clock.now()
    const noted = metadata.labels?.[lastUsedLabel]
    const { uid = '' } = metadata
    // Servers whose clocks differ don't outdo each other.
    if (noted === dayOf(now) || noted === dayOf(now + dayMs) || this.#writing.has(uid)) return
    const writing = this.#note(metadata, dayOf(now)).finally(() => this.#writing.delete(uid))
    this.#writing.set(uid, writing)
  }

  async #note({ namespace = '', name = '', uid }: Secret['metadata'], day: string): Promise<void> {
    const definition = this.#services.catalog.get('', 'v1', 'secrets')
    const write = { definition, namespace, name, subresource: '', dryRun: false }
    try {
      await this.#writer.update(
        { ...write, user: serverUser, warnings: new Set() },
        {
          change: current => {
            const next = cloneJson(current)
            if (next.metadata.uid !== uid) return next
            next.metadata.labels = { ...next.metadata.labels, [lastUsedLabel]: day }
            return next
          },
        },
      )
    } catch (error) {
      if (isNotFound(error)) return
      const what = `could not note that the token of secret ${namespace}/${name} was used`
      this.#services.logger.warn(`${what}: ${errorMessage(error)}`)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#writing.values())
  }
}
