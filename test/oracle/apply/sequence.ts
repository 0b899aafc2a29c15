import { isDeepStrictEqual } from 'node:util'
import { rootPlace } from '#kubernetes/apply/ownership.ts'
import { withoutManagedFields } from '#kubernetes/apply/track-update.ts'
import type { KubernetesObject } from '#kubernetes/objects.ts'
import type { Random } from '../../fuzz/random.ts'
import { type OurOutcome, type Outcome, ours, shownOurs, theirs, type Write } from './both-sides.ts'
import type { Oracle } from './oracle.ts'
import { RandomValues } from './random-value.ts'
import type { Subject } from './subject.ts'

/** A write whose outcome differs. */
export interface Difference {
  subject: string
  live: KubernetesObject | undefined
  write: Write
  ours: Outcome
  theirs: Outcome
}

const managers = ['ann', 'ben', 'cas']
const writesPerObject = 12

/** How many writes came to what. */
export type Tally = Record<'done' | 'conflicts' | 'refused', number>

/** Performs a write on our side; undefined for one that is refused for what the library doesn't judge. */
export type Perform = (
  live: KubernetesObject | undefined,
  write: Write,
) => OurOutcome | undefined | Promise<OurOutcome | undefined>

/**
 * Writes to an object of the kind, at random, and compares after each; answers the first difference. Our functions
 * perform the writes unless told.
 */
export async function differenceIn(
  oracle: Oracle,
  subject: Subject,
  random: Random,
  tally: Tally,
  perform: Perform = (live, write) => ours(subject, live, write),
): Promise<Difference | undefined> {
  const values = new RandomValues(random, subject.leftOut)
  let live: KubernetesObject | undefined
  for (let count = 0; count < writesPerObject; count++) {
    const write = randomWrite(subject, values, random, live)
    const outcome = await perform(live, write)
    if (!outcome) continue
    const difference = await compared(oracle, subject, live, write, outcome)
    if (difference) return smallest(oracle, subject, difference)
    tally['object' in outcome ? 'done' : 'conflicts' in outcome ? 'conflicts' : 'refused']++
    if ('object' in outcome) live = outcome.object
    // An object that nobody owns is followed no more.
    if (live && !live.metadata.managedFields?.length) return undefined
  }
  return undefined
}

function randomWrite(
  subject: Subject,
  values: RandomValues,
  random: Random,
  live: KubernetesObject | undefined,
): Write {
  const { apiVersion, kind, type } = subject
  const apply = random.chance(0.7)
  const edited = () =>
    live && random.chance(0.9)
      ? (values.edited(withoutManagedFields(live), rootPlace(type)) as object)
      : values.object(type)
  const { metadata, ...content } = (apply ? values.configuration(type) : edited()) as {
    metadata?: object
  }
  return {
    manager: random.pick(managers),
    apply,
    force: apply && random.chance(0.4),
    value: { apiVersion, kind, metadata: { ...metadata, name: 'x' }, ...content },
  }
}

async function compared(
  oracle: Oracle,
  subject: Subject,
  live: KubernetesObject | undefined,
  write: Write,
  outcome: OurOutcome,
): Promise<Difference | undefined> {
  const mine = shownOurs(subject, outcome)
  const other = await theirs(oracle, subject, live, write, true)
  if (isDeepStrictEqual(mine, other) || areSameErrors(mine.error, other.error)) return undefined
  // In JSON, where we keep objects, a list that is null can't be told from one that isn't there.
  if (isDeepStrictEqual(mine, await theirs(oracle, subject, live, write, false))) return undefined
  return { subject: subject.kind, live, write, ours: mine, theirs: other }
}

/** A difference with all left out of the write that it doesn't need. */
async function smallest(
  oracle: Oracle,
  subject: Subject,
  difference: Difference,
): Promise<Difference> {
  for (const value of simpler(difference.write.value)) {
    const write = { ...difference.write, value: value as object }
    const outcome = ours(subject, difference.live, write)
    const found = await compared(oracle, subject, difference.live, write, outcome)
    if (found) return smallest(oracle, subject, found)
  }
  return difference
}

/** A value with one part of it left out, for each part. */
function* simpler(value: unknown): Generator<unknown> {
  if (typeof value !== 'object' || value === null) return
  for (const [name, item] of Object.entries(value)) {
    if (['apiVersion', 'kind', 'metadata'].includes(name)) continue
    const without = Array.isArray(value)
      ? value.toSpliced(Number(name), 1)
      : Object.fromEntries(Object.entries(value).filter(([other]) => other !== name))
    yield without
    for (const less of simpler(item))
      yield Array.isArray(value) ? value.with(Number(name), less) : { ...value, [name]: less }
  }
}

/** The library goes through maps in no order, and goes on to the next map after the first field that it doesn't know. */
function areSameErrors(mine: string | undefined, other: string | undefined): boolean {
  if (!mine || !other) return false
  const [mines, others] = [mine, other].map(text => new Set(text.split(/\n +/).filter(isProblem)))
  const unknown = [mine, other].some(text => text.includes('not declared in schema'))
  return unknown || isDeepStrictEqual(mines, others)
}

const isProblem = (line: string): boolean => line !== 'errors:'
