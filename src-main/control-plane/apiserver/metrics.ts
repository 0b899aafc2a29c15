import type { RequestInfo } from './request-info.ts'

interface Series {
  labels: Record<string, string>
  value: number
}

const buckets = [0.005, 0.025, 0.1, 0.5, 1, 5, 10, 60]

/** What of a request its counters are told apart by. */
export type CountedRequest = Pick<
  RequestInfo,
  'group' | 'version' | 'resource' | 'subresource' | 'verb'
>

/** Counts requests, and prints what it counted as Prometheus' text. */
export class Metrics {
  readonly #requests = new Map<string, Series>()
  readonly #durations = new Map<
    string,
    { labels: Record<string, string>; counts: number[]; sum: number }
  >()
  readonly #gauges: { name: string; help: string; read(): Series[] }[] = []

  /** Adds a value that is read when somebody asks. */
  gauge(name: string, help: string, read: () => Series[]): void {
    this.#gauges.push({ name, help, read })
  }

  /** Counts an answered request. Watches have no duration. */
  count(info: CountedRequest, code: number, seconds: number): void {
    const labels = {
      code: String(code),
      group: info.group,
      resource: info.resource,
      subresource: info.subresource,
      verb: info.verb.toUpperCase(),
      version: info.version,
    }
    const key = Object.values(labels).join('\n')
    const series = this.#requests.get(key)
    if (series) series.value++
    else this.#requests.set(key, { labels, value: 1 })
    if (info.verb !== 'watch') this.#observe(labels, seconds)
  }

  /** All metrics in Prometheus' text format. */
  text(): string {
    const lines = [
      '# HELP apiserver_request_total Counter of apiserver requests broken out for each verb, group, version, resource and HTTP response code.',
      '# TYPE apiserver_request_total counter',
      ...[...this.#requests.values()].map(one => line('apiserver_request_total', one)),
      '# HELP apiserver_request_duration_seconds Response latency distribution in seconds for each verb, group, version and resource.',
      '# TYPE apiserver_request_duration_seconds histogram',
      ...[...this.#durations.values()].flatMap(one => histogramLines(one)),
    ]
    for (const { name, help, read } of this.#gauges) {
      lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} gauge`)
      lines.push(...read().map(one => line(name, one)))
    }
    return `${lines.join('\n')}\n`
  }

  #observe({ code: _code, ...labels }: Record<string, string>, seconds: number): void {
    const key = Object.values(labels).join('\n')
    let histogram = this.#durations.get(key)
    if (!histogram) {
      histogram = { labels, counts: new Array<number>(buckets.length + 1).fill(0), sum: 0 }
      this.#durations.set(key, histogram)
    }
    const index = buckets.findIndex(limit => seconds <= limit)
    const at = index === -1 ? buckets.length : index
    histogram.counts[at] = (histogram.counts[at] ?? 0) + 1
    histogram.sum += seconds
  }
}

function histogramLines(histogram: {
  labels: Record<string, string>
  counts: number[]
  sum: number
}): string[] {
  const name = 'apiserver_request_duration_seconds'
  let total = 0
  const lines = histogram.counts.map((count, index) => {
    total += count
    const le = String(buckets[index] ?? '+Inf')
    return line(`${name}_bucket`, { labels: { ...histogram.labels, le }, value: total })
  })
  lines.push(line(`${name}_sum`, { labels: histogram.labels, value: histogram.sum }))
  lines.push(line(`${name}_count`, { labels: histogram.labels, value: total }))
  return lines
}

function line(name: string, { labels, value }: Series): string {
  const shown = Object.entries(labels).map(([key, text]) => `${key}=${JSON.stringify(text)}`)
  return `${name}${shown.length ? `{${shown.join(',')}}` : ''} ${value}`
}
