import type {
  LimitedPriorityLevelConfiguration,
  PriorityLevelConfiguration,
} from '#kubernetes/api/flowcontrol-v1.ts'
import { type Lender, type Limits, PriorityLevel } from './priority-level.ts'

/**
 * The seats of the server, shared among the levels by their nominalConcurrencyShares. A level may take those that
 * others neither use nor keep to themselves; upstream moves them every ten seconds by what was asked for meanwhile, here
 * they are lent seat by seat.
 */
export class Seats implements Lender {
  readonly #total: number
  readonly #levels = new Map<string, PriorityLevel>()
  /** Levels of which somebody waits. */
  readonly #waiting = new Set<PriorityLevel>()
  /** Seats in use, or never lent. */
  #claimed = 0

  constructor(total: number) {
    this.#total = total
  }

  get levels(): ReadonlyMap<string, PriorityLevel> {
    return this.#levels
  }

  /** Takes over the configured levels; what became free goes to who waits. */
  configure(objects: readonly Readonly<PriorityLevelConfiguration>[]): void {
    const wanted = new Map(objects.map(object => [object.metadata.name ?? '', object]))
    for (const [name, level] of this.#levels) {
      if (wanted.has(name)) continue
      this.#levels.delete(name)
      level.retire()
    }
    const shares = objects.reduce((sum, { spec }) => sum + sharesOf(spec.limited), 0)
    for (const [name, object] of wanted) {
      const level = this.#levels.get(name) ?? new PriorityLevel(name, this)
      this.#levels.set(name, level)
      const { limited } = object.spec
      level.configure(object, limited && limitsOf(limited, this.#total, shares))
    }
    this.freed()
  }

  lends(seats: number): boolean {
    return this.#claimed + seats <= this.#total
  }

  claimed(seats: number): void {
    this.#claimed += seats
  }

  waits(level: PriorityLevel): void {
    this.#waiting.add(level)
  }

  freed(): void {
    while (this.#waiting.size) {
      const next = [...this.#waiting]
        .sort((a, b) => a.load - b.load)
        .find(level => level.startNext())
      for (const level of this.#waiting) if (!level.isWaiting) this.#waiting.delete(level)
      if (!next) return
    }
  }
}

const sharesOf = (limited: LimitedPriorityLevelConfiguration | undefined): number =>
  limited ? (limited.nominalConcurrencyShares ?? 30) : 0

/** Upstream's arithmetic. */
export function limitsOf(
  limited: LimitedPriorityLevelConfiguration,
  total: number,
  shares: number,
): Limits {
  const nominal = Math.ceil((total * sharesOf(limited)) / Math.max(shares, 1))
  const part = (percent: number) => Math.round((nominal * percent) / 100)
  const { borrowingLimitPercent } = limited
  const borrowed = borrowingLimitPercent === undefined ? total : part(borrowingLimitPercent)
  return { nominal, min: nominal - part(limited.lendablePercent ?? 0), max: nominal + borrowed }
}
