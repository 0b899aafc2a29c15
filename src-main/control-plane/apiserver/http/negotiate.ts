import { ownValue } from '#base/own-value.ts'
import { statusError } from '#kubernetes/status-error.ts'

/** How an answer is to be written. */
export interface Negotiated {
  format: 'json' | 'yaml' | 'protobuf'
  /** The object is to be shown as something else. */
  as?: 'Table' | 'PartialObjectMetadata' | 'PartialObjectMetadataList'
  /** Version of meta.k8s.io that a transform is written in. */
  asVersion?: 'v1' | 'v1beta1'
}

const formats: Record<string, Negotiated['format']> = {
  'application/json': 'json',
  'application/yaml': 'yaml',
  'application/vnd.kubernetes.protobuf': 'protobuf',
}
export const contentTypes: Record<Negotiated['format'], string> = {
  json: 'application/json',
  yaml: 'application/yaml',
  protobuf: 'application/vnd.kubernetes.protobuf',
}
const transforms = new Set(['Table', 'PartialObjectMetadata', 'PartialObjectMetadataList'])
const plain: Negotiated = { format: 'json' }
const known = new Map<string, Negotiated>()

/**
 * Chooses the first acceptable form by quality; throws a 406 when there is none. Protobuf is written only for who takes
 * no JSON: our bytes are JSON already. What has no columns, such as a review, is no Table for anyone: `hasTable` is false.
 */
export function negotiate(accept: string | undefined, { hasTable = true } = {}): Negotiated {
  if (!accept || accept === 'application/json' || accept === '*/*') return plain
  if (!hasTable) return choose(accept, ({ as }) => as !== 'Table')
  let chosen = known.get(accept)
  if (!chosen) {
    chosen = choose(accept)
    if (known.size < 200) known.set(accept, chosen)
  }
  return chosen
}

function choose(accept: string, fits: (form: Negotiated) => boolean = () => true): Negotiated {
  const found = parseAccept(accept)
    .flatMap(range => satisfy(range) ?? [])
    .filter(fits)
  const [first] = found
  if (first?.format === 'protobuf') return found.find(isPlainJson) ?? first
  if (first) return first
  throw notAcceptable()
}

export const notAcceptable = () =>
  statusError(
    'NotAcceptable',
    `only the following media types are accepted: ${Object.keys(formats).join(', ')}`,
  )

const isPlainJson = ({ format, as }: Negotiated): boolean => format === 'json' && !as

interface MediaRange {
  type: string
  parameters: Map<string, string>
  quality: number
}

/** The ranges of an Accept header, best first. */
export function parseAccept(accept: string): MediaRange[] {
  const ranges = accept.split(',').map(text => {
    const [type = '', ...rest] = text.split(';').map(part => part.trim())
    const parameters = new Map(
      rest.map(part => {
        const [name = '', value = ''] = part.split('=')
        return [name.trim().toLowerCase(), value.trim()] as const
      }),
    )
    const quality = Number(parameters.get('q') ?? 1)
    return { type: type.toLowerCase(), parameters, quality }
  })
  return ranges.filter(range => range.quality > 0).sort((a, b) => b.quality - a.quality)
}

function satisfy({ type, parameters }: MediaRange): Negotiated | undefined {
  const format = type === '*/*' || type === 'application/*' ? 'json' : ownValue(formats, type)
  if (!format) return undefined
  const [as, group, version, stream] = ['as', 'g', 'v', 'stream'].map(name => parameters.get(name))
  if (stream && stream !== 'watch') return undefined
  if (!as && !group && !version) return { format }
  if (!as || !transforms.has(as) || group !== 'meta.k8s.io') return undefined
  if (version !== 'v1' && version !== 'v1beta1') return undefined
  return { format, as: as as NonNullable<Negotiated['as']>, asVersion: version }
}
