import type { Clock } from '#base/clock.ts'
import { errorMessage } from '#base/errors.ts'
import type { Secret } from '#kubernetes/api/core-v1.ts'
import type { ContainerRuntime, RuntimeImage } from '../../runtimes/container-runtime.ts'
import { formatGoDuration } from '../go-duration.ts'
import type { AnyContainer, BoundPod } from '../pod-facts.ts'
import type { PodReporter } from '../pod-reporter.ts'
import type { RestartBackoff } from '../sync/restart-backoff.ts'
import { StartError } from '../sync/start-error.ts'
import { parseImageReference, withDefaultTag } from './image-reference.ts'
import { credentialsFor } from './pull-credentials.ts'

export interface ImagePullerOptions {
  runtime: ContainerRuntime
  clock: Clock
  backoff: RestartBackoff
}

/** How long a pull's failure is shown as such, before it counts as waiting for the next try. */
const errorShownMs = 1000

/** Sees to it that a container's image is there, as its pull policy says. */
export class ImagePuller {
  readonly #options: ImagePullerOptions
  readonly #failures = new Map<string, { at: number; message: string }>()

  constructor(options: ImagePullerOptions) {
    this.#options = options
  }

  /** The image. Throws a `StartError` with the waiting reason that a client sees: ErrImagePull, ImagePullBackOff … */
  async ensure(
    pod: BoundPod,
    container: AnyContainer,
    secrets: () => Promise<Secret[]>,
    report: PodReporter,
    signal: AbortSignal,
  ): Promise<RuntimeImage> {
    const image = container.image ?? ''
    if (!parseImageReference(image)) {
      const message = `Failed to apply default image tag "${image}": couldn't parse image name "${image}": invalid reference format`
      report('Warning', 'InspectFailed', message, container.name)
      throw new StartError('InvalidImageName', message)
    }
    const present = await this.#find(withDefaultTag(image), container, report)
    const policy = container.imagePullPolicy ?? 'IfNotPresent'
    if (present && policy !== 'Always') {
      const message = `Container image "${image}" already present on machine and can be accessed by the pod`
      report('Normal', 'Pulled', message, container.name)
      return present
    }
    if (policy === 'Never') {
      const message = `Container image "${image}" is not present with pull policy of Never`
      report('Warning', 'ErrImageNeverPull', message, container.name)
      throw new StartError('ErrImageNeverPull', message)
    }
    return this.#pull(pod, container, await secrets(), report, signal)
  }

  /** Forgets the failed pulls of a pod that is gone. */
  forget(podUid: string): void {
    this.#options.backoff.forget(`${podUid}_`)
    for (const key of this.#failures.keys())
      if (key.startsWith(`${podUid}_`)) this.#failures.delete(key)
  }

  async #find(image: string, { name }: AnyContainer, report: PodReporter) {
    try {
      return await this.#options.runtime.findImage(image)
    } catch (error) {
      const message = `Failed to inspect image "${image}": ${errorMessage(error)}`
      report('Warning', 'InspectFailed', message, name)
      throw new StartError('ImageInspectError', message)
    }
  }

  async #pull(
    pod: BoundPod,
    { name, image = '' }: AnyContainer,
    secrets: Secret[],
    report: PodReporter,
    signal: AbortSignal,
  ): Promise<RuntimeImage> {
    const { runtime, clock, backoff } = this.#options
    const key = `${pod.metadata.uid}_${image}`
    const failed = this.#failures.get(key)
    const waitMs = failed ? backoff.remaining(key, failed.at) : 0
    const shownMs = clock.now() - (failed?.at ?? 0)
    if (failed && shownMs < errorShownMs)
      throw new StartError('ErrImagePull', failed.message, errorShownMs - shownMs, {
        isKnown: true,
      })
    if (failed && waitMs > 0) {
      const message = `Back-off pulling image "${image}"`
      report('Normal', 'BackOff', message, name)
      throw new StartError(
        'ImagePullBackOff',
        `${message}: ErrImagePull: ${failed.message}`,
        waitMs,
      )
    }
    report('Normal', 'Pulling', `Pulling image "${image}"`, name)
    const startedAt = clock.monotonic()
    try {
      const credentials = credentialsFor(image, secrets)
      const pulled = await runtime.pullImage(withDefaultTag(image), credentials, signal)
      const took = formatGoDuration(Math.max(1, Math.round(clock.monotonic() - startedAt)))
      const message = `Successfully pulled image "${image}" in ${took} (${took} including waiting). Image size: ${pulled.sizeBytes} bytes.`
      report('Normal', 'Pulled', message, name)
      this.#failures.delete(key)
      return pulled
    } catch (error) {
      signal.throwIfAborted()
      const message = errorMessage(error)
      report('Warning', 'Failed', `Failed to pull image "${image}": ${message}`, name)
      backoff.advance(key, clock.now())
      this.#failures.set(key, { at: clock.now(), message })
      throw new StartError('ErrImagePull', message, errorShownMs)
    }
  }
}
