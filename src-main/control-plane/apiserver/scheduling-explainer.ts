/** Who knows why pods have no node. The answer is handed on as JSON. */
export interface SchedulingExplainer {
  /** Undefined for a pod that doesn't wait for a node. */
  explain(namespace: string, name: string): object | undefined
}
