import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { OpenApiOperation, SchemaOrReference } from './openapi-operations.ts'

/** What a client library knows of an operation: the names and types of parameters, the body's type, the answers' types. */
export interface ClientView {
  query: string[]
  body: string
  answers: Record<string, string>
}

/**
 * The operations that the pinned `@kubernetes/client-node` was generated with, by method and path. It was made of the
 * document of release 1.36; a parameter that came with that is left out.
 */
export function clientOperations(root: string): { key: string; view: ClientView }[] {
  const folder = path.join(root, 'node_modules/@kubernetes/client-node/dist/gen/apis')
  return readdirSync(folder)
    .filter(file => file.endsWith('Api.js'))
    .flatMap(file => operationsOf(readFileSync(path.join(folder, file), 'utf8')))
}

const newer = new Set(['shardSelector:string'])

function operationsOf(text: string): { key: string; view: ClientView }[] {
  const methods = text.split('\n    async ').slice(1)
  const answers = new Map(
    methods.map(method => [/^(\w+)WithHttpInfo\(/.exec(method)?.[1], answersOf(method)]),
  )
  return methods.flatMap(method => {
    const [, at] = /localVarPath = '([^']*)'/.exec(method) ?? []
    if (at === undefined) return []
    const name = /^\w+/.exec(method)?.[0]
    const query = [
      ...method.matchAll(/setQueryParam\("(\w+)", ObjectSerializer\.serialize\(\w+, "(\w+)"/g),
    ].map(([, parameter, type]) => `${parameter}:${type}`)
    const view = {
      query: query.filter(one => !newer.has(one)).toSorted(),
      body: bareName(/serialize\(body, "(\w+)"/.exec(method)?.[1] ?? ''),
      answers: answers.get(name) ?? {},
    }
    return [{ key: `${/HttpMethod\.(\w+)/.exec(method)?.[1]} ${at}`, view }]
  })
}

const answersOf = (method: string): Record<string, string> =>
  Object.fromEntries(
    [
      ...method.matchAll(
        /isCodeInRange\("(\d+)"[\s\S]*?(?:contentType\), "(\w+)"|"Unauthorized")/g,
      ),
    ].map(([, code, type = '']) => [code, bareName(type)]),
  )

/** What two groups share a name for has its group before it: `CoreV1Event`. */
const bareName = (model: string) => model.replace(/^[A-Z][a-z]+(?=V\d)/, '')

/** What the library would know of one of our operations. */
export function clientView(operation: OpenApiOperation | undefined): ClientView {
  const { query = [], body, answers = {} } = operation ?? {}
  return {
    query: query.map(one => one.replace(/:integer$/, ':number')),
    body: modelOf(body),
    answers: Object.fromEntries(
      Object.entries(answers).map(([code, schema]) => [code, modelOf(schema)]),
    ),
  }
}

/** `V1Pod` for a reference to `io.k8s.api.core.v1.Pod`. */
function modelOf(schema: SchemaOrReference | undefined): string {
  if (!schema?.$ref) return schema?.type ?? ''
  const [version = '', kind = ''] = schema.$ref.split('.').slice(-2)
  const name = `${version.replace(/^v/, 'V')}${kind}`
  return name === 'V1Patch' ? 'any' : name
}
