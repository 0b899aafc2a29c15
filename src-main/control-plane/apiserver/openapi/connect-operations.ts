import type { OperationContext } from './operation-context.ts'
import { capital, operationId, tagOf } from './operation-ids.ts'
import { inPath, namespaceParameter, optionParameters, type Parameter } from './parameters.ts'
import { pathItem } from './path-item.ts'
import { answers } from './responses.ts'
import type { Schema } from './schemas.ts'

/** Whether a subresource connects to something else: its kind is the options of that, such as `PodExecOptions`. */
export const isConnection = (kind: string): boolean => kind.endsWith('Options')

const methodOf: Record<string, string> = {
  create: 'post',
  delete: 'delete',
  get: 'get',
  patch: 'patch',
  update: 'put',
}
const ofProxies = ['head', 'options']

/** The path items of a subresource that connects; a proxy has a second one for what lies behind it. */
export function connectItems(context: OperationContext, name: string): Record<string, Schema> {
  const { root, plural, namespaced, verbs } = context
  const isProxy = name === 'proxy'
  const scope = namespaced ? '/namespaces/{namespace}' : ''
  const path = `${root}${scope}/${plural}/{name}/${name}`
  const methods = [...verbs.flatMap(verb => methodOf[verb] ?? []), ...(isProxy ? ofProxies : [])]
  const item = (idSuffix: string, behind: readonly Parameter[]) =>
    pathItem(
      Object.fromEntries(
        methods.map(method => [
          method,
          connectOperation(context, { name, method, idSuffix, behind }),
        ]),
      ),
    )
  const behind = () => item('WithPath', [inPath('path', 'path to the resource')])
  return { [path]: item('', []), ...(isProxy ? { [`${path}/{path}`]: behind() } : {}) }
}

interface Connection {
  name: string
  method: string
  idSuffix: string
  /** Parameters for the path behind the subresource. */
  behind: readonly Parameter[]
}

function connectOperation(
  { place, owner, kind, namespaced, descriptionOf }: OperationContext,
  { name, method, idSuffix, behind }: Connection,
) {
  const idRest = `${capital(method)}${namespaced ? 'Namespaced' : ''}${owner}${capital(name)}${idSuffix}`
  return {
    tags: [tagOf(place)],
    description: `connect ${method.toUpperCase()} requests to ${name} of ${owner}`,
    operationId: operationId('connect', place, idRest),
    parameters: [
      inPath('name', `name of the ${kind.kind}`),
      ...(namespaced ? [namespaceParameter] : []),
      ...behind,
      ...optionParameters(kind.kind, descriptionOf),
    ],
    responses: answers({ 200: { type: 'string' } }, ['*/*']),
    'x-kubernetes-action': 'connect',
    'x-kubernetes-group-version-kind': kind,
  }
}
