import type { RuntimeImage } from '../container-runtime.ts'
import { type EngineHttp, isGone } from './engine-http.ts'
import type { ImageInspection } from './engine-types.ts'

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
