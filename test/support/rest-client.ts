import type { ControlPlane } from '#control-plane/control-plane.ts'
import { type HttpAnswer, http } from './http.ts'

const patches = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
} as const

/** Sends bare requests with JSON bodies to a cluster, as administrator. */
export class RestClient {
  readonly #controlPlane: () => ControlPlane

  constructor(controlPlane: () => ControlPlane) {
    this.#controlPlane = controlPlane
  }

  send(
    method: string,
    target: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<HttpAnswer> {
    return http(this.#controlPlane(), method, target, {
      headers: { 'content-type': 'application/json', ...headers },
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
  }

  get(target: string): Promise<HttpAnswer> {
    return this.send('GET', target)
  }

  post(target: string, body: unknown): Promise<HttpAnswer> {
    return this.send('POST', target, body)
  }

  put(target: string, body: unknown): Promise<HttpAnswer> {
    return this.send('PUT', target, body)
  }

  patch(form: keyof typeof patches, target: string, body: unknown): Promise<HttpAnswer> {
    return this.send('PATCH', target, body, { 'content-type': patches[form] })
  }

  delete(target: string, options?: object): Promise<HttpAnswer> {
    return this.send('DELETE', target, options)
  }
}

/** A ConfigMap. */
export const configMap = (name: string, more: object = {}, metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...metadata },
  ...more,
})

/** The least Deployment. */
export const deployment = (name: string, spec: object = {}, metadata: object = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, ...metadata },
  spec: {
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'web', image: 'web:1' }] },
    },
    ...spec,
  },
})

/** The least Pod. */
export const pod = (name: string, spec: object = {}, metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, ...metadata },
  spec: { containers: [{ name: 'c', image: 'i' }], ...spec },
})
