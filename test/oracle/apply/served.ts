import type { CustomResourceDefinition } from '#kubernetes/api/apiextensions-v1.ts'
import type { KubernetesObject } from '#kubernetes/objects.ts'
import { at, type CustomResourceClient, definition } from '../../support/custom-resources.ts'
import type { HttpAnswer } from '../../support/http.ts'
import type { OurOutcome, Write } from './both-sides.ts'
import { servedSchema } from './subjects.ts'

/** The definition of the kind that is written over HTTP. */
export const servedDefinition = (): CustomResourceDefinition =>
  definition('serveds', crd => {
    const [version] = crd.spec.versions
    if (version) version.schema = { openAPIV3Schema: servedSchema }
  })

/**
 * What the API server makes of a write to the object of a name; undefined where it refuses what the merge library
 * doesn't judge.
 */
export async function serve(
  client: CustomResourceClient,
  name: string,
  live: KubernetesObject | undefined,
  { manager, apply, force, value }: Write,
): Promise<OurOutcome | undefined> {
  const { metadata, ...content } = value as KubernetesObject
  const body = { ...content, metadata: { ...metadata, name } }
  const query = `?fieldManager=${manager}${force ? '&force=true' : ''}`
  const target = at('serveds')
  const one = `${target}/${name}${query}`
  if (apply) return outcomeOf(await client.send('PATCH', one, body, 'application/apply-patch+yaml'))
  const answer = live
    ? await client.send('PUT', one, withVersion(body, live))
    : await client.send('POST', `${target}${query}`, body)
  return outcomeOf(answer)
}

/** Kubernetes updates custom resources of a named version only. */
const withVersion = (body: KubernetesObject, { metadata }: KubernetesObject) => ({
  ...body,
  metadata: { ...body.metadata, resourceVersion: metadata.resourceVersion },
})

function outcomeOf({ status, json, text }: HttpAnswer): OurOutcome | undefined {
  switch (status) {
    case 200:
    case 201:
      return { object: { ...json, metadata: { ...json.metadata, name: 'x' } } }
    case 409:
      return {
        conflicts: (json.details.causes as { message: string; field: string }[])
          .map(({ message, field }) => `${message}: ${field}`)
          .sort(),
      }
    case 422:
      return undefined
    case 500:
      return { error: json.message.replace(/^.*?\): /s, '') }
    default:
      throw new Error(`the API server answered ${text}`)
  }
}
