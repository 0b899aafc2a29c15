/** The kinds that cases are about. `Widget` is a custom resource, in `widget.ts`. */
export type CaseKind = keyof typeof kinds

/** Where objects of a kind are written, and as what. */
export const kinds = {
  ConfigMap: { apiVersion: 'v1', kind: 'ConfigMap', plural: 'configmaps' },
  Deployment: { apiVersion: 'apps/v1', kind: 'Deployment', plural: 'deployments' },
  HorizontalPodAutoscaler: {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    plural: 'horizontalpodautoscalers',
  },
  Pod: { apiVersion: 'v1', kind: 'Pod', plural: 'pods' },
  Service: { apiVersion: 'v1', kind: 'Service', plural: 'services' },
  Widget: { apiVersion: 'test.example.com/v1', kind: 'Widget', plural: 'widgets' },
} as const

/** One write by one manager. A minute passes before the next. */
export type CaseWrite = {
  /** The field manager. */
  by: string
  /** A subresource. */
  at?: 'status' | 'scale'
  /** Another apiVersion than the kind's own. */
  version?: string
  /** Further parameters of the query. */
  query?: string
} & (
  | { apply: object; force?: true }
  | { create: object }
  /** PUT of the whole content. */
  | { replace: object }
  | { merge: object }
  | { strategic: object }
  | { json: readonly object[] }
)

/** One case of server-side apply: what was there, what is written, what is expected of it. */
export interface ApplyCase {
  name: string
  kind: CaseKind
  /** What came before, in order. */
  before?: readonly CaseWrite[]
  /** What the case is about. */
  write: CaseWrite
  /** The HTTP status of success; 200 unless given. */
  status?: 201
  /** Fields of the object afterwards by their path, `spec.ports.0.name`; undefined where nothing is to be. */
  fields?: Record<string, unknown>
  /**
   * Who owns what afterwards, everybody: `ann applies`, `ben updates`, `cas updates status`. Paths are written as
   * conflicts print them; `anything` where they don't matter.
   */
  owners?: Record<string, readonly string[] | 'anything'>
  /** `managedFields` as they are, where their form is what matters; without times. */
  entries?: readonly object[]
  /** At which write, counted from 0, each owner's entry was last touched. */
  times?: Record<string, number>
  /** The write is to change nothing, not even the resource version. */
  unchanged?: true
  /** The fields that others own, by who that is in Kubernetes' words; the write is to be refused for them. */
  conflict?: Record<string, readonly string[]>
  /** The write is to be refused. */
  refusal?: { code: number; reason?: string; message: string }
}
