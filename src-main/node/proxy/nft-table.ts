import { type Fragment, masqueradeMark, type SharedSet } from './nft-fragment.ts'

export interface TableOptions {
  /** One table per cluster. */
  name: string
  podCidr: string
  serviceCidr: string
  /** The node's address on the pod bridge. */
  gateway: string
  /** On which of the node's addresses node ports answer: the pod bridge's, or every one. */
  nodePortAddresses: 'bridge' | 'any'
  /** Whether the kernel lets bridged packets pass the filter, so that answers between pods are translated back. */
  bridgeFiltered: boolean
}

const sharedTypes: Record<SharedSet, string> = {
  'service-ips': 'map service-ips { type ipv4_addr . inet_proto . inet_service : verdict; }',
  'node-ports': 'map node-ports { type inet_proto . inet_service : verdict; }',
  'no-endpoints': 'set no-endpoints { type ipv4_addr . inet_proto . inet_service; }',
  hairpin: 'set hairpin { type ipv4_addr . ipv4_addr; }',
}
const sharedSets = Object.keys(sharedTypes) as SharedSet[]

/**
 * The packet filter's table of a cluster, as text for `nft -f`: whole, or the difference that a change makes.
 * Every text is one transaction: traffic sees the old rules or the new ones.
 */
export class NftTable {
  readonly #options: TableOptions
  readonly #fragments = new Map<string, Fragment>()

  constructor(options: TableOptions) {
    this.#options = options
  }

  /** The table from nothing, in place of any that is there. Clients' affinities start anew. */
  replaceAll(fragments: ReadonlyMap<string, Fragment>): string {
    const { name } = this.#options
    this.#fragments.clear()
    const changes = this.update(fragments)
    const head = [`add table ip ${name}`, `delete table ip ${name}`, this.#skeleton()]
    return `${head.join('\n')}\n${changes}`
  }

  /** Takes over services that changed; an undefined fragment is a service that is gone. Empty when nothing differs. */
  update(changed: ReadonlyMap<string, Fragment | undefined>): string {
    const steps = new Steps(this.#options.name)
    const hairpinBefore = this.#hairpin()
    for (const [key, fragment] of changed) {
      steps.change(this.#fragments.get(key), fragment)
      if (fragment) this.#fragments.set(key, fragment)
      else this.#fragments.delete(key)
    }
    steps.changeElements('hairpin', hairpinBefore, this.#hairpin())
    return steps.text()
  }

  /** Takes the table away. */
  static remove(name: string): string {
    return `add table ip ${name}\ndelete table ip ${name}\n`
  }

  /** Several services may share an endpoint, so these are added up. */
  #hairpin(): Map<string, string> {
    return new Map([...this.#fragments.values()].flatMap(({ elements }) => [...elements.hairpin]))
  }

  /** The chains that packets pass; they look services up in maps that stay empty here. */
  #skeleton(): string {
    const { name, podCidr, serviceCidr, gateway, nodePortAddresses, bridgeFiltered } = this.#options
    const toNode =
      nodePortAddresses === 'any'
        ? 'fib daddr type local ip daddr != 127.0.0.0/8'
        : `ip daddr ${gateway}`
    const betweenPods = bridgeFiltered
      ? []
      : [`  ct status dnat ip saddr ${podCidr} ip daddr ${podCidr} masquerade fully-random`]
    return [
      `table ip ${name} {`,
      ...sharedSets.map(set => ` ${sharedTypes[set]}`),
      ' chain services {',
      '  ip daddr . meta l4proto . th dport vmap @service-ips',
      `  ${toNode} meta l4proto . th dport vmap @node-ports`,
      ' }',
      ' chain mark-external {',
      `  ip daddr ${serviceCidr} ip saddr != ${podCidr} meta mark set meta mark or ${masqueradeMark}`,
      ' }',
      ' chain prerouting {',
      '  type nat hook prerouting priority dstnat - 10; policy accept;',
      '  jump mark-external',
      '  jump services',
      ' }',
      ' chain output {',
      '  type nat hook output priority -110; policy accept;',
      '  jump mark-external',
      '  jump services',
      ' }',
      ' chain postrouting {',
      '  type nat hook postrouting priority srcnat - 10; policy accept;',
      `  meta mark and ${masqueradeMark} == ${masqueradeMark} masquerade fully-random`,
      '  ct status dnat ip saddr . ip daddr @hairpin masquerade fully-random',
      ...betweenPods,
      ' }',
      ' chain refuse {',
      '  meta l4proto tcp reject with tcp reset',
      '  reject',
      ' }',
      ' chain forward {',
      '  type filter hook forward priority filter - 10; policy accept;',
      '  ip daddr . meta l4proto . th dport @no-endpoints jump refuse',
      ' }',
      ' chain output-filter {',
      '  type filter hook output priority filter - 10; policy accept;',
      '  ip daddr . meta l4proto . th dport @no-endpoints jump refuse',
      ' }',
      '}',
    ].join('\n')
  }
}

/** Statements in the order in which nft accepts them, whatever order the changes came in. */
class Steps {
  readonly #table: string
  readonly #dropElements: string[] = []
  readonly #addSets: string[] = []
  readonly #addChains: string[] = []
  readonly #flushChains: string[] = []
  readonly #addRules: string[] = []
  readonly #addElements: string[] = []
  readonly #dropChains: string[] = []
  readonly #dropSets: string[] = []

  constructor(table: string) {
    this.#table = `ip ${table}`
  }

  change(before: Fragment | undefined, after: Fragment | undefined): void {
    for (const set of sharedSets) {
      if (set !== 'hairpin') this.changeElements(set, before?.elements[set], after?.elements[set])
    }
    this.#changeSets(before?.affinitySets ?? new Map(), after?.affinitySets ?? new Map())
    this.#changeChains(before?.chains ?? new Map(), after?.chains ?? new Map())
  }

  changeElements(
    set: SharedSet,
    before: ReadonlyMap<string, string> = new Map(),
    after: ReadonlyMap<string, string> = new Map(),
  ): void {
    const gone = [...before].filter(([key, verdict]) => after.get(key) !== verdict)
    const added = [...after].filter(([key, verdict]) => before.get(key) !== verdict)
    const list = (keys: string[]) => `element ${this.#table} ${set} { ${keys.join(', ')} }`
    if (gone.length) this.#dropElements.push(`delete ${list(gone.map(([key]) => key))}`)
    if (!added.length) return
    const entries = added.map(([key, verdict]) => (verdict ? `${key} : ${verdict}` : key))
    this.#addElements.push(`add ${list(entries)}`)
  }

  text(): string {
    const all = [
      this.#dropElements,
      this.#addSets,
      this.#addChains,
      this.#flushChains,
      this.#addRules,
      this.#addElements,
      this.#dropChains,
      this.#dropSets,
    ].flat()
    return all.map(line => `${line}\n`).join('')
  }

  #changeSets(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): void {
    for (const name of before.keys()) {
      if (!after.has(name)) this.#dropSets.push(`delete set ${this.#table} ${name}`)
    }
    for (const [name, seconds] of after) {
      if (before.has(name)) continue
      this.#addSets.push(
        `add set ${this.#table} ${name} { type ipv4_addr; flags dynamic,timeout; timeout ${seconds}s; }`,
      )
    }
  }

  #changeChains(before: ReadonlyMap<string, string[]>, after: ReadonlyMap<string, string[]>): void {
    for (const name of before.keys()) {
      if (after.has(name)) continue
      this.#flushChains.push(`flush chain ${this.#table} ${name}`)
      this.#dropChains.push(`delete chain ${this.#table} ${name}`)
    }
    for (const [name, rules] of after) {
      const old = before.get(name)
      if (old && old.join('\n') === rules.join('\n')) continue
      if (old) this.#flushChains.push(`flush chain ${this.#table} ${name}`)
      else this.#addChains.push(`add chain ${this.#table} ${name}`)
      for (const rule of rules) this.#addRules.push(`add rule ${this.#table} ${name} ${rule}`)
    }
  }
}
