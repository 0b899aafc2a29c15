import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { knownApiVersions, typesOf } from '#kubernetes/schema/find-object-type.ts'
import { modelNames } from './verify.ts'

/** What `kubectl explain` prints: by a type's OpenAPI name, its own text under the empty name, and its fields'. */
export type Descriptions = Record<string, Record<string, string>>

/**
 * Takes the descriptions of types and fields from the declarations of the pinned `@kubernetes/client-node`
 * (Apache-2.0, generated from Kubernetes' OpenAPI). Fields whose type is another struct have none there.
 */
export function readDescriptions(root: string): Descriptions {
  const folder = path.join(root, 'node_modules/@kubernetes/client-node/dist/gen/models')
  const models = new Set(readdirSync(folder))
  const descriptions: Descriptions = {}
  for (const type of knownApiVersions().flatMap(typesOf)) {
    const model = modelNames(type).find(name => models.has(`${name}.d.ts`))
    if (!model) continue
    const declaration = readFileSync(path.join(folder, `${model}.d.ts`), 'utf8')
    const found = textsOf(declaration, [...type.fields.keys()])
    if (Object.keys(found).length) descriptions[type.openApiName] = found
  }
  return { ...descriptions, ...optionTexts(root) }
}

const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1'
const core = 'io.k8s.api.core.v1'
/** Types whose fields are the parameters of a method, which the library has instead of a model. */
const optionMethods: Record<string, string> = {
  [`${meta}.ListOptions`]: 'listNamespace',
  [`${meta}.CreateOptions`]: 'createNamespace',
  [`${meta}.UpdateOptions`]: 'replaceNamespace',
  [`${meta}.PatchOptions`]: 'patchNamespace',
  [`${core}.PodLogOptions`]: 'readNamespacedPodLog',
  [`${core}.PodExecOptions`]: 'connectGetNamespacedPodExec',
  [`${core}.PodAttachOptions`]: 'connectGetNamespacedPodAttach',
  [`${core}.PodPortForwardOptions`]: 'connectGetNamespacedPodPortforward',
  [`${core}.PodProxyOptions`]: 'connectGetNamespacedPodProxy',
  [`${core}.ServiceProxyOptions`]: 'connectGetNamespacedServiceProxy',
  [`${core}.NodeProxyOptions`]: 'connectGetNodeProxy',
}

/** What the library says of the parameters of those methods. */
function optionTexts(root: string): Descriptions {
  const file = 'node_modules/@kubernetes/client-node/dist/gen/apis/CoreV1Api.d.ts'
  const declarations = readFileSync(path.join(root, file), 'utf8').split('/**\n')
  const comments = new Map(declarations.map(text => [/\*\/\s*(\w+)\(/.exec(text)?.[1], text]))
  return Object.fromEntries(
    Object.entries(optionMethods).map(([type, method]) => {
      const parameters = (comments.get(method) ?? '').matchAll(/@param (\w+) (.*)/g)
      const texts = [...parameters].map(([, name = '', text = '']) => [
        name.replace(/^_/, ''),
        unescaped(text),
      ])
      return [type, Object.fromEntries(texts)]
    }),
  )
}

const entities: Record<string, string> = { '#39': "'", quot: '"', lt: '<', gt: '>', amp: '&' }
const unescaped = (text: string) =>
  text.replaceAll(/\\?&(#39|quot|lt|gt|amp);/g, (_, name: string) => entities[name] ?? '').trim()

const comment = String.raw`/\*\*\n((?:(?!\*/)[\s\S])*?)\*/\s*`

function textsOf(declaration: string, fields: readonly string[]): Record<string, string> {
  const start = declaration.indexOf('export declare class')
  const found: Record<string, string> = {}
  const own = new RegExp(`${comment}$`).exec(declaration.slice(0, start))?.[1]
  if (own) found[''] = plain(own)
  const known = new Map(fields.map(name => [name.replaceAll(/\W/g, '').toLowerCase(), name]))
  for (const [, text = '', name = ''] of declaration
    .slice(start)
    .matchAll(new RegExp(`${comment}'([^']+)'\\??:`, 'g'))) {
    const field = known.get(name.replaceAll(/[\W_]/g, '').toLowerCase())
    if (field) found[field] = plain(text)
  }
  return found
}

const plain = (text: string) =>
  text
    .replaceAll(/^\s*\* ?/gm, '')
    .replaceAll('*_/', '*/')
    .trim()

/** Writes the descriptions to where the API server looks for them; the file is no part of the repository. */
export function writeDescriptions(root: string): string {
  const file = path.join(root, 'node_modules/.cache/slipway/field-descriptions.json')
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, JSON.stringify(readDescriptions(root)))
  return file
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeDescriptions(process.cwd())
