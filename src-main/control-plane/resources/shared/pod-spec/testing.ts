import type { Pod, PodSpec } from '#kubernetes/api/core-v1.ts'
import { pods } from '../../pods/pods.ts'
import { failuresOf } from '../testing.ts'

/** What a test of one rule says: what is odd about a pod, how it comes about, and the one error that follows. */
export type PodCase = [what: string, spec: Partial<PodSpec>, error: string]

/** What a pod of one container would be refused for, after defaulting. */
export function podFailures(spec: Partial<PodSpec>): string[] {
  const pod: Pod = {
    metadata: { name: 'web', namespace: 'default' },
    spec: { containers: [{ name: 'a', image: 'nginx:1' }], ...spec },
  }
  return failuresOf(pods, pod)
}

/** How a text is refused that is no label. */
export const label = (text: string) =>
  `Invalid value: ${JSON.stringify(text)}: a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')`

/** How a text is refused that is no subdomain. */
export const subdomain = (text: string) =>
  `Invalid value: ${JSON.stringify(text)}: a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`
