/** A reference to an image, taken apart: `registry.example:5000/team/app:1@sha256:…`. */
export interface ImageReference {
  /** Such as `docker.io` or `127.0.0.1:5000`. */
  registry: string
  /** Such as `library/nginx`. */
  repository: string
  tag: string | undefined
  digest: string | undefined
}

const path = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*'
const grammar = new RegExp(
  `^(${path}(?:/${path})*)(?::([\\w][\\w.-]{0,127}))?(?:@([A-Za-z][\\w+.-]*:[0-9a-fA-F]{32,}))?$`,
)
const host =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9-]+)*|\[[0-9a-fA-F:]+\])(?::\d+)?$/

/** Takes a reference apart as Docker does; undefined when it is none. */
export function parseImageReference(text: string): ImageReference | undefined {
  const slash = text.indexOf('/')
  const first = slash < 0 ? '' : text.slice(0, slash)
  const named = /[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase()
  if (named && !host.test(first)) return undefined
  const match = grammar.exec(named ? text.slice(slash + 1) : text)
  if (!match?.[1]) return undefined
  const isOfficial = !named && slash < 0
  const [, repository, tag, digest] = match
  return {
    registry: named ? (first === 'index.docker.io' ? 'docker.io' : first) : 'docker.io',
    repository: isOfficial ? `library/${repository}` : repository,
    tag: tag ?? (digest ? undefined : 'latest'),
    digest,
  }
}

/** The reference with `:latest` where it names neither tag nor digest. */
export function withDefaultTag(text: string): string {
  const slash = text.lastIndexOf('/')
  return text.includes('@') || text.slice(slash + 1).includes(':') ? text : `${text}:latest`
}
