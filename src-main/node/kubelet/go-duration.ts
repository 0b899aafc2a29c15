/** A duration as Go prints it, which is how it stands in Kubernetes' messages: `10s`, `2m40s`, `1h0m0s`, `512ms`. */
export function formatGoDuration(ms: number): string {
  if (ms === 0) return '0s'
  if (ms < 1000) return `${trim(ms)}ms`
  const seconds = ms / 1000
  const hours = Math.floor(seconds / 3600)
  const minutes = Math.floor((seconds % 3600) / 60)
  const rest = `${trim(seconds - hours * 3600 - minutes * 60)}s`
  if (hours) return `${hours}h${minutes}m${rest}`
  return minutes ? `${minutes}m${rest}` : rest
}

const trim = (value: number) => String(Math.round(value * 1e6) / 1e6)
