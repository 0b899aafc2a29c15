const noQuery = new URLSearchParams()

/** Splits a request target into path and query, which is shared and not to be changed. */
export function splitTarget(target: string): { path: string; query: URLSearchParams } {
  const mark = target.indexOf('?')
  if (mark === -1) return { path: target, query: noQuery }
  return { path: target.slice(0, mark), query: new URLSearchParams(target.slice(mark + 1)) }
}
