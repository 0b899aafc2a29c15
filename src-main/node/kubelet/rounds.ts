import type { Clock } from '#base/clock.ts'

/** So many are called together: one wake-up and one commit serve them all, and none of them waits noticeably. */
const groupSize = 50
const maxGroups = 20

interface Member {
  readonly action: () => Promise<void>
  isUnderWay: boolean
}

interface Group {
  readonly members: Set<Member>
  timer: Disposable | undefined
}

/**
 * Calls each of its members once in a period, those that have come together at the same moment. A thousand nodes of one
 * process so cost some wake-ups a period instead of a thousand. None waits for another's call to end.
 */
export class Rounds implements Disposable {
  readonly #clock: Clock
  readonly #periodMs: number
  readonly #groups: Group[] = []

  constructor(clock: Clock, periodMs: number) {
    this.#clock = clock
    this.#periodMs = periodMs
  }

  /** From a period from now at the latest, until the result is disposed. The action must not throw; it is never called while it is under way. */
  join(action: () => Promise<void>): Disposable {
    const group = this.#groupWithRoom()
    const member = { action, isUnderWay: false }
    group.members.add(member)
    this.#arm(group)
    return { [Symbol.dispose]: () => this.#leave(group, member) }
  }

  [Symbol.dispose](): void {
    for (const { timer } of this.#groups) timer?.[Symbol.dispose]()
    this.#groups.length = 0
  }

  #groupWithRoom(): Group {
    const smallest = this.#groups.reduce<Group | undefined>(
      (least, group) => (!least || group.members.size < least.members.size ? group : least),
      undefined,
    )
    if (smallest && (smallest.members.size < groupSize || this.#groups.length === maxGroups)) {
      return smallest
    }
    const group: Group = { members: new Set(), timer: undefined }
    this.#groups.push(group)
    return group
  }

  #leave(group: Group, member: Member): void {
    group.members.delete(member)
    if (group.members.size > 0) return
    group.timer?.[Symbol.dispose]()
    group.timer = undefined
  }

  /** Groups follow each other over the period. */
  #arm(group: Group): void {
    const share = 1 - this.#groups.indexOf(group) / maxGroups
    group.timer ??= this.#clock.after(this.#periodMs * share, () => this.#round(group))
  }

  #round(group: Group): void {
    group.timer = this.#clock.after(this.#periodMs, () => this.#round(group))
    for (const member of group.members) if (!member.isUnderWay) void call(member)
  }
}

async function call(member: Member): Promise<void> {
  member.isUnderWay = true
  try {
    await member.action()
  } finally {
    member.isUnderWay = false
  }
}
