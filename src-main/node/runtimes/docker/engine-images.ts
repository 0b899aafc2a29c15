import type { Readable } from 'node:stream'
import type { RegistryCredentials, RuntimeImage } from '../container-runtime.ts'
import { type EngineHttp, isGone } from './engine-http.ts'
import type { ImageInspection } from './engine-types.ts'
import { pullImage } from './pull-image.ts'

/** The engine's images. Ids never change what they mean, so their digests are remembered. */
export class EngineImages {
  readonly #http: EngineHttp
  readonly #pullable = new Map<string, string>()

  constructor(http: EngineHttp) {
    this.#http = http
  }

  async find(reference: string): Promise<RuntimeImage | undefined> {
    try {
      const image = await this.#http.json<ImageInspection>({
        method: 'GET',
        path: `/images/${reference}/json`,
      })
      return toImage(image)
    } catch (error) {
      if (isGone(error)) return undefined
      throw error
    }
  }

  /** Loads an image from its raw archive when the engine lacks it. */
  async ensure(image: { reference: string; openTar(): Promise<Readable> }): Promise<void> {
    if (await this.find(image.reference)) return
    const body = await image.openTar()
    await this.#http.json({ method: 'POST', path: '/images/load', body })
  }

  /** Throws with the engine's words when it can't be had. */
  async pull(
    reference: string,
    credentials: RegistryCredentials | undefined,
    signal: AbortSignal,
  ): Promise<RuntimeImage> {
    await pullImage(this.#http, reference, credentials, signal)
    const image = await this.find(reference)
    if (!image) throw new Error(`the engine pulled ${reference} but does not list it`)
    return image
  }

  async list(): Promise<RuntimeImage[]> {
    const images = await this.#http.json<ImageInspection[]>({ method: 'GET', path: '/images/json' })
    return images.map(toImage).filter(({ tags, digests }) => tags.length + digests.length > 0)
  }

  /** What a container's status shows as its image: a digest that can be pulled, else the id. */
  async statusId(imageId: string): Promise<string> {
    const known = this.#pullable.get(imageId)
    if (known) return known
    const [digest] = (await this.find(imageId))?.digests ?? []
    const shown = digest ? `docker-pullable://${digest}` : `docker://${imageId}`
    this.#pullable.set(imageId, shown)
    return shown
  }
}

function toImage({ Id, RepoTags, RepoDigests, Size, Config }: ImageInspection): RuntimeImage {
  const [user = ''] = (Config?.User ?? '').split(':')
  const isNumber = /^\d+$/.test(user)
  return {
    id: Id,
    tags: (RepoTags ?? []).filter(tag => tag !== '<none>:<none>'),
    digests: (RepoDigests ?? []).filter(digest => !digest.startsWith('<none>')),
    sizeBytes: Size,
    uid: isNumber ? Number(user) : undefined,
    username: isNumber || !user ? undefined : user,
  }
}
