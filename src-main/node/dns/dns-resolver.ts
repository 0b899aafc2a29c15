import type { Answer, DecodedPacket, Packet } from 'dns-packet'
import { contains, type Ipv4Range, parseAddress } from '#platform/ipv4.ts'
import type { ClusterZone, ZoneAnswer, ZoneRecord } from './cluster-zone.ts'
import type { Upstream } from './upstream.ts'

type DnsPacket = typeof import('dns-packet')

const ttl = 5
const noError = 0
const serverFailure = 2
const noSuchName = 3
const notImplemented = 4
/** What survives on any path without fragments, as the DNS flag day of 2020 agreed. */
const maxUdpBytes = 1232
const plainUdpBytes = 512

export interface DnsResolverOptions {
  dnsPacket: DnsPacket
  zone: ClusterZone
  upstream: Upstream
  /** Ranges whose reverse names are ours. */
  ranges: Ipv4Range[]
}

/** Turns a query into its answer: from the cluster's zone, else from upstream. */
export class DnsResolver {
  readonly #options: DnsResolverOptions

  constructor(options: DnsResolverOptions) {
    this.#options = options
  }

  /** The answer to a message; undefined for what isn't a query, which gets none. */
  async answer(message: Buffer, protocol: 'udp' | 'tcp'): Promise<Buffer | undefined> {
    const { dnsPacket, upstream } = this.#options
    let query: DecodedPacket
    try {
      query = dnsPacket.decode(message)
    } catch {
      return undefined
    }
    if (query.type !== 'query') return undefined
    const [question] = query.questions ?? []
    if (!question || opcodeOf(query) !== 0) {
      return this.#encode(query, reply(notImplemented), protocol)
    }
    const name = question.name.toLowerCase().replace(/\.$/, '')
    const own = this.#lookup(name, question.name, question.type)
    if (own) return this.#encode(query, await this.#follow(own, question.type), protocol)
    const forwarded = await upstream.forward(message, protocol)
    return (
      forwarded ?? this.#encode(query, { ...reply(serverFailure), authoritative: false }, protocol)
    )
  }

  /** Undefined when the name isn't ours. */
  #lookup(name: string, asked: string, type: string): Reply | undefined {
    const { zone, ranges } = this.#options
    if (name === zone.domain || name.endsWith(`.${zone.domain}`)) {
      const found = zone.lookup(name, type)
      return found ? toReply(found, name, asked) : reply(noSuchName)
    }
    const address = reverseAddress(name)
    if (!address) return undefined
    const records = zone.reverse(asked, address)
    const isOurs = ranges.some(range => contains(range, parseAddress(address)))
    if (!records.length) return isOurs ? reply(noSuchName) : undefined
    return { ...reply(noError), answers: type === 'PTR' ? records.map(toAnswer) : [] }
  }

  /** Adds what an external name leads to. */
  async #follow(found: Reply, type: string): Promise<Reply> {
    const { dnsPacket, upstream } = this.#options
    const [alias] = found.answers
    if (alias?.type !== 'CNAME' || type === 'CNAME') return found
    const target = alias.data.toLowerCase()
    const own = this.#lookup(target, alias.data, type)
    if (own) return { ...found, answers: [alias, ...own.answers] }
    const flags = dnsPacket.RECURSION_DESIRED
    const questions = [{ type: type as 'A', name: alias.data }]
    const query = dnsPacket.encode({ type: 'query', id: 0, flags, questions })
    const bytes = await upstream.forward(query, 'udp')
    const answers = bytes ? (dnsPacket.decode(bytes).answers ?? []) : []
    return { ...found, answers: [alias, ...answers] }
  }

  #encode(query: DecodedPacket, found: Reply, protocol: 'udp' | 'tcp'): Buffer {
    const { dnsPacket, zone } = this.#options
    const edns = query.additionals?.find(record => record.type === 'OPT')
    const limit =
      protocol === 'tcp'
        ? 0xffff
        : edns
          ? Math.max(plainUdpBytes, Math.min(edns.udpPayloadSize, maxUdpBytes))
          : plainUdpBytes
    const flags =
      ((query.flags ?? 0) & dnsPacket.RECURSION_DESIRED) |
      dnsPacket.RECURSION_AVAILABLE |
      (found.authoritative ? dnsPacket.AUTHORITATIVE_ANSWER : 0) |
      found.code
    const isNegative = found.authoritative && !found.answers.length
    const opt = edns ? [ownEdns] : []
    const packet: Packet = {
      type: 'response',
      ...(query.id === undefined ? {} : { id: query.id }),
      flags,
      ...(query.questions ? { questions: query.questions } : {}),
      answers: found.answers,
      authorities: isNegative ? [startOfAuthority(zone.domain)] : [],
      additionals: [...found.additionals, ...opt],
    }
    const whole = dnsPacket.encode(packet)
    if (whole.length <= limit) return whole
    const withoutExtras = dnsPacket.encode({ ...packet, additionals: opt })
    if (withoutExtras.length <= limit) return withoutExtras
    return dnsPacket.encode({
      ...packet,
      flags: flags | dnsPacket.TRUNCATED_RESPONSE,
      answers: [],
      additionals: opt,
    })
  }
}

interface Reply {
  code: number
  authoritative: boolean
  answers: Answer[]
  additionals: Answer[]
}

const ownEdns: Answer = {
  type: 'OPT',
  name: '.',
  udpPayloadSize: maxUdpBytes,
  extendedRcode: 0,
  ednsVersion: 0,
  flags: 0,
  flag_do: false,
  options: [],
}

const reply = (code: number): Reply => ({
  code,
  authoritative: true,
  answers: [],
  additionals: [],
})

/** Records carry the name in the letters in which it was asked for; several addresses come in random order. */
function toReply({ records, additionals }: ZoneAnswer, name: string, asked: string): Reply {
  const start = Math.floor(Math.random() * records.length)
  const rotated = [...records.slice(start), ...records.slice(0, start)]
  const answers = rotated.map(record =>
    toAnswer(record.name === name ? { ...record, name: asked } : record),
  )
  return { ...reply(noError), answers, additionals: additionals.map(toAnswer) }
}

const toAnswer = (record: ZoneRecord): Answer => ({ ...record, ttl }) as Answer

function startOfAuthority(domain: string): Answer {
  return {
    type: 'SOA',
    name: domain,
    ttl,
    data: {
      mname: `ns.dns.${domain}`,
      rname: `hostmaster.${domain}`,
      serial: 1,
      refresh: 7200,
      retry: 1800,
      expire: 86_400,
      minimum: ttl,
    },
  }
}

/** 0 is a standard query (RFC 1035 §4.1.1). */
const opcodeOf = ({ flags = 0 }: DecodedPacket) => (flags >> 11) & 0xf

/** `10.244.0.3` of `3.0.244.10.in-addr.arpa`. */
function reverseAddress(name: string): string | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.in-addr\.arpa$/.exec(name)
  const parts = match?.slice(1).reverse()
  return parts?.every(part => Number(part) < 256) ? parts.join('.') : undefined
}
