/**
 * What the API server, which sees tokens of Secrets used, and the controller that cleans up those nobody uses agree
 * upon. Days are those of UTC, as `2026-01-31`.
 */
export const lastUsedLabel = 'kubernetes.io/legacy-token-last-used'
export const invalidSinceLabel = 'kubernetes.io/legacy-token-invalid-since'

/** Says, under `since`, from which day on use is recorded. */
export const tokenTracking = {
  namespace: 'kube-system',
  name: 'kube-apiserver-legacy-service-account-token-tracking',
}

/** The day of a time in milliseconds since the epoch. Days compare as texts. */
export const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

/** The first millisecond of a day; undefined for what is no day. */
export function startOfDay(day: string | undefined): number | undefined {
  const start = /^\d{4}-\d\d-\d\d$/.test(day ?? '') ? Date.parse(`${day}T00:00:00Z`) : Number.NaN
  return Number.isNaN(start) ? undefined : start
}
