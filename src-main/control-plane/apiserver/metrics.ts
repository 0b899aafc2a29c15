import type { RequestInfo } from './request-info.ts'

interface Series {
  labels: Record<string, string>
  value: number
}

interface Histogram {
  labels: Record<string, string>
  counts: number[]
  sum: number
}

/** Requests that were answered alike. */
interface Counter extends Series {
  /** Shared by all answers to the same question; watches have none. */
  histogram: Histogram | undefined
}

const buckets = [0.005, 0.025, 0.1, 0.5, 1, 5, 10, 60]

/** What of a request its counters are told apart by. */
export type CountedRequest = Pick<
  RequestInfo,
  'group' | 'version' | 'resource' | 'subresource' | 'verb'
>

/** Counts requests, and prints what it counted as Prometheus' text. */
export class Metrics {
  readonly #requests = new Map<string, Counter>()
  readonly #durations = new Map<string, Histogram>()
  readonly #others: { name: string; help: string; type: string; read(): Series[] }[] = []

  /** Adds a value that is read when somebody asks. */
  gauge(name: string, help: string, read: () => Series[]): void {
    this.#others.push({ name, help, type: 'gauge', read })
  }

  /** Adds a value that only grows, and is read when somebody asks. */
  counter(name: string, help: string, read: () => Series[]): void {
    this.#others.push({ name, help, type: 'counter', read })
  }

  /** Counts an answered request. Watches have no duration. */
  count(info: CountedRequest, code: number, seconds: number): void {
    const { group, resource, subresource, verb, version } = info
    const question = `${verb} ${resource} ${subresource} ${group} ${version}`
    const key = `${code} ${question}`
    let counter = this.#requests.get(key)
    if (!counter) {
      const labels = { group, resource, subresource, verb: verb.toUpperCase(), version }
      const histogram = verb === 'watch' ? undefined : this.#histogram(question, labels)
      counter = { labels: { code: String(code), ...labels }, value: 0, histogram }
      this.#requests.set(key, counter)
    }
    counter.value++
    if (counter.histogram) observe(counter.histogram, seconds)
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
    for (const { name, help, type, read } of this.#others) {
      lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`)
      lines.push(...read().map(one => line(name, one)))
    }
    return `${lines.join('\n')}\n`
  }

  #histogram(question: string, labels: Record<string, string>): Histogram {
    let histogram = this.#durations.get(question)
    if (!histogram) {
      histogram = { labels, counts: new Array<number>(buckets.length + 1).fill(0), sum: 0 }
      this.#durations.set(question, histogram)
    }
    return histogram
  }
}

function observe(histogram: Histogram, seconds: number): void {
  let at = 0
  while (seconds > (buckets[at] ?? Number.POSITIVE_INFINITY)) at++
  histogram.counts[at] = (histogram.counts[at] ?? 0) + 1
  histogram.sum += seconds
}

function histogramLines(histogram: Histogram): string[] {
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
