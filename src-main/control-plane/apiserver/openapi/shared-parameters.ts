import { createHash } from 'node:crypto'
import { sortedByKey } from './document.ts'
import type { Schema } from './schemas.ts'

/** A path's operations by method, and the parameters of all of them, in OpenAPI v2's form. */
export type PathItem = Schema & { parameters?: Schema[] }

/**
 * Puts the parameters that many operations have into a map, as upstream does since they are most of the document, and
 * references in their places, in the items themselves. Names are the parameter's and a hash: `pretty-tJGM1-ng`.
 */
export function shareParameters(items: readonly PathItem[]): Record<string, Schema> {
  const shared: Record<string, Schema> = {}
  for (const holder of items.flatMap(holdersOf)) {
    holder.parameters = holder.parameters.map(parameter => {
      if (!isShared(parameter)) return parameter
      const name = nameOf(parameter)
      shared[name] ??= parameter
      return { $ref: `#/parameters/${name}` }
    })
  }
  return sortedByKey(shared)
}

/** The item and its operations, as far as they have parameters. */
const holdersOf = (item: PathItem) =>
  [item, ...Object.values(item)].filter(
    (one): one is { parameters: Schema[] } =>
      typeof one === 'object' && one !== null && 'parameters' in one,
  )

/**
 * What names a kind is of one resource. kubectl before 1.27 looks at operations for `dryRun` and `fieldValidation`,
 * and follows no reference there.
 */
function isShared({ name, in: place, schema }: Schema): boolean {
  if (name === 'name' || name === 'dryRun' || name === 'fieldValidation') return false
  const reference = (schema as Schema | undefined)?.['$ref']
  return place !== 'body' || String(reference).startsWith('#/definitions/io.k8s.apimachinery')
}

function nameOf(parameter: Schema): string {
  const digest = createHash('sha256').update(JSON.stringify(parameter)).digest()
  return `${parameter['name']}-${digest.subarray(0, 6).toString('base64url')}`
}
