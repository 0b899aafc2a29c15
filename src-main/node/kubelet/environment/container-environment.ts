import type { EnvFromSource, EnvVar } from '#kubernetes/api/core-v1.ts'
import type { ObjectSource } from '../object-source.ts'
import type { AnyContainer, BoundPod } from '../pod-facts.ts'
import { expandReferences } from './expansion.ts'
import { type PodFieldFacts, podFieldValue, resourceFieldValue } from './field-references.ts'
import { serviceEnvironment } from './service-environment.ts'

/** Something a container refers to is missing or can't be used; the container waits with CreateContainerConfigError. */
export class ContainerConfigError extends Error {
  override readonly name = 'ContainerConfigError'
}

interface Context {
  pod: BoundPod
  container: AnyContainer
  objects: ObjectSource
  facts: PodFieldFacts
}

/**
 * The variables a container gets: those of Services, then `envFrom`, then `env`; the later win.
 * `$(NAME)` in values refers to what came before. Throws a `ContainerConfigError` when a source is missing.
 */
export async function containerEnvironment(context: Context): Promise<Map<string, string>> {
  const { pod, container, objects } = context
  const namespace = pod.metadata.namespace ?? ''
  const services = objects
    .services(namespace)
    .filter(
      ({ metadata }) =>
        pod.spec.enableServiceLinks !== false ||
        (metadata.namespace === 'default' && metadata.name === 'kubernetes'),
    )
  const ofServices = serviceEnvironment(services)
  const variables = new Map<string, string>()
  for (const source of container.envFrom ?? [])
    for (const [name, value] of await variablesFrom(source, namespace, objects))
      variables.set(name, value)
  for (const variable of container.env ?? []) {
    const value = await variableValue(variable, context, variables, ofServices)
    if (value !== undefined) variables.set(variable.name, value)
  }
  for (const [name, value] of ofServices) if (!variables.has(name)) variables.set(name, value)
  return variables
}

async function variablesFrom(
  { prefix = '', configMapRef, secretRef }: EnvFromSource,
  namespace: string,
  objects: ObjectSource,
): Promise<[string, string][]> {
  const found: [string, string][] = []
  if (configMapRef?.name) {
    const configMap = await objects.configMap(namespace, configMapRef.name)
    if (!configMap && !configMapRef.optional) throw missing('configmap', configMapRef.name)
    for (const [key, value] of Object.entries(configMap?.data ?? {}))
      found.push([prefix + key, value])
  }
  if (secretRef?.name) {
    const secret = await objects.secret(namespace, secretRef.name)
    if (!secret && !secretRef.optional) throw missing('secret', secretRef.name)
    for (const [key, value] of Object.entries(secret?.data ?? {}))
      found.push([prefix + key, decode(value)])
  }
  return found.filter(([name]) => /^[\x20-\x3c\x3e-\x7e]+$/.test(name))
}

async function variableValue(
  { value, valueFrom }: EnvVar,
  context: Context,
  variables: Map<string, string>,
  ofServices: Map<string, string>,
): Promise<string | undefined> {
  const { pod, container, objects, facts } = context
  const namespace = pod.metadata.namespace ?? ''
  if (value) return expandReferences(value, name => variables.get(name) ?? ofServices.get(name))
  if (valueFrom?.fieldRef)
    return fromField(() => podFieldValue(pod, valueFrom.fieldRef?.fieldPath ?? '', facts))
  const { resourceFieldRef, configMapKeyRef, secretKeyRef } = valueFrom ?? {}
  if (resourceFieldRef)
    return fromField(() => resourceFieldValue(pod, container.name, resourceFieldRef, facts))
  if (configMapKeyRef) {
    const { name = '', key, optional } = configMapKeyRef
    const configMap = await objects.configMap(namespace, name)
    const found = configMap?.data?.[key]
    if (found !== undefined || optional) return found
    if (!configMap) throw missing('configmap', name)
    throw new ContainerConfigError(`couldn't find key ${key} in ConfigMap ${namespace}/${name}`)
  }
  if (secretKeyRef) {
    const { name = '', key, optional } = secretKeyRef
    const secret = await objects.secret(namespace, name)
    const found = secret?.data?.[key]
    if (found !== undefined) return decode(found)
    if (optional) return undefined
    if (!secret) throw missing('secret', name)
    throw new ContainerConfigError(`couldn't find key ${key} in Secret ${namespace}/${name}`)
  }
  return value ?? ''
}

function fromField(read: () => string): string {
  try {
    return read()
  } catch (cause) {
    throw new ContainerConfigError(cause instanceof Error ? cause.message : String(cause), {
      cause,
    })
  }
}

const missing = (kind: string, name: string) =>
  new ContainerConfigError(`${kind} ${JSON.stringify(name)} not found`)

const decode = (base64: string) => Buffer.from(base64, 'base64').toString('utf8')
