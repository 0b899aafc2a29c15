const pattern = /^v(\d+)(?:(alpha|beta)(\d+))?$/
const stability = { '': 3, beta: 2, alpha: 1 }

/** Kubernetes' order of versions, newest first: v2, v1, v1beta2, v1alpha1, then others by name. */
export function compareVersions(a: string, b: string): number {
  const left = pattern.exec(a)
  const right = pattern.exec(b)
  if (!left || !right) return left ? -1 : right ? 1 : a < b ? -1 : a > b ? 1 : 0
  const level = (match: RegExpExecArray) => stability[(match[2] ?? '') as keyof typeof stability]
  return (
    level(right) - level(left) ||
    Number(right[1]) - Number(left[1]) ||
    Number(right[3] ?? 0) - Number(left[3] ?? 0)
  )
}
